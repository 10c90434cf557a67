// Rule X2: sheds commands that could not be served in time, so that what is accepted stays fast.

import type { Command } from "../domain/ledger/command.ts";
import { MAX_IN_LINE, MAX_WAIT_MS, MAX_WAITING } from "../domain/limits.ts";

/**
 * Requests that only read the counts are refused long before those that buy, so that a crowd that reloads keeps no buyer
 * out.
 */
export const MAX_WAITING_FOR_COUNTS = MAX_WAITING / 4;

/**
 * How many commands may wait before each kind is shed. Commands that begin something or only read are shed first. Commands
 * that give back, decide or settle are taken while there is any room; if one is refused, its sender repeats it, or the
 * alarm does its work.
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

/**
 * `waiting` is the number of commands in the queue before this one, `oldestSince` when the oldest arrived, epoch ms, null
 * when the queue is empty.
 */
export function isShed(kind: Command["kind"], waiting: number, oldestSince: number | null, now: number): boolean {
  const room = ROOM[kind];
  if (waiting >= room) return true;
  return room < MAX_IN_LINE && oldestSince !== null && now - oldestSince > MAX_WAIT_MS;
}
