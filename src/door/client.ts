// Calls the door of an event for the rest of the Worker. Calls are typed, and return a value whatever happens.

import type {
  ClickCommand,
  Companion,
  CorrectCommand,
  CountsReply,
  DoorActor,
  JudgeCommand,
  HeldLease,
  JudgeReply,
  LeaseCommand,
  LeaseReply,
  PartyQuery,
  ScanCommand,
  ScanReply,
  TermsReply,
  UndoCommand,
  UndoReply,
  UploadCommand,
  UploadedRow,
  WriteOffCommand,
  WriteOffReply,
} from "../domain/door/command.ts";
import type { DoorConflict } from "../domain/door/rows/conflicts.ts";
import type { EventTerms } from "../domain/door/event-terms.ts";
import type { OutsideTicket } from "../domain/door/tickets/party.ts";
import type { Refusal } from "../domain/errors.ts";
import type { EventId, TicketTypeId } from "../domain/ids.ts";
import type { Result } from "../domain/result.ts";
import { type DoorShown, type Follower, FOLLOWER_HEADER, type NoticeShown, upgradeHeaders } from "../feed/client.ts";
import { callOrUnavailable, callObject } from "../shared/objects/call-object.ts";
import type { BundleQuery, TakenBundle } from "./bundle-taker.ts";
import type { ConflictPage, ConflictQuery } from "./storage/conflict-rows.ts";
import type { DoorLogPage, DoorLogQuery } from "./storage/door-store.ts";

/**
 * A scan as its scanner sends it. `code` is what the reader delivered, what was typed, or a companion's ticket.
 * `ticketTypeId` is that of a typed code, which does not contain it, or of a companion; null for what was read, and when no
 * ticket of the event has that serial.
 */
export type ScanRequest = Omit<ScanCommand, "kind" | "code"> & {
  readonly code: string | Pick<Companion, "serial" | "beside">;
  readonly ticketTypeId: TicketTypeId | null;
};

/** Up to `MAX_UPLOADS` rows of one scanner, in its order. */
export type UploadRequest = Pick<UploadCommand, "by" | "requestId"> & {
  readonly rows: readonly Omit<UploadCommand, "kind" | "by" | "requestId">[];
};
/** `at` is the door's time. There is one row for each that was sent, in the same order. */
export type UploadedBatch = { readonly at: number; readonly rows: readonly UploadedRow[] };
export type ConflictsQuery = ConflictQuery & { readonly by: DoorActor };

/**
 * Every method resolves within 5 s; if the door cannot be reached, with `temporarily_unavailable` or `overloaded`. Each
 * call may be repeated, since a scan is known by its id. The door of another organisation is `not_found`.
 */
export type Door = {
  scan(request: ScanRequest): Promise<ScanReply>;
  /** Uploads what a scanner decided alone (rule D19). When the whole is refused, a part may be written. */
  upload(request: UploadRequest): Promise<Result<UploadedBatch, Refusal>>;
  conflicts(query: ConflictsQuery): Promise<Result<ConflictPage, Refusal>>;
  /** `not_found` when there is no such conflict. */
  seeConflict(by: DoorActor, conflictId: string): Promise<Result<DoorConflict, Refusal>>;
  undo(command: Omit<UndoCommand, "kind">): Promise<UndoReply>;
  click(command: Omit<ClickCommand, "kind">): Promise<CountsReply>;
  correct(command: Omit<CorrectCommand, "kind">): Promise<CountsReply>;
  counts(by: DoorActor): Promise<CountsReply>;
  /** How many the scanner may let in without the door, and how many of these it has given back (rule D12). */
  lease(command: Omit<LeaseCommand, "kind">): Promise<LeaseReply>;
  writeOff(command: Omit<WriteOffCommand, "kind">): Promise<WriteOffReply>;
  leases(by: DoorActor): Promise<Result<readonly HeldLease[], Refusal>>;
  /** Judges a change of tickets that an order's home sends (rules N8 to N10). Does not query D1. */
  judge(command: Omit<JudgeCommand, "kind">): Promise<JudgeReply>;
  /** The counts that the event's feed shows. Null, and not created, for a door at which nobody was ever scanned. */
  shown(): Promise<Result<DoorShown | null, Refusal>>;
  /** Takes the supervisor's notice to all gates, for the scanners that are connected. */
  notice(notice: NoticeShown): Promise<Result<null, Refusal>>;
  /** To be called before a credential is revoked. The door then checks by itself, even if the caller dies (rule T5). */
  watchForRevocation(): Promise<Result<null, Refusal>>;
  /** Checks now who may still hold a socket. */
  recheck(): Promise<Result<null, Refusal>>;
  log(query: DoorLogQuery): Promise<Result<DoorLogPage, Refusal>>;
  /** The bundle by which a scanner can decide alone (rule D17). */
  bundle(by: DoorActor, query: BundleQuery): Promise<Result<TakenBundle, Refusal>>;
  /** The tickets of an order that are outside (rule D13). */
  party(query: PartyQuery): Promise<Result<readonly OutsideTicket[], Refusal>>;
  /**
   * Delivers D1's terms, null when the event is deleted. A door that has no terms yet stores none, and replies as if it
   * had.
   */
  terms(terms: EventTerms | null, requestId: string): Promise<TermsReply>;
};

/** Opens the door of an event. A port, so that tests can inject faults. */
export type Doors = (eventId: EventId) => Door;

export type DoorNamespace = Env["EVENT_DOOR"];

export function openDoors(namespace: DoorNamespace): Doors {
  return (eventId) => {
    type Stub = ReturnType<DoorNamespace["getByName"]>;
    const call = <T>(request: (door: Stub) => Promise<Result<T, Refusal>>) =>
      callOrUnavailable({ event: "door_unreachable", event_id: eventId }, () => request(namespace.getByName(eventId)));
    return {
      scan: (request) => call((door) => door.scan(eventId, request)),
      upload: (request) => call((door) => door.upload(eventId, request)),
      conflicts: (query) => call((door) => door.conflicts(eventId, query)),
      seeConflict: (by, conflictId) => call((door) => door.seeConflict(eventId, by, conflictId)),
      undo: (command) => call((door) => door.undo(eventId, command)),
      click: (command) => call((door) => door.click(eventId, command)),
      correct: (command) => call((door) => door.correct(eventId, command)),
      counts: (by) => call((door) => door.counts(eventId, by)),
      lease: (command) => call((door) => door.lease(eventId, command)),
      writeOff: (command) => call((door) => door.writeOff(eventId, command)),
      leases: (by) => call((door) => door.leases(eventId, by)),
      judge: (command) => call((door) => door.judge(eventId, command)),
      shown: () => call((door) => door.shown()),
      notice: (notice) => call((door) => door.notice(notice)),
      watchForRevocation: () => call((door) => door.watchForRevocation()),
      recheck: () => call((door) => door.recheck()),
      log: (query) => call((door) => door.log(eventId, query)),
      bundle: (by, query) => call((door) => door.bundle(eventId, by, query)),
      party: (query) => call((door) => door.party(eventId, query)),
      terms: (terms, requestId) => call((door) => door.terms(eventId, terms, requestId)),
    };
  };
}

/** Opens a socket at the door; `request` is the upgrade. A 404 has no problem as its body. */
export function joinDoor(
  namespace: DoorNamespace,
  eventId: EventId,
  request: Request,
  follower: Follower,
): Promise<Response> {
  const headers = upgradeHeaders(request, null);
  headers.set(FOLLOWER_HEADER, JSON.stringify(follower));
  return callObject(() => namespace.getByName(eventId).fetch(`https://door/${eventId}`, { headers }));
}
