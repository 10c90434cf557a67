// Rule H13: what of an inventory may be deleted, and when. Only says so; the store deletes, a bounded step at a time.

import type { Terms } from "../terms.ts";
import type { Checkpoint, Head } from "./chain.ts";

/**
 * Times ms, sizes bytes. `holdKeptFullMs`: as `holdKeptMs`, while the database is above `cutAboveBytes`. `rowsAStep`:
 * ledger rows that one step looks at, and so the most that it deletes.
 */
export type RetentionSettings = {
  readonly holdKeptMs: number;
  readonly holdKeptFullMs: number;
  readonly ledgerKeptMs: number;
  readonly cutAboveBytes: number;
  readonly shedAboveBytes: number;
  readonly rowsAStep: number;
};

const HOUR_MS = 3_600_000;

export const RETENTION: RetentionSettings = {
  holdKeptMs: 24 * HOUR_MS,
  holdKeptFullMs: HOUR_MS,
  ledgerKeptMs: 90 * 24 * HOUR_MS,
  cutAboveBytes: 6_000_000_000,
  shedAboveBytes: 9_000_000_000,
  rowsAStep: 1_000,
};

/** Deletion waits for this grid, so that a trickle of holds is not a trickle of alarms a day later. */
export const SWEEP_GRID_MS = 600_000;

/** After every id of an order: all of them are cut. */
export const ALL_ORDERS = "~";

/**
 * How far deletion has come. The final holds of rows at or before `sweptSeq` are gone; no hold that is left was placed
 * by a row before `keptFrom`; ledger rows at or before the checkpoint's are cut, and orders of ids up to `ordersTo`.
 */
export type Kept = {
  readonly sweptSeq: number;
  readonly keptFrom: number;
  readonly checkpoint: Checkpoint;
  readonly ordersTo: string;
};

/**
 * What a decision about deleting looks at. `bytes` is the database's size, `projectedSeq` what D1 was told of, `unsent`
 * whether another ticket type has yet to hear of an order.
 */
export type RetentionFacts = {
  readonly unsent: boolean;
  readonly now: number;
  readonly bytes: number;
  readonly head: Pick<Head, "seq" | "at">;
  readonly projectedSeq: number;
  readonly terms: Pick<Terms, "eventArchivedAt">;
};

/** When the whole ledger goes, epoch ms; null while the event is not archived. */
export function ledgerEndsAt(
  { eventArchivedAt = null }: RetentionFacts["terms"],
  { ledgerKeptMs }: Pick<RetentionSettings, "ledgerKeptMs">,
): number | null {
  return eventArchivedAt === null ? null : eventArchivedAt + ledgerKeptMs;
}

/**
 * How long a final hold and its rows are kept. Above the size at which the ledger is cut it is an hour, so that what a
 * flood of holds leaves behind in an hour is all that it can fill the database with.
 */
export function keptMs({ bytes }: Pick<RetentionFacts, "bytes">, settings: RetentionSettings): number {
  return bytes > settings.cutAboveBytes ? settings.holdKeptFullMs : settings.holdKeptMs;
}

/** Whether ledger rows are to be cut, beside final holds: the event is long over, or there is no room. */
export function isCutting(facts: RetentionFacts, settings: RetentionSettings): boolean {
  const endsAt = ledgerEndsAt(facts.terms, settings);
  return facts.bytes > settings.cutAboveBytes || (endsAt !== null && facts.now >= endsAt);
}

/** Whether the orders of an event may have been cut by now: D1's rows are the record from then on. */
export function areOrdersCut(terms: RetentionFacts["terms"], now: number): boolean {
  const endsAt = ledgerEndsAt(terms, RETENTION);
  return endsAt !== null && now >= endsAt;
}

/** Whether orders are to be cut now: D1 has acknowledged all of them, and every other ticket type too. */
export function cutsOrders({ ordersTo }: Kept, facts: RetentionFacts, settings: RetentionSettings): boolean {
  const endsAt = ledgerEndsAt(facts.terms, settings);
  const isOver = endsAt !== null && facts.now >= endsAt;
  return isOver && ordersTo !== ALL_ORDERS && facts.projectedSeq >= facts.head.seq && !facts.unsent;
}

/** The new checkpoint's row, at most a step further, or null. The last row stays: it is the counts. */
export function nextCut(kept: Kept, facts: RetentionFacts, settings: RetentionSettings): number | null {
  const { sweptSeq, keptFrom, checkpoint } = kept;
  const to = Math.min(sweptSeq, keptFrom - 1, facts.head.seq - 1, checkpoint.seq + settings.rowsAStep);
  return isCutting(facts, settings) && to > checkpoint.seq ? to : null;
}

/**
 * When there is next something to delete, epoch ms; null when nothing is to be foreseen. `next` is the first row after
 * `sweptSeq` that tells of a hold. What D1 does not know yet is not deleted: its projection comes first, and asks again.
 */
export function deletionDueAt(
  kept: Kept,
  next: { readonly seq: number; readonly at: number } | null,
  facts: RetentionFacts,
  settings: RetentionSettings,
): number | null {
  const due: number[] = [];
  if (next && next.seq <= facts.projectedSeq) due.push(onGrid(next.at + keptMs(facts, settings)));
  if (nextCut(kept, facts, settings) !== null) due.push(facts.now);
  const endsAt = ledgerEndsAt(facts.terms, settings);
  if (endsAt !== null && kept.ordersTo !== ALL_ORDERS && facts.now < endsAt) due.push(endsAt);
  if (cutsOrders(kept, facts, settings)) due.push(facts.now);
  if (endsAt !== null && facts.head.seq - 1 > kept.checkpoint.seq) {
    const unswept = kept.sweptSeq < Math.min(facts.projectedSeq, facts.head.seq);
    if (facts.now < endsAt || unswept) due.push(Math.max(endsAt, facts.head.at + keptMs(facts, settings)));
  }
  return due.length === 0 ? null : Math.min(...due);
}

function onGrid(at: number): number {
  return Math.ceil(at / SWEEP_GRID_MS) * SWEEP_GRID_MS;
}
