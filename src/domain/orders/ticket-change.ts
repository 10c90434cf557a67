// Defines changes of an order's tickets that the event's door has to judge (rules N8 to N10), and what a ticket is
// afterwards. The order's home stores the change until the door has judged it.

import type { ChangeId } from "../ids.ts";
import type { Order, TicketMark } from "./order.ts";
import type { ReturnRequest } from "./order-return.ts";

/** The highest generation of a ticket: one byte of its code has it (rules N4, N10). */
export const MAX_GENERATION = 250;

/**
 * How many reissues of a ticket are known by their keys. It is bounded, so that an order's row is too, however often it is
 * changed.
 */
const KNOWN_REISSUES = 5;

/** A change of one ticket, named by its number in the order. */
export type TicketRequest =
  | { readonly action: "block"; readonly number: number; readonly note: string | null }
  | { readonly action: "unblock"; readonly number: number }
  | { readonly action: "attention"; readonly number: number; readonly text: string | null }
  | { readonly action: "reissue"; readonly number: number };

/** `actor` and `requestId`: who requested it, as the rows that complete it record. */
export type PendingChange = {
  readonly id: ChangeId;
  readonly request: TicketRequest | ({ readonly action: "return" } & ReturnRequest);
  readonly actor: string;
  readonly requestId: string;
};

export function markOf({ marks }: Pick<Order, "marks">, number: number): TicketMark {
  const none: TicketMark = { number, generation: 1, reissues: [], blocked: false, blockNote: null, attention: null };
  return marks?.find((mark) => mark.number === number) ?? none;
}

/** The ticket after the change. */
export function marked(mark: TicketMark, request: TicketRequest, id: ChangeId): TicketMark {
  switch (request.action) {
    case "block":
      return { ...mark, blocked: true, blockNote: request.note };
    case "unblock":
      return { ...mark, blocked: false, blockNote: null };
    case "attention":
      return { ...mark, attention: request.text };
    case "reissue":
      return { ...mark, generation: mark.generation + 1, reissues: [...mark.reissues, id].slice(-KNOWN_REISSUES) };
  }
}

/** The order with this mark in place of the ticket's former one. */
export function withMark<O extends Pick<Order, "marks">>(order: O, mark: TicketMark): O {
  const others = (order.marks ?? []).filter(({ number }) => number !== mark.number);
  return { ...order, marks: [...others, mark].sort((a, b) => a.number - b.number) };
}

/** Whether two requests are for the same change. */
export function isSameRequest(a: TicketRequest, b: TicketRequest): boolean {
  return JSON.stringify(textsOf(a)) === JSON.stringify(textsOf(b));
}

function textsOf(request: TicketRequest): readonly unknown[] {
  const { action, number } = request;
  return [action, number, "note" in request ? request.note : null, "text" in request ? request.text : null];
}
