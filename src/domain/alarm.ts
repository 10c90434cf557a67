// One alarm, many deadlines: when an inventory object has to wake by itself. All times are epoch ms.

import { notBefore, type Pauses, pauseMs } from "./backoff.ts";

/** An expiry is announced on this grid, so that a thousand of them are not a thousand alarms. */
export const EXPIRY_GRID_MS = 500;
/** At most one projection, and one question about a claim, in this time. */
export const REMOTE_INTERVAL_MS = 1_000;
const REMOTE_PAUSES: Pauses = { leastMs: REMOTE_INTERVAL_MS, firstMs: 2 * REMOTE_INTERVAL_MS, longestMs: 30_000 };

export type Deadlines = {
  /** When the next active hold or reserved order runs out. */
  readonly expiry: number | null;
  /** When the home of an order has to be asked about a claim. */
  readonly claims: number | null;
  /** When an order has to be sent again to a ticket type that has not acknowledged it. */
  readonly outbox: number | null;
  /** When a door has to be asked again about a change of tickets that it has not judged. */
  readonly judging: number | null;
  /** When mails are next to be sent. */
  readonly mails: number | null;
  /** Whether ledger rows wait to be projected. */
  readonly unprojected: boolean;
  /** Before this time D1 is not told again: its last answer was just now, or a failure. */
  readonly projectAgainAt: number;
  /** When holds or ledger rows are next to be deleted (rule H13). */
  readonly deletion: number | null;
  /** When the feed has to be told again what it has not acknowledged. */
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

/** A time that was noted with `backoffMs`, as it counts now: never further ahead than the longest of these pauses. */
export function backedOffUntil(notedAt: number, now: number): number {
  return notBefore(notedAt, now, REMOTE_PAUSES.longestMs);
}

/** How long to wait after `failures` in a row; `random` in [0, 1) spreads many objects apart. */
export function backoffMs(failures: number, random: number): number {
  if (failures === 0) return REMOTE_INTERVAL_MS;
  return pauseMs(REMOTE_PAUSES, failures, random);
}
