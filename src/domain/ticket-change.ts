// Changes of an order's tickets that the door of their event has a say in (rules N8 to N10): what is asked for, and what a
// ticket is after it. The order's home keeps the question until the door has judged it.

import type { ChangeId } from "./ids.ts";
import type { Order, TicketMark } from "./order.ts";
import type { ReturnRequest } from "./order-return.ts";

/** The highest generation of a ticket: one byte of its code has it (rules N4, N10). */
export const MAX_GENERATION = 250;

/** How many reissues of a ticket are known by their keys: an order's row has a bound, however often it is changed. */
const KNOWN_REISSUES = 5;

/** What is asked of one ticket, by its number in the order. */
export type TicketRequest =
  | { readonly action: "block"; readonly number: number; readonly note: string | null }
  | { readonly action: "unblock"; readonly number: number }
  | { readonly action: "attention"; readonly number: number; readonly text: string | null }
  | { readonly action: "reissue"; readonly number: number };

/** `actor` and `requestId`: who asked, which the rows that complete it say. */
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

/** The order with this mark in the place of what it said of the ticket. */
export function withMark<O extends Pick<Order, "marks">>(order: O, mark: TicketMark): O {
  const others = (order.marks ?? []).filter(({ number }) => number !== mark.number);
  return { ...order, marks: [...others, mark].sort((a, b) => a.number - b.number) };
}

/** Whether two ask for the same. */
export function isSameRequest(a: TicketRequest, b: TicketRequest): boolean {
  return JSON.stringify(textsOf(a)) === JSON.stringify(textsOf(b));
}

function textsOf(request: TicketRequest): readonly unknown[] {
  const { action, number } = request;
  return [action, number, "note" in request ? request.note : null, "text" in request ? request.text : null];
}
