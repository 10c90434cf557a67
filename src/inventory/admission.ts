// Rule X2: what cannot be served in time is refused at once, so that what is accepted stays fast.

import type { Command } from "../domain/ledger/command.ts";
import { MAX_IN_LINE, MAX_WAIT_MS, MAX_WAITING } from "../domain/limits.ts";

/** Those who only look at the counts are refused long before those who buy: a crowd that reloads keeps nobody out. */
export const MAX_WAITING_FOR_COUNTS = MAX_WAITING / 4;

/**
 * How many may wait before each kind. The commands that begin something or only look are shed; what gives back, decides
 * or settles is taken while there is room for anything. Refused, each of them is repeated by who sent it, or ended by the
 * alarm.
 */
const ROOM: Readonly<Record<Command["kind"], number>> = {
  hold: MAX_WAITING,
  extend: MAX_WAITING,
  claim: MAX_WAITING,
  read: MAX_WAITING,
  order: MAX_WAITING,
  counts: MAX_WAITING_FOR_COUNTS,
  release: MAX_IN_LINE,
  checkout: MAX_IN_LINE,
  settle: MAX_IN_LINE,
  return: MAX_IN_LINE,
  change_ticket: MAX_IN_LINE,
  judged: MAX_IN_LINE,
  erase_contact: MAX_IN_LINE,
  resolve: MAX_IN_LINE,
  unclaim: MAX_IN_LINE,
  follow: MAX_IN_LINE,
  terms: MAX_IN_LINE,
};

/** `waiting` commands are in line before this one, the oldest since `oldestSince` (epoch ms, null when none is). */
export function isShed(kind: Command["kind"], waiting: number, oldestSince: number | null, now: number): boolean {
  const room = ROOM[kind];
  if (waiting >= room) return true;
  return room < MAX_IN_LINE && oldestSince !== null && now - oldestSince > MAX_WAIT_MS;
}
