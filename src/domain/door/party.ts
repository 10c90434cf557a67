// Who came together (rule D13): of the tickets of one order, those whose holders are outside. Times are epoch ms.

import { CLOCK_AHEAD_MS } from "../limits.ts";
import { NO_RECORD, type TicketRecord } from "./book.ts";
import type { DoorActor } from "./command.ts";
import { foldTicket } from "./fold.ts";
import type { BarrierRow } from "./rows.ts";

/** How long after it has let in a ticket a device may ask for the others of the order. */
export const PARTY_MS = 10 * 60_000;

/** `entered`: it was let in before, and has left. */
export type OutsideTicket = { readonly serial: number; readonly entered: boolean };

/**
 * Those of `serials` that are outside, in the same order. None for a device that has not just let in the ticket `serial`: to
 * it a serial tells nothing of an order.
 */
export function partyOutside(
  asked: { readonly by: DoorActor; readonly serial: number; readonly serials: readonly number[]; readonly now: number },
  known: ReadonlyMap<number, TicketRecord>,
  barriers: readonly BarrierRow[],
): readonly OutsideTicket[] {
  const stateOf = (serial: number) => foldTicket((known.get(serial) ?? NO_RECORD).rows, barriers, []).state;
  const { by, serial, serials, now } = asked;
  const { lastEntry } = stateOf(serial);
  // By the door's own verdict: what a scanner says that it did alone has no code that the door has seen.
  const isByIt = (known.get(serial) ?? NO_RECORD).rows.some(
    (row) => row.kind === "entry" && row.decided !== "alone" && row.deviceId === by.id && row.at === lastEntry?.at,
  );
  const isLate = lastEntry === null || now >= lastEntry.at + PARTY_MS || now < lastEntry.at - CLOCK_AHEAD_MS;
  if (by.device !== null && (!isByIt || isLate)) return [];
  const states = serials.map((each) => ({ serial: each, state: stateOf(each) }));
  const outside = states.filter(({ state }) => state.inside === 0);
  return outside.map(({ serial: each, state }) => ({ serial: each, entered: state.entries > 0 }));
}
