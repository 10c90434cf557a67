// Computes when an inventory object has to wake by itself: many deadlines, one alarm. All times are epoch ms.

import { notBefore, type Pauses, pauseMs } from "./backoff.ts";

/** Alarms for expiries are set on this grid, so that a thousand expiries are not a thousand alarms. */
export const EXPIRY_GRID_MS = 500;
/** There is at most one projection, and one query about each claim, in this time. */
export const REMOTE_INTERVAL_MS = 1_000;
const REMOTE_PAUSES: Pauses = { leastMs: REMOTE_INTERVAL_MS, firstMs: 2 * REMOTE_INTERVAL_MS, longestMs: 30_000 };

export type Deadlines = {
  /** When the next active hold or reserved order expires. */
  readonly expiry: number | null;
  /** When to query a home about a claim. */
  readonly claims: number | null;
  /** When to send an order again to a ticket type that has not acknowledged it. */
  readonly outbox: number | null;
  /** When to call a door again about a change of tickets that it has not judged. */
  readonly judging: number | null;
  /** When to send the next mails. */
  readonly mails: number | null;
  /** Whether ledger rows wait to be projected. */
  readonly unprojected: boolean;
  /** Nothing is projected before this time: the last projection was just now, or it failed. */
  readonly projectAgainAt: number;
  /** When to delete holds or ledger rows (rule H13). */
  readonly deletion: number | null;
  /** When to push to the feed again what it has not acknowledged. */
  readonly feed: number | null;
};

/** The earliest moment at which something is due, or null: then the object may sleep for good (rule L5). */
export function nextAlarmAt(deadlines: Deadlines, now: number): number | null {
  const due: number[] = [];
  if (deadlines.expiry !== null) due.push(onGrid(deadlines.expiry));
  if (deadlines.claims !== null) due.push(deadlines.claims);
  if (deadlines.outbox !== null) due.push(deadlines.outbox);
  if (deadlines.judging !== null) due.push(deadlines.judging);
  if (deadlines.mails !== null) due.push(Math.max(onGrid(now), deadlines.mails));
  if (deadlines.unprojected) due.push(Math.max(onGrid(now), deadlines.projectAgainAt));
  if (deadlines.deletion !== null) due.push(deadlines.deletion);
  if (deadlines.feed !== null) due.push(deadlines.feed);
  return due.length === 0 ? null : Math.max(now, Math.min(...due));
}

function onGrid(at: number): number {
  return Math.ceil(at / EXPIRY_GRID_MS) * EXPIRY_GRID_MS;
}

/**
 * The time that was computed with `backoffMs`, limited to the longest such pause from now on, in case the clock was wrong.
 */
export function backedOffUntil(notedAt: number, now: number): number {
  return notBefore(notedAt, now, REMOTE_PAUSES.longestMs);
}

/** The pause after `failures` in a row; `random` in [0, 1) spreads many objects apart. */
export function backoffMs(failures: number, random: number): number {
  if (failures === 0) return REMOTE_INTERVAL_MS;
  return pauseMs(REMOTE_PAUSES, failures, random);
}
