// What a door is asked, and what it answers. Times are epoch ms, counts persons.

import type { Refusal } from "../errors.ts";
import type { DeviceId, EventId, GateId, OrganizationId, ScanId, TicketTypeId, VenueId } from "../ids.ts";
import type { Result } from "../result.ts";
import type { Counts } from "./counts.ts";
import type { CodeSource, Source } from "./door-log.ts";
import type { EventTerms } from "./event-terms.ts";
import type { Conflict } from "./fold.ts";
import type { DoorLease, LeaseNotice, LeaseReport } from "./lease.ts";
import type { Direction, PresentedCode, ScannerId, Verdict } from "./scan.ts";

/** Who asks: a device, or an organiser. What they may do at all, the Worker has judged (table P). */
export type DoorActor = {
  readonly id: ScannerId;
  readonly organizationId: OrganizationId;
  /** Null: an organiser, who may be at any gate. */
  readonly device: DoorDevice | null;
};

/**
 * `gateId` null: it may be at any gate of the venue. `eventId`: the one event that it is for; null or absent, as an
 * earlier release leaves it: all of the venue.
 */
export type DoorDevice = {
  readonly venueId: VenueId;
  readonly gateId: GateId | null;
  readonly eventId?: EventId | null;
};

/**
 * A typed code as it was typed: the door checks it under the generation that it knows of the ticket (rule N3).
 * `typeNumber` null: no ticket of this event is known by the serial.
 */
export type TypedCode = {
  readonly kind: "typed_unchecked";
  readonly serial: number;
  readonly check: string;
  readonly typeNumber: number | null;
};

/**
 * A ticket that is named in place of a code, since it came with another of its order (rule D13). `beside`: the serials of
 * all others of that. `typeNumber` null: the door does not know its type yet.
 */
export type Companion = {
  readonly kind: "party";
  readonly serial: number;
  readonly typeNumber: number | null;
  readonly beside: readonly number[];
};

/**
 * A scan to be decided (rule D3), with its code read and, if it was not typed, verified. `override`: why a supervisor lets in against what rule
 * D15 allows; null: nobody does. `acked`: the scans whose verdicts have reached this scanner (rule D5). `fromLease`: persons
 * whom the scanner has taken from its lease for it (rule D12); absent: none.
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
 * A scan that its scanner decided alone, as it arrives later (rules D4, D18, D19). `serial`, `typeNumber` and `generation` as
 * the code said, null as far as nothing was read. `at`: the scanner's time; `clockUnsure`: it went by a wall clock (rule D20).
 * `counter`: the scanner's own, from 1. `verdict`: what it showed. `override`: why a supervisor let in against that. `after`: the
 * last scan, undo or click of this scanner that the door had answered before; null: none. `fromLease` as of a scan.
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

/** Takes back the row of the scan `ref`, which may still be on its way (rule D14). */
export type UndoCommand = {
  readonly kind: "undo";
  readonly by: DoorActor;
  readonly requestId: string;
  readonly scanId: ScanId;
  readonly ref: ScanId;
};

/** A clicker's: `count` persons, 1 to 50 in or -1 to -50 out, at a gate (rule D16). */
export type ClickCommand = {
  readonly kind: "click";
  readonly by: DoorActor;
  readonly requestId: string;
  readonly scanId: ScanId;
  readonly gateId: GateId;
  readonly count: number;
};

/** A supervisor says who is inside, and why (rule D16). `gates`: where they entered last, together all of them. */
export type CorrectCommand = {
  readonly kind: "correct";
  readonly by: DoorActor;
  readonly requestId: string;
  readonly scanId: ScanId;
  readonly to: "sweep" | { readonly gates: readonly { readonly id: GateId; readonly insideBy: number }[] };
  readonly reason: string;
};

/** A ticket that is to change. `number`: in its order. */
export type ChangedTicket = {
  readonly number: number;
  readonly serial: number;
  readonly ticketTypeId: TicketTypeId;
};

/** What the home of an order asks a door to do with tickets of it (rules N8 to N10), each ticket named once. */
export type TicketChange =
  /**
   * All or none. Of each group `take` tickets become void: those of `from` with the highest numbers that are not void and
   * were never admitted; with `force` also admitted ones, those who never entered first.
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
 * `changeId`: a hash of who asks and their idempotency key, the same in each repeat. `actor`: who asked, as text. `until`: from
 * when on nobody waits for the answer; absent: a release before does not say. Needs no terms: where there are none, nobody
 * was ever let in.
 */
export type JudgeCommand = {
  readonly kind: "judge";
  readonly changeId: string;
  readonly change: TicketChange;
  readonly actor: string;
  readonly requestId: string;
  readonly until?: number;
};

/** Which of `serials`, the tickets of one order, are outside, for who has just let in `serial` (rule D13). */
export type PartyAsked = { readonly by: DoorActor; readonly serial: number; readonly serials: readonly number[] };

/**
 * A scanner says what of its lease it has given back, and may ask for more (rule D12). `wants` false: it hands its lease in,
 * and decides nothing alone any more.
 */
export type LeaseCommand = {
  readonly kind: "lease";
  readonly by: DoorActor;
  readonly requestId: string;
  readonly report: LeaseReport;
  readonly wants: boolean;
};

/** A supervisor gives up what a scanner that stays silent may let in. `scanId`: of this, as a correction has one. */
export type WriteOffCommand = {
  readonly kind: "write_off";
  readonly by: DoorActor;
  readonly requestId: string;
  readonly scanId: ScanId;
  readonly deviceId: DeviceId;
  readonly reason: string;
};

/** Reads what is counted by now. */
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
 * `scanId`: under which it was decided, which is another one's where the verdict was given `again` (rule D5). `repeat`:
 * that passage's verdict has reached this scanner, and nothing more is said of it. `alone`: its scanner decided it, and has
 * uploaded it since; what that said beside the verdict is not known here.
 */
export type ScanAnswer = {
  readonly scanId: ScanId;
  readonly at: number;
  readonly again: boolean;
  readonly verdict: Verdict | { readonly verdict: "repeat" } | AloneVerdict;
  readonly serial: number | null;
  readonly ticketTypeId: TicketTypeId | null;
};

export type AloneVerdict = { readonly verdict: VerdictName; readonly alone: true };

/** `conflicts`: those that stand of this row by now (rule D19). */
export type UploadAnswer = {
  readonly outcome: "taken" | "repeat" | "ticket_full";
  readonly conflicts: readonly Pick<Conflict, "id" | "kind">[];
};
/** Refusal: of this row alone, which is one of `ROW_REFUSALS`, or that the door is closed or does not answer. */
export type UploadReply = Result<UploadAnswer, Refusal>;

/** Another scan's id; another gate than the device's, or an override by a device; no gate that the venue ever had. */
export const ROW_REFUSALS = ["scan_id_reused", "forbidden", "not_found"] as const;
/** What becomes of one row of a batch. */
export const UPLOAD_OUTCOMES = ["taken", "repeat", "ticket_full", ...ROW_REFUSALS] as const;
export type UploadedRow = Pick<UploadAnswer, "conflicts"> & { readonly outcome: (typeof UPLOAD_OUTCOMES)[number] };

export type DoorCounts = {
  readonly eventId: EventId;
  readonly seq: number;
  readonly at: number;
  readonly counts: Counts;
  readonly softCapacity: number;
  readonly hardCapacity: number;
  /** Those of the terms, in their order. */
  readonly gateIds: readonly GateId[];
};

export type ScanReply = Result<ScanAnswer, Refusal>;
export type TermsReply = Result<{ readonly version: number }, Refusal>;
export type CountsReply = Result<DoorCounts, Refusal>;

export type LeaseReply = Result<LeaseNotice, Refusal>;
/** `open`: it may decide alone. `reserved`: persons for whom the door keeps room. `isCalled`: it has not answered yet. */
export type HeldLease = DoorLease & {
  readonly deviceId: ScannerId;
  readonly open: boolean;
  readonly reserved: number;
  readonly isCalled: boolean;
};
export type WriteOffReply = Result<HeldLease, Refusal>;

/** `undone`: what it is about counts no more; `awaited`: that has not come yet; `nothing`: there was nothing to take back. */
export type UndoAnswer = {
  readonly scanId: ScanId;
  readonly at: number;
  readonly outcome: "undone" | "awaited" | "nothing";
};
export type UndoReply = Result<UndoAnswer, Refusal>;

/**
 * The numbers of the tickets that changed, ascending. Refusal, and then nothing has changed: `ticket_admitted`, of the first
 * ticket in the way; `temporarily_unavailable`, `ticket_void` or `version_conflict` of a question that comes late, perhaps when
 * others were answered since; `door_closed` of a door that was emptied (rule D25).
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
