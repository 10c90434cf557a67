// Defines a search for orders on the wire: its text and its result (docs/api.md, "Running a show").

import { z } from "@hono/zod-openapi";
import type { FoundOrder } from "../../../db/orders/order-search.ts";
import { showSerial } from "../../../domain/door/tickets/serial.ts";
import { TICKET_STATUSES } from "../../../domain/door/tickets/ticket.ts";
import type { Refusal } from "../../../domain/errors.ts";
import { MAX_SEARCH } from "../../../domain/limits.ts";
import { FOUND_BY, readSearch, searchedBy, type SearchTerms } from "../../../domain/orders/order-search.ts";
import { accept, refuse, type Result } from "../../../domain/result.ts";
import { line } from "../common.ts";
import { Order, renderOrder } from "./order.ts";
import { OrderPage } from "./order-history.ts";
import { ticketIdText } from "../entry/ticket.ts";

export const searchText = line(MAX_SEARCH).openapi({ example: "7k3f 9qz2 m4z" });

const NEEDS_EVENT = {
  path: "/event_id",
  message: "A name can be searched only within an event, and this is no reference, serial, id or e-mail address",
};
const NOTHING = { path: "/q", message: "Has nothing to search for" };

/** What the text can be read as; refused when that is nothing. */
export function readTerms(q: string, inEvent: boolean): Result<SearchTerms, Refusal> {
  const terms = readSearch(q, inEvent);
  if (searchedBy(terms).length > 0) return accept(terms);
  return refuse({ code: "invalid_request", errors: [inEvent ? NOTHING : NEEDS_EVENT] });
}

const FoundOrderText = z
  .object({
    found_by: z.enum(FOUND_BY),
    order: Order,
    ticket: z
      .object({
        id: ticketIdText,
        serial: z.string().openapi({ example: "2GPSK-SFJ5J-M" }),
        status: z.enum(TICKET_STATUSES),
      })
      .nullable()
      .openapi({ description: "The status of the filter, if there was one." }),
  })
  .openapi("FoundOrder");

export const FoundOrders = OrderPage.pick({ as_of: true, behind: true })
  .extend({
    data: z.array(FoundOrderText),
    searched: z.array(z.enum(FOUND_BY)).openapi({ description: "Everything that the text could be read as." }),
    more: z.boolean().openapi({ description: "Whether there are more; `GET /v1/orders` pages through them." }),
  })
  .openapi("FoundOrders");

export function renderFoundOrder({ foundBy, order, ticket }: FoundOrder): z.infer<typeof FoundOrderText> {
  return {
    found_by: foundBy,
    order: renderOrder(order, true),
    ticket: ticket && { ...ticket, serial: showSerial(ticket.serial) },
  };
}
