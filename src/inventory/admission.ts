// Rule X2: what cannot be served in time is refused at once, so that what is accepted stays fast.

import type { Command } from "../domain/ledger/command.ts";
import { MAX_IN_LINE, MAX_WAIT_MS, MAX_WAITING } from "../domain/limits.ts";

/**
 * Shed are the commands that begin something or only look. What gives back, decides or settles is taken while there is
 * room for anything; refused, each of them is repeated by who sent it, or ended by the alarm.
 */
const SHED: Readonly<Record<Command["kind"], boolean>> = {
  hold: true,
  extend: true,
  claim: true,
  read: true,
  order: true,
  counts: true,
  release: false,
  checkout: false,
  settle: false,
  resolve: false,
  unclaim: false,
  follow: false,
  terms: false,
};

/** `waiting` commands are in line before this one, the oldest since `oldestSince` (epoch ms, null when none is). */
export function isShed(kind: Command["kind"], waiting: number, oldestSince: number | null, now: number): boolean {
  if (!SHED[kind]) return waiting >= MAX_IN_LINE;
  return waiting >= MAX_WAITING || (oldestSince !== null && now - oldestSince > MAX_WAIT_MS);
}
