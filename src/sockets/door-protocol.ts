// Defines the messages and frames of a door's own socket (rule D23; docs/api.md, "The door's socket"). Times are ISO 8601
// UTC with milliseconds. Values are absolute, so that a lost frame is repaired by the next. None of them admits or names
// anybody.

import type { EventStatus } from "../domain/events/event.ts";
import type { FoundConflict } from "../domain/door/rows/conflicts.ts";
import type { Direction } from "../domain/door/scan.ts";
import type { CodeSource } from "../domain/door/rows/door-log.ts";
import type { DoorShown, NoticeShown } from "./protocol.ts";

/** A scan, as `POST /v1/events/{id}/scans` takes it. An override must go to that route. */
export type ScanMessage = {
  readonly type: "scan";
  readonly scan_id: string;
  readonly code: string;
  readonly direction: Direction;
  readonly source: CodeSource;
  readonly gate_id: string;
  /** How many persons of its lease the scanner has used for this scan (rule D12). */
  readonly from_lease?: number;
};
/**
 * How much of its lease the scanner has given back so far, and to which recalls it has replied. A scanner that wants a
 * lease sends this first. `wants` false: it gives its lease back.
 */
export type LeaseMessage = {
  readonly type: "lease";
  readonly returned: number;
  readonly calls: number;
  readonly wants?: boolean;
};
/** Confirms that the verdicts of these scans have reached their scanner (rule D5). */
export type AckMessage = { readonly type: "ack"; readonly scan_ids: readonly string[] };
export type ScannerMessage = ScanMessage | AckMessage | LeaseMessage;

export type PassageShown = {
  readonly at: string;
  readonly gate_id: string | null;
  readonly device_id: string | null;
};
/** What a verdict has beside its name; docs/api.md says which verdict has what. */
export type VerdictFactsShown = {
  readonly event?: { readonly id: string; readonly name: string; readonly start_time: string };
  readonly since?: string;
  readonly note?: string | null;
  readonly opens_at?: string;
  readonly ended_at?: string;
  readonly open_gates?: string[];
  readonly gates?: string[];
  readonly window?: { readonly from: string; readonly until: string } | null;
  readonly entered?: PassageShown;
  readonly left?: PassageShown | null;
  readonly limit?: number;
  readonly free_at?: string | null;
  readonly inside?: number;
  readonly inside_by?: number;
  readonly capacity?: number;
  readonly hard?: boolean;
  readonly attention?: string | null;
  readonly persons?: number;
  readonly against?: string | null;
  readonly from_lease?: number;
  readonly left_of_lease?: number;
};
export type ScanShown<Verdict extends string = string> = VerdictFactsShown & {
  readonly scan_id: string;
  readonly verdict: Verdict;
  readonly let_in: boolean;
  readonly again: boolean;
  readonly at: string;
  readonly serial: string | null;
  readonly ticket_type_id: string | null;
};

/** `scan_id` is the one that was sent; `scan.scan_id` the one under which it was decided. */
export type VerdictFrame = { readonly type: "verdict"; readonly scan_id: string; readonly scan: ScanShown };
/**
 * The scan was not decided or, without a `scan_id`, no lease was granted. `code` is that of the problem that HTTP would
 * return.
 */
export type RefusedFrame = {
  readonly type: "refused";
  readonly scan_id?: string;
  readonly code: string;
  readonly retry_after_seconds?: number;
};

/**
 * What the door knows of a ticket, as far as it matters to a decision. `inside`: persons; `entered`: its last entry;
 * `left_at`: when it left since; `void_since`, `blocked_since`: null when it is not. A ticket that entered before the
 * place was last emptied counts as outside.
 */
export type TicketSeen = {
  readonly serial: string;
  readonly generation: number;
  readonly inside: number;
  readonly entries: number;
  /** How many of these entries were on the day of the last one. */
  readonly entries_that_day: number;
  readonly entered: { readonly at: string; readonly gate_id: string | null } | null;
  readonly left_at: string | null;
  readonly last_at: string | null;
  readonly void_since: string | null;
  readonly blocked_since: string | null;
};

/** The part of the terms that a scanner shows. `version` grows whenever any of it changes. */
export type TermsShown = {
  readonly version: number;
  readonly event: { readonly id: string; readonly status: EventStatus };
  readonly gates: readonly { readonly id: string; readonly status: "open" | "closed" }[];
};
/**
 * The first frame. `notice` is left out when the desk did not reply. `emptied_at`: when a supervisor last emptied the
 * place; null for never.
 */
export type DoorSnapshotFrame = {
  readonly type: "snapshot";
  readonly at: string;
  readonly terms: TermsShown;
  readonly door: DoorShown;
  readonly notice?: NoticeShown | null;
  readonly emptied_at: string | null;
};
/**
 * What changed after row `from_seq` of the log, up to row `to_seq`. `door.gates` has only the gates that changed, and each
 * ticket is in its latest state. A scanner that knows less than `from_seq` has missed something, and requests it.
 */
export type DoorNewsFrame = {
  readonly type: "door";
  readonly at: string;
  readonly door: DoorShown;
  readonly from_seq: number;
  readonly to_seq: number;
  readonly seen: readonly TicketSeen[];
  readonly emptied_at: string | null;
};
export type TermsFrame = { readonly type: "terms"; readonly at: string; readonly terms: TermsShown };

/**
 * The door's side of the scanner's lease, in persons. All are totals since the beginning, so that the highest of each is
 * the latest.
 */
export type LeaseFrame = {
  readonly type: "lease";
  readonly at: string;
  readonly granted: number;
  readonly drawn: number;
  readonly returned: number;
  readonly written_off: number;
  readonly calls: number;
};

/** A conflict: something that is not as the rules say (rule D19). docs/api.md lists the fields of each. */
export type ConflictShown = {
  readonly id: string;
  readonly kind: FoundConflict["kind"];
  readonly at: string;
  readonly scan_id: string | null;
  readonly other_scan_id: string | null;
  readonly serial: string | null;
  readonly gate_id: string | null;
  readonly device_id: string;
  readonly inside: number | null;
  readonly capacity: number | null;
};
/** Conflicts that were found. A scanner ignores one whose `id` it knows. */
export type AlertFrame = { readonly type: "alert"; readonly at: string; readonly conflicts: readonly ConflictShown[] };
