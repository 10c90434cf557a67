// Defines the result of a search for orders on the wire (docs/api.md, "Running a show").

import { z } from "@hono/zod-openapi";
import type { FoundOrder } from "../../../db/orders/order-search.ts";
import { showSerial } from "../../../domain/door/tickets/serial.ts";
import { TICKET_STATUSES } from "../../../domain/door/tickets/ticket.ts";
import { FOUND_BY } from "../../../domain/orders/order-search.ts";
import { Order, renderOrder } from "./order.ts";
import { OrderPage } from "./order-history.ts";
import { ticketIdText } from "../entry/ticket.ts";

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
