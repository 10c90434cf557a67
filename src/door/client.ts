// How the rest of the Worker calls the door of an event: typed, and answered by a value whatever happens.

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
  PartyAsked,
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
import type { DoorConflict } from "../domain/door/conflicts.ts";
import type { EventTerms } from "../domain/door/event-terms.ts";
import type { OutsideTicket } from "../domain/door/party.ts";
import type { Refusal } from "../domain/errors.ts";
import type { EventId, TicketTypeId } from "../domain/ids.ts";
import type { Result } from "../domain/result.ts";
import { type DoorShown, type Follower, FOLLOWER_HEADER, type NoticeShown, upgradeHeaders } from "../feed/client.ts";
import { answerOf, callObject } from "../shared/call-object.ts";
import type { BundleAsked, TakenBundle } from "./bundle-taker.ts";
import type { ConflictPage, ConflictQuery } from "./conflict-rows.ts";
import type { DoorLogPage, DoorLogQuery } from "./door-store.ts";

/**
 * A scan as its scanner sends it: `code` is what the reader delivered, or what was typed, or a ticket that came with others.
 * `ticketTypeId`: of the ticket of a typed code, which does not say it, and of a companion; null where no ticket of the event is
 * known by its serial, and for what was read.
 */
export type ScanRequest = Omit<ScanCommand, "kind" | "code"> & {
  readonly code: string | Pick<Companion, "serial" | "beside">;
  readonly ticketTypeId: TicketTypeId | null;
};

/** Up to `MAX_UPLOADS` rows of one scanner, in its order. */
export type UploadRequest = Pick<UploadCommand, "by" | "requestId"> & {
  readonly rows: readonly Omit<UploadCommand, "kind" | "by" | "requestId">[];
};
/** `at`: the door's time. A row of the answer for each that was sent, in their order. */
export type UploadedBatch = { readonly at: number; readonly rows: readonly UploadedRow[] };
export type ConflictsAsked = ConflictQuery & { readonly by: DoorActor };

/**
 * Every method answers a value, 5 s later at the latest; a door that cannot be reached answers `temporarily_unavailable`
 * or `overloaded`. Each may be repeated: a scan is known by its id. Another organisation's door is `not_found`.
 */
export type Door = {
  scan(request: ScanRequest): Promise<ScanReply>;
  /** What its scanner decided alone (rule D19); a refusal of the whole may have written a part. */
  upload(request: UploadRequest): Promise<Result<UploadedBatch, Refusal>>;
  conflicts(asked: ConflictsAsked): Promise<Result<ConflictPage, Refusal>>;
  /** `not_found`: there is no such conflict. */
  seeConflict(by: DoorActor, conflictId: string): Promise<Result<DoorConflict, Refusal>>;
  undo(command: Omit<UndoCommand, "kind">): Promise<UndoReply>;
  click(command: Omit<ClickCommand, "kind">): Promise<CountsReply>;
  correct(command: Omit<CorrectCommand, "kind">): Promise<CountsReply>;
  counts(by: DoorActor): Promise<CountsReply>;
  /** What the scanner may let in without the door, and what it has given back of that (rule D12). */
  lease(command: Omit<LeaseCommand, "kind">): Promise<LeaseReply>;
  writeOff(command: Omit<WriteOffCommand, "kind">): Promise<WriteOffReply>;
  leases(by: DoorActor): Promise<Result<readonly HeldLease[], Refusal>>;
  /** What the home of an order asks to be done with tickets of it (rules N8 to N10). D1 is not asked. */
  judge(command: Omit<JudgeCommand, "kind">): Promise<JudgeReply>;
  /** What the event's feed shows of it; null of a door at which nobody ever asked to be let in, which stays so. */
  shown(): Promise<Result<DoorShown | null, Refusal>>;
  /** The supervisor's word to all gates, for the scanners that are connected. */
  notice(notice: NoticeShown): Promise<Result<null, Refusal>>;
  /** A credential is about to be taken away: the door will look by itself, whatever becomes of the caller (rule T5). */
  watchForRevocation(): Promise<Result<null, Refusal>>;
  /** Looks now who may still hold a socket. */
  recheck(): Promise<Result<null, Refusal>>;
  log(query: DoorLogQuery): Promise<Result<DoorLogPage, Refusal>>;
  /** What a scanner needs to decide alone (rule D17). */
  bundle(by: DoorActor, asked: BundleAsked): Promise<Result<TakenBundle, Refusal>>;
  /** Who of an order is outside (rule D13). */
  party(asked: PartyAsked): Promise<Result<readonly OutsideTicket[], Refusal>>;
  /** What D1 has; null: the event is deleted. A door that has none yet keeps none, and answers as if it had. */
  terms(terms: EventTerms | null, requestId: string): Promise<TermsReply>;
};

/** Opens the door of an event. A port, so that tests can put faults in between. */
export type Doors = (eventId: EventId) => Door;

export type DoorNamespace = Env["EVENT_DOOR"];

export function openDoors(namespace: DoorNamespace): Doors {
  return (eventId) => {
    type Stub = ReturnType<DoorNamespace["getByName"]>;
    const call = <T>(ask: (door: Stub) => Promise<Result<T, Refusal>>) =>
      answerOf({ event: "door_unreachable", event_id: eventId }, () => ask(namespace.getByName(eventId)));
    return {
      scan: (request) => call((door) => door.scan(eventId, request)),
      upload: (request) => call((door) => door.upload(eventId, request)),
      conflicts: (asked) => call((door) => door.conflicts(eventId, asked)),
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
      bundle: (by, asked) => call((door) => door.bundle(eventId, by, asked)),
      party: (asked) => call((door) => door.party(eventId, asked)),
      terms: (terms, requestId) => call((door) => door.terms(eventId, terms, requestId)),
    };
  };
}

/** Opens a socket at the door; `request` is the upgrade. 404 comes back as a plain status. */
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
