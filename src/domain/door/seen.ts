// What scanners are told of a ticket that passed or changed (rules D17, D23): its state, without the texts for the gate,
// which may name somebody.

import type { TicketRecord } from "./book.ts";
import { foldTicket } from "./fold.ts";
import type { BarrierRow } from "./rows.ts";
import type { TicketState } from "./ticket-state.ts";

export type SeenTicket = { readonly serial: number; readonly state: TicketState };

/** `barriers` and `days` as `foldTicket` takes them. */
export function seenTicket(
  serial: number,
  { rows }: TicketRecord,
  barriers: readonly BarrierRow[],
  days: readonly number[],
): SeenTicket {
  return { serial, state: foldTicket(rows, barriers, days).state };
}

/** When the place was last emptied by a supervisor, epoch ms; null: never. */
export function emptiedAt(barriers: readonly BarrierRow[]): number | null {
  return barriers.findLast(({ kind }) => kind === "sweep")?.at ?? null;
}
