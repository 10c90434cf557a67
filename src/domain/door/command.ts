// Defines the commands of a door and its replies. Times are epoch ms, counts persons.

import type { Refusal } from "../errors.ts";
import type { DeviceId, EventId, GateId, OrganizationId, ScanId, TicketTypeId, VenueId } from "../ids.ts";
import type { Result } from "../result.ts";
import type { Counts } from "./rows/counts.ts";
import type { CodeSource, Source } from "./rows/door-log.ts";
import type { EventTerms } from "./event-terms.ts";
import type { Conflict } from "./rows/fold.ts";
import type { DoorLease, LeaseNotice, LeaseReport } from "./leases/lease.ts";
import type { Direction, PresentedCode, ScannerId, Verdict } from "./scan.ts";

/** Who sends a command: a device, or an organiser. The Worker has checked what they may do in general (table P). */
export type DoorActor = {
  readonly id: ScannerId;
  readonly organizationId: OrganizationId;
  /** Null for an organiser, who may be at any gate. */
  readonly device: DoorDevice | null;
};

/**
 * `gateId` is null when the device may be at any gate of the venue. `eventId` is the one event that it is for; null, or
 * absent as an earlier release left it, for all events of the venue.
 */
export type DoorDevice = {
  readonly venueId: VenueId;
  readonly gateId: GateId | null;
  readonly eventId?: EventId | null;
};

/**
 * A code as it was typed. The door checks it under the generation that it knows of the ticket (rule N3). `typeNumber` is
 * null when no ticket of this event has the serial.
 */
export type TypedCode = {
  readonly kind: "typed_unchecked";
  readonly serial: number;
  readonly check: string;
  readonly typeNumber: number | null;
};

/**
 * A ticket that is named in place of a code, since it came with another of its order (rule D13). `beside` has the serials
 * of all others of that order. `typeNumber` is null when the door does not know its type yet.
 */
export type Companion = {
  readonly kind: "party";
  readonly serial: number;
  readonly typeNumber: number | null;
  readonly beside: readonly number[];
};

/**
 * A scan to be decided (rule D3), with its code read and, unless it was typed, verified. `override`: why a supervisor lets
 * in against the verdict (rule D15); null when nobody does. `acked`: the scans whose verdicts have reached this scanner
 * (rule D5). `fromLease`: how many persons of its lease the scanner has used for it (rule D12); absent for none.
 */
export type ScanCommand = {
  readonly kind: "scan";
  readonly by: DoorActor;
  readonly requestId: string;
  readonly scanId: ScanId;
  readonly code: Exclude<PresentedCode, { kind: "typed" | "party" }> | TypedCode | Companion;
  readonly direction: Direction;
  readonly gateId: GateId;
  readonly source: Source;
  readonly override: string | null;
  readonly acked: readonly ScanId[];
  readonly fromLease?: number;
};

/** The name of each verdict. */
export type VerdictName = Verdict["verdict"];

/**
 * A scan that its scanner decided alone, uploaded later (rules D4, D18, D19). `serial`, `typeNumber` and `generation` are
 * those of the code, null as far as nothing was read. `at`: the scanner's time. `clockUnsure`: that was the time of a wall
 * clock (rule D20). `counter`: the scanner's own count of rows, from 1. `verdict`: what it showed. `override`: why a
 * supervisor let in against that. `after`: the last scan, undo or click of this scanner that the door had decided before;
 * null for none. `fromLease`: see `ScanCommand`.
 */
export type UploadCommand = {
  readonly kind: "upload";
  readonly by: DoorActor;
  readonly requestId: string;
  readonly scanId: ScanId;
  readonly serial: number | null;
  readonly typeNumber: number | null;
  readonly generation: number | null;
  readonly direction: Direction;
  readonly gateId: GateId;
  readonly source: CodeSource;
  readonly at: number;
  readonly clockUnsure: boolean;
  readonly counter: number;
  readonly verdict: VerdictName;
  readonly override: string | null;
  readonly after: ScanId | null;
  readonly fromLease?: number;
};

export type TermsCommand = { readonly kind: "terms"; readonly terms: EventTerms; readonly requestId: string };

/** Undoes the row of the scan `ref`, which may not have arrived yet (rule D14). */
export type UndoCommand = {
  readonly kind: "undo";
  readonly by: DoorActor;
  readonly requestId: string;
  readonly scanId: ScanId;
  readonly ref: ScanId;
};

/** A clicker counts `count` persons at a gate, 1 to 50 in or -1 to -50 out (rule D16). */
export type ClickCommand = {
  readonly kind: "click";
  readonly by: DoorActor;
  readonly requestId: string;
  readonly scanId: ScanId;
  readonly gateId: GateId;
  readonly count: number;
};

/** A supervisor sets who is inside, with a reason (rule D16). `gates`: where they entered last; together they are all. */
export type CorrectCommand = {
  readonly kind: "correct";
  readonly by: DoorActor;
  readonly requestId: string;
  readonly scanId: ScanId;
  readonly to: "sweep" | { readonly gates: readonly { readonly id: GateId; readonly insideBy: number }[] };
  readonly reason: string;
};

/** A ticket that is to change. `number` is its number in its order. */
export type ChangedTicket = {
  readonly number: number;
  readonly serial: number;
  readonly ticketTypeId: TicketTypeId;
};

/** What an order's home has a door judge of its tickets (rules N8 to N10). Each ticket is named once. */
export type TicketChange =
  /**
   * All or none. In each group `take` tickets of `from` become void: those with the highest numbers that are not void and
   * were never admitted. With `force` admitted ones may be taken too, after those that never entered.
   */
  | {
      readonly action: "void";
      readonly groups: readonly { readonly from: readonly ChangedTicket[]; readonly take: number }[];
      readonly force: boolean;
      readonly note: string | null;
    }
  | { readonly action: "block"; readonly ticket: ChangedTicket; readonly note: string | null }
  | { readonly action: "unblock"; readonly ticket: ChangedTicket }
  | { readonly action: "attention"; readonly ticket: ChangedTicket; readonly text: string | null }
  /** `generation`: the new one. */
  | { readonly action: "reissue"; readonly ticket: ChangedTicket; readonly generation: number };

/**
 * `changeId`: a hash of the caller and their idempotency key, the same in each repeat. `actor`: the caller as text.
 * `until`: nobody waits for the reply from then on; absent when an earlier release sends it. A door without terms judges
 * too, since nobody was ever let in there.
 */
export type JudgeCommand = {
  readonly kind: "judge";
  readonly changeId: string;
  readonly change: TicketChange;
  readonly actor: string;
  readonly requestId: string;
  readonly until?: number;
};

/** Queries which of `serials`, an order's tickets, are outside, for a scanner that has just let in `serial` (D13). */
export type PartyQuery = { readonly by: DoorActor; readonly serial: number; readonly serials: readonly number[] };

/**
 * A scanner reports how much of its lease it has given back, and may request more (rule D12). `wants` false: it gives
 * its lease back, and decides nothing alone any more.
 */
export type LeaseCommand = {
  readonly kind: "lease";
  readonly by: DoorActor;
  readonly requestId: string;
  readonly report: LeaseReport;
  readonly wants: boolean;
};

/** A supervisor writes off the lease of a scanner that stays silent. `scanId` is the id of this command. */
export type WriteOffCommand = {
  readonly kind: "write_off";
  readonly by: DoorActor;
  readonly requestId: string;
  readonly scanId: ScanId;
  readonly deviceId: DeviceId;
  readonly reason: string;
};

/** Reads the present counts. */
export type CountsCommand = { readonly kind: "counts"; readonly by: DoorActor };

export type DoorCommand =
  | ScanCommand
  | UploadCommand
  | UndoCommand
  | ClickCommand
  | CorrectCommand
  | JudgeCommand
  | TermsCommand
  | LeaseCommand
  | WriteOffCommand
  | CountsCommand;

/**
 * `scanId`: the scan under which it was decided, which is another one when the verdict is given `again` (rule D5).
 * `repeat`: the verdict of that passage has reached this scanner, so nothing more is returned. `alone`: its scanner decided
 * it and has uploaded it since; the facts beside its verdict are not known here.
 */
export type ScanResult = {
  readonly scanId: ScanId;
  readonly at: number;
  readonly again: boolean;
  readonly verdict: Verdict | { readonly verdict: "repeat" } | AloneVerdict;
  readonly serial: number | null;
  readonly ticketTypeId: TicketTypeId | null;
};

export type AloneVerdict = { readonly verdict: VerdictName; readonly alone: true };

/** `conflicts`: those of this row that hold now (D19). `fromLease`, if nobody passed at the scanner: what its scan drew (D12). */
export type UploadResult = {
  readonly outcome: "taken" | "repeat" | "ticket_full";
  readonly conflicts: readonly Pick<Conflict, "id" | "kind">[];
  readonly fromLease?: number;
};
/** Refused is either this row alone, with one of `ROW_REFUSALS`, or everything, since the door is closed or unavailable. */
export type UploadReply = Result<UploadResult, Refusal>;

/** Another scan's id; a gate that is not the device's, or an override by a device; a gate that the venue never had. */
export const ROW_REFUSALS = ["scan_id_reused", "forbidden", "not_found"] as const;
/** The outcomes of a row of a batch. */
export const UPLOAD_OUTCOMES = ["taken", "repeat", "ticket_full", ...ROW_REFUSALS] as const;
export type UploadedRow = Omit<UploadResult, "outcome"> & { readonly outcome: (typeof UPLOAD_OUTCOMES)[number] };

export type DoorCounts = {
  readonly eventId: EventId;
  readonly seq: number;
  readonly at: number;
  readonly counts: Counts;
  readonly softCapacity: number;
  readonly hardCapacity: number;
  /** The gates of the terms, in their order. */
  readonly gateIds: readonly GateId[];
};

export type ScanReply = Result<ScanResult, Refusal>;
export type TermsReply = Result<{ readonly version: number }, Refusal>;
export type CountsReply = Result<DoorCounts, Refusal>;

export type LeaseReply = Result<LeaseNotice, Refusal>;
/**
 * `open`: the scanner may decide alone. `reserved`: for how many persons the door keeps room. `isCalled`: it was recalled
 * and the scanner has not replied yet.
 */
export type HeldLease = DoorLease & {
  readonly deviceId: ScannerId;
  readonly open: boolean;
  readonly reserved: number;
  readonly isCalled: boolean;
};
export type WriteOffReply = Result<HeldLease, Refusal>;

/** `undone`: the row counts no more. `awaited`: the row has not arrived yet. `nothing`: there was nothing to undo. */
export type UndoResult = {
  readonly scanId: ScanId;
  readonly at: number;
  readonly outcome: "undone" | "awaited" | "nothing";
};
export type UndoReply = Result<UndoResult, Refusal>;

/**
 * The numbers of the tickets that changed, ascending. Refused, and nothing has changed: `ticket_admitted`, with the first
 * ticket in the way; `temporarily_unavailable`, `ticket_void` or `version_conflict` for a change that arrives late, perhaps
 * after others were judged; `door_closed` when the door was emptied (rule D25).
 */
export type JudgeReply = Result<{ readonly numbers: readonly number[] }, Refusal>;

type Replies = {
  upload: UploadReply;
  undo: UndoReply;
  click: CountsReply;
  correct: CountsReply;
  judge: JudgeReply;
  scan: ScanReply;
  terms: TermsReply;
  lease: LeaseReply;
  write_off: WriteOffReply;
  counts: CountsReply;
};
export type DoorReplyOf<C extends DoorCommand> = Replies[C["kind"]];
export type DoorReply = DoorReplyOf<DoorCommand>;
