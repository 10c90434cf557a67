// Decides who came together (rule D13): which tickets of an order are outside, and whether one of them may be let in
// because another was. Times are epoch ms.

import { CLOCK_AHEAD_MS } from "../../limits.ts";
import { NO_RECORD, type TicketRecord } from "../book.ts";
import type { DoorActor } from "../command.ts";
import { foldTicket } from "../rows/fold.ts";
import { type BarrierRow, isPass, type PassRow, effectiveRows, type UndoRow } from "../rows/rows.ts";

/** For this long after it has let in a ticket, a scanner may query the others of the order and let them in. */
export const PARTY_MS = 10 * 60_000;

/** `entered`: it was let in before and has left. */
export type OutsideTicket = { readonly serial: number; readonly entered: boolean };

/**
 * Whether the last entry of a ticket is younger than 10 minutes, was not undone, and was a scan of this scanner that the
 * door decided. What a scanner decided alone does not count, since the door has seen no code. `passes` and `undos` are the
 * ticket's.
 */
export function hasJustLetIn(
  scanner: string,
  passes: Iterable<PassRow>,
  undos: readonly UndoRow[],
  now: number,
): boolean {
  const last = effectiveRows(passes, undos)
    .filter(({ kind }) => kind === "entry")
    .at(-1);
  if (last === undefined || last.decided === "alone" || last.deviceId !== scanner) return false;
  return now < last.at + PARTY_MS && now >= last.at - CLOCK_AHEAD_MS;
}

/** The same for any of these tickets. */
export function hasJustLetInOneOf({ id }: DoorActor, records: readonly TicketRecord[], now: number): boolean {
  const undosOf = ({ rows }: TicketRecord) => rows.filter((row): row is UndoRow => row.kind === "undo");
  return records.some((record) => hasJustLetIn(id, record.rows.filter(isPass), undosOf(record), now));
}

/**
 * Those of `serials` that are outside, in the same order. Empty for a device that has not just let in the ticket `serial`,
 * so that a serial alone reveals nothing of an order.
 */
export function partyOutside(
  query: { readonly by: DoorActor; readonly serial: number; readonly serials: readonly number[]; readonly now: number },
  records: ReadonlyMap<number, TicketRecord>,
  barriers: readonly BarrierRow[],
): readonly OutsideTicket[] {
  const recordOf = (serial: number) => records.get(serial) ?? NO_RECORD;
  const { by, serial, serials, now } = query;
  if (by.device !== null && !hasJustLetInOneOf(by, [recordOf(serial)], now)) return [];
  const states = serials.map((each) => ({
    serial: each,
    state: foldTicket(recordOf(each).rows, barriers, []).state,
  }));
  const outside = states.filter(({ state }) => state.inside === 0);
  return outside.map(({ serial: each, state }) => ({ serial: each, entered: state.entries > 0 }));
}
