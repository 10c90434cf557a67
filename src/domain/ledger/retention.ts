// Rule H13: decides which data of an inventory may be deleted, and when. The store deletes, a bounded step at a time.

import type { Terms } from "../terms.ts";
import type { Checkpoint, Head } from "./chain.ts";

/**
 * Times in ms, sizes in bytes. `holdKeptFullMs` replaces `holdKeptMs` while the database is above `cutAboveBytes`.
 * `rowsAStep`: how many ledger rows one step reads, and so the most that it deletes.
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

/** Deletion waits for this grid, so that a trickle of holds does not cause a trickle of alarms a day later. */
export const SWEEP_GRID_MS = 600_000;

/** Sorts after every id of an order: all of them are deleted. */
export const ALL_ORDERS = "~";

/**
 * How far deletion has come. The final holds of rows at or before `sweptSeq` are deleted; no remaining hold was placed by a
 * row before `keptFrom`; ledger rows up to the checkpoint are deleted, and orders with ids up to `ordersTo`.
 */
export type Retained = {
  readonly sweptSeq: number;
  readonly keptFrom: number;
  readonly checkpoint: Checkpoint;
  readonly ordersTo: string;
};

/**
 * The facts that a decision about deleting needs. `bytes` is the database's size, `projectedSeq` the last row that D1 has
 * confirmed, `unsent` whether another ticket type has not yet followed an order.
 */
export type RetentionFacts = {
  readonly unsent: boolean;
  readonly now: number;
  readonly bytes: number;
  readonly head: Pick<Head, "seq" | "at">;
  readonly projectedSeq: number;
  readonly terms: Pick<Terms, "eventArchivedAt">;
};

/** When the whole ledger may be deleted, epoch ms; null while the event is not archived. */
export function ledgerEndsAt(
  { eventArchivedAt = null }: RetentionFacts["terms"],
  { ledgerKeptMs }: Pick<RetentionSettings, "ledgerKeptMs">,
): number | null {
  return eventArchivedAt === null ? null : eventArchivedAt + ledgerKeptMs;
}

/**
 * How long a final hold and its rows are kept. Above the size at which the ledger is cut it is an hour, so that a flood of
 * holds can fill the database only with what it leaves behind in an hour.
 */
export function holdRetentionMs({ bytes }: Pick<RetentionFacts, "bytes">, settings: RetentionSettings): number {
  return bytes > settings.cutAboveBytes ? settings.holdKeptFullMs : settings.holdKeptMs;
}

/** Whether ledger rows are deleted too, beside final holds: the event is long over, or there is no room. */
export function isCutting(facts: RetentionFacts, settings: RetentionSettings): boolean {
  const endsAt = ledgerEndsAt(facts.terms, settings);
  return facts.bytes > settings.cutAboveBytes || (endsAt !== null && facts.now >= endsAt);
}

/** Whether the orders of an event may be deleted by now; from then on D1's rows are the record. */
export function areOrdersCut(terms: RetentionFacts["terms"], now: number): boolean {
  const endsAt = ledgerEndsAt(terms, RETENTION);
  return endsAt !== null && now >= endsAt;
}

/** Whether orders are to be deleted now: D1 and every other ticket type have acknowledged all of them. */
export function cutsOrders({ ordersTo }: Retained, facts: RetentionFacts, settings: RetentionSettings): boolean {
  const endsAt = ledgerEndsAt(facts.terms, settings);
  const isOver = endsAt !== null && facts.now >= endsAt;
  return isOver && ordersTo !== ALL_ORDERS && facts.projectedSeq >= facts.head.seq && !facts.unsent;
}

/** The row of the new checkpoint, at most a step further, or null. The last row is never cut, since it has the counts. */
export function nextCut(retained: Retained, facts: RetentionFacts, settings: RetentionSettings): number | null {
  const { sweptSeq, keptFrom, checkpoint } = retained;
  const to = Math.min(sweptSeq, keptFrom - 1, facts.head.seq - 1, checkpoint.seq + settings.rowsAStep);
  return isCutting(facts, settings) && to > checkpoint.seq ? to : null;
}

/**
 * When something is next to be deleted, epoch ms; null when that is not known. `next` is the first row after `sweptSeq`
 * that is about a hold. What D1 has not confirmed is not deleted: the projection comes first, and this is computed again
 * after it.
 */
export function deletionDueAt(
  retained: Retained,
  next: { readonly seq: number; readonly at: number } | null,
  facts: RetentionFacts,
  settings: RetentionSettings,
): number | null {
  const due: number[] = [];
  if (next && next.seq <= facts.projectedSeq) due.push(onGrid(next.at + holdRetentionMs(facts, settings)));
  if (nextCut(retained, facts, settings) !== null) due.push(facts.now);
  const endsAt = ledgerEndsAt(facts.terms, settings);
  if (endsAt !== null && retained.ordersTo !== ALL_ORDERS && facts.now < endsAt) due.push(endsAt);
  if (cutsOrders(retained, facts, settings)) due.push(facts.now);
  if (endsAt !== null && facts.head.seq - 1 > retained.checkpoint.seq) {
    const unswept = retained.sweptSeq < Math.min(facts.projectedSeq, facts.head.seq);
    if (facts.now < endsAt || unswept) due.push(Math.max(endsAt, facts.head.at + holdRetentionMs(facts, settings)));
  }
  return due.length === 0 ? null : Math.min(...due);
}

function onGrid(at: number): number {
  return Math.ceil(at / SWEEP_GRID_MS) * SWEEP_GRID_MS;
}
