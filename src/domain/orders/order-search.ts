// Reads the one field of a search (rule O12): a text is tried as everything that it can be read as.

import { nameKeyOf, normalizeEmail } from "./contact.ts";
import { parseSerial, parseTypedCode } from "../door/tickets/serial.ts";
import { type OrderId, parseOrderId, parseTicketId, type TicketId } from "../ids.ts";
import { parseReference } from "./reference.ts";

/** When an order is found in two ways, the first of this list is reported. */
export const FOUND_BY = ["reference", "serial", "order_id", "ticket_id", "email", "name"] as const;
export type FoundBy = (typeof FOUND_BY)[number];

/** Null: the text cannot be read as that. `nameKey` is the beginning of a name. */
export type SearchTerms = {
  readonly reference: string | null;
  readonly serial: number | null;
  readonly orderId: OrderId | null;
  readonly ticketId: TicketId | null;
  readonly email: string | null;
  readonly nameKey: string | null;
};

/** What `text` can be read as; as a name only within an event. */
export function readSearch(text: string, inEvent: boolean): SearchTerms {
  const trimmed = text.trim();
  const id = trimmed.toLowerCase();
  const email = trimmed.includes("@") ? normalizeEmail(trimmed) : null;
  return {
    reference: parseReference(trimmed),
    serial: parseSerial(trimmed) ?? parseTypedCode(trimmed)?.serial ?? null,
    orderId: parseOrderId(id),
    ticketId: parseTicketId(id),
    email,
    nameKey: inEvent && email === null ? nameKeyOf(trimmed) || null : null,
  };
}

/** The ways in which a search with these terms can find an order. */
export function searchedBy(terms: SearchTerms): FoundBy[] {
  const { reference, serial, orderId, ticketId, email, nameKey } = terms;
  const by = { reference, serial, order_id: orderId, ticket_id: ticketId, email, name: nameKey };
  return FOUND_BY.filter((way) => by[way] !== null);
}
