// What a door remembers of its rows, and what it looks up for each scan. Times are epoch ms.

import type { ScanId } from "../ids.ts";
import { runsBack } from "../ledger/chain.ts";
import type { DoorCheckpoint, DoorHead, DoorRow } from "./door-log.ts";
import type { EventTerms } from "./event-terms.ts";
import type { Leases } from "./kept-leases.ts";
import type { BarrierRow, TicketRow } from "./rows.ts";
import type { Verdict } from "./scan.ts";

/** The memory of a door: a cache of its rows. What it knows of a ticket stays in that ticket's row. */
export type DoorBook = {
  terms: EventTerms | null;
  head: DoorHead;
  /** All of them, in the order of their times. */
  barriers: readonly BarrierRow[];
  leases: Leases;
  /** Of a door that was emptied, for good (rule D25): what its head was then. */
  readonly checkpoint: DoorCheckpoint | null;
};

/**
 * A ticket at the door. `verdict`: of the last passage of `rows` where the door decided that. `failedTries`: when somebody typed
 * its serial with a wrong check, the last ten. `typeNumber`: as its last passage said, absent where none did, or a release
 * before noted none.
 */
export type TicketRecord = {
  readonly rows: readonly TicketRow[];
  readonly verdict: Verdict | null;
  readonly failedTries: readonly number[];
  readonly typeNumber?: number | null;
};

export const NO_RECORD: TicketRecord = { rows: [], verdict: null, failedTries: [] };

/**
 * What a batch names. `undone`: the scans that it takes back, of which the tickets are looked up too. `after`, epoch ms:
 * what has a later time than that is looked up; null: nothing by time.
 */
export type ScanNames = {
  readonly scanIds: readonly ScanId[];
  readonly undone: readonly ScanId[];
  readonly serials: readonly number[];
  readonly after: number | null;
};

/** What is stored of it. `undos`: the rows that take back a scan, by that one's id. `clicks`: those that are later. */
export type FoundScans = {
  readonly scans: ReadonlyMap<ScanId, DoorRow>;
  readonly undos: ReadonlyMap<ScanId, readonly DoorRow[]>;
  readonly tickets: ReadonlyMap<number, TicketRecord>;
  readonly clicks: readonly DoorRow[];
};
export type FindScans = (names: ScanNames) => FoundScans;

export const NOTHING_FOUND: FoundScans = { scans: new Map(), undos: new Map(), tickets: new Map(), clicks: [] };

/** The time of the next row: never before the last one's, unless that was written by a clock that was wrong (rule H3). */
export function doorNow({ head }: DoorBook, clock: number): number {
  return runsBack({ at: head.receivedAt }, clock) ? head.receivedAt : clock;
}
