// What a door remembers of its rows, and what it looks up for each scan. Times are epoch ms.

import type { ScanId } from "../ids.ts";
import { CLOCK_AHEAD_MS } from "../limits.ts";
import type { DoorHead, DoorRow } from "./door-log.ts";
import type { EventTerms } from "./event-terms.ts";
import type { TicketRow } from "./rows.ts";
import type { Verdict } from "./scan.ts";

/** The memory of a door: a cache of its rows. What it knows of a ticket stays in that ticket's row. */
export type DoorBook = { terms: EventTerms | null; head: DoorHead };

/**
 * A ticket at the door. `verdict`: of the last of `rows` where the door decided that. `failedTries`: when somebody typed
 * its serial with a wrong check, the last ten.
 */
export type TicketRecord = {
  readonly rows: readonly TicketRow[];
  readonly verdict: Verdict | null;
  readonly failedTries: readonly number[];
};

export const NO_RECORD: TicketRecord = { rows: [], verdict: null, failedTries: [] };

/** What a batch names, and what is stored of it. Of a scan id that has several rows, the first. */
export type ScanNames = { readonly scanIds: readonly ScanId[]; readonly serials: readonly number[] };
export type FoundScans = {
  readonly scans: ReadonlyMap<ScanId, DoorRow>;
  readonly tickets: ReadonlyMap<number, TicketRecord>;
};
export type FindScans = (names: ScanNames) => FoundScans;

export const NOTHING_FOUND: FoundScans = { scans: new Map(), tickets: new Map() };

/** The time of the next row: never before the last one's, unless that was written by a clock that was wrong (rule H3). */
export function doorNow({ head }: DoorBook, clock: number): number {
  return head.receivedAt > clock && head.receivedAt - clock <= CLOCK_AHEAD_MS ? head.receivedAt : clock;
}
