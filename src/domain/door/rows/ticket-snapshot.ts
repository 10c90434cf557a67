// Makes what scanners are sent of a ticket that passed or changed (rules D17, D23): its state, without the texts for the
// gate, since these may name somebody.

import type { TicketRecord } from "../book.ts";
import { foldTicket } from "./fold.ts";
import type { BarrierRow } from "./rows.ts";
import type { TicketState } from "../tickets/ticket-state.ts";

export type TicketSnapshot = { readonly serial: number; readonly state: TicketState };

/** `barriers` and `days` are those of `foldTicket`. */
export function snapshotTicket(
  serial: number,
  { rows }: TicketRecord,
  barriers: readonly BarrierRow[],
  days: readonly number[],
): TicketSnapshot {
  return { serial, state: foldTicket(rows, barriers, days).state };
}

/** When a supervisor last emptied the place, epoch ms; null for never. */
export function emptiedAt(barriers: readonly BarrierRow[]): number | null {
  return barriers.findLast(({ kind }) => kind === "sweep")?.at ?? null;
}
