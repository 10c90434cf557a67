// Defines what a door keeps in memory of its rows, and what it looks up for each batch. Times are epoch ms.

import type { ScanId } from "../ids.ts";
import { runsBack } from "../ledger/chain.ts";
import type { DoorCheckpoint, DoorHead, DoorRow } from "./rows/door-log.ts";
import type { EventTerms } from "./event-terms.ts";
import type { Leases } from "./leases/door-leases.ts";
import type { BarrierRow, TicketRow } from "./rows/rows.ts";
import type { Verdict } from "./scan.ts";

/** The memory of a door, a cache of its rows. What the door knows of a ticket is only in that ticket's row. */
export type DoorBook = {
  terms: EventTerms | null;
  head: DoorHead;
  /** All barriers, in the order of their times. */
  barriers: readonly BarrierRow[];
  leases: Leases;
  /** The head of a door that was emptied, at that moment (rule D25); null for any other. */
  readonly checkpoint: DoorCheckpoint | null;
};

/**
 * What the door stores of a ticket. `verdict`: that of the last passage in `rows`, if the door decided it. `failedTries`:
 * the last ten times when somebody typed its serial with a wrong check. `typeNumber`: that of its last passage; absent when
 * there is none, or an earlier release stored none.
 */
export type TicketRecord = {
  readonly rows: readonly TicketRow[];
  readonly verdict: Verdict | null;
  readonly failedTries: readonly number[];
  readonly typeNumber?: number | null;
};

export const NO_RECORD: TicketRecord = { rows: [], verdict: null, failedTries: [] };

/**
 * What a batch looks up. `undone`: the scans that it undoes, whose tickets are looked up too. `after`: everything with a
 * later time than this, epoch ms, is looked up; null for nothing by time.
 */
export type ScanNames = {
  readonly scanIds: readonly ScanId[];
  readonly undone: readonly ScanId[];
  readonly serials: readonly number[];
  readonly after: number | null;
};

/**
 * What was found. `undos`: the undo rows by the id of the scan that each undoes. `clicks`: those that are later than
 * `after`.
 */
export type FoundScans = {
  readonly scans: ReadonlyMap<ScanId, DoorRow>;
  readonly undos: ReadonlyMap<ScanId, readonly DoorRow[]>;
  readonly tickets: ReadonlyMap<number, TicketRecord>;
  readonly clicks: readonly DoorRow[];
};
export type FindScans = (names: ScanNames) => FoundScans;

export const NOTHING_FOUND: FoundScans = { scans: new Map(), undos: new Map(), tickets: new Map(), clicks: [] };

/** The time for the next row: not before that of the last row, unless a wrong clock wrote that (rule H3). */
export function doorNow({ head }: DoorBook, clock: number): number {
  return runsBack({ at: head.receivedAt }, clock) ? head.receivedAt : clock;
}
