// Defines what only organisers see and send of orders on the wire (docs/api.md): lists, returns, and the history of one.

import { z } from "@hono/zod-openapi";
import { ticketIdFrom } from "../../../domain/ids.ts";
import { MAX_HOLDS_PER_CHECKOUT, MAX_NOTES, MAX_QUANTITY, MAX_TICKETS_AN_ORDER } from "../../../domain/limits.ts";
import type { LedgerRow as Row } from "../../../domain/ledger/chain.ts";
import type { OrderReturn as Return } from "../../../domain/orders/order-return.ts";
import { lines } from "../common.ts";
import { holdIdText } from "./hold.ts";
import { LedgerRow, renderLedgerRow } from "./ledger.ts";
import { OwnOrderPage } from "./order.ts";
import { ticketIdText } from "../entry/ticket.ts";

export const OrderPage = OwnOrderPage.extend({
  behind: z.boolean().openapi({
    description: "Whether an inventory is ahead of this copy, so that orders may be missing or out of date.",
  }),
});

export const ReturnInput = z
  .strictObject({
    items: z
      .union([
        z.literal("all"),
        z
          .array(z.strictObject({ hold_id: z.string().max(200), quantity: z.int().min(1).max(MAX_QUANTITY) }))
          .min(1)
          .max(MAX_HOLDS_PER_CHECKOUT)
          .refine(
            (items) => new Set(items.map(({ hold_id }) => hold_id)).size === items.length,
            "Each hold is named once",
          ),
        z.strictObject({
          tickets: z
            .array(ticketIdText)
            .min(1)
            .max(MAX_TICKETS_AN_ORDER)
            .refine((ids) => new Set(ids).size === ids.length, "Each ticket is named once"),
        }),
      ])
      .openapi({
        description:
          "`all` returns everything that is left of the order. Of a hold, the tickets with the highest numbers are returned that are valid and were never let in.",
        example: "all",
      }),
    return_to_stock: z
      .boolean()
      .default(true)
      .openapi({ description: "`false`: the tickets are withdrawn, not for sale again.", example: true }),
    reason: lines(MAX_NOTES).nullable().default(null).openapi({ example: "The event was moved to Sunday." }),
    force: z
      .boolean()
      .default(false)
      .openapi({ description: "Returns tickets even if their holders were let in.", example: false }),
  })
  .openapi("ReturnInput");

const OrderReturn = z
  .object({
    seq: z
      .int()
      .openapi({ description: "The row in `data` that completed it; it has who did it, when and by which request." }),
    items: z.array(z.object({ hold_id: holdIdText, quantity: z.int() })),
    ticket_ids: z
      .array(ticketIdText)
      .nullable()
      .openapi({ description: "The tickets that it made void. Null for a return from before tickets were named." }),
    return_to_stock: z.boolean(),
    reason: z.string().nullable(),
  })
  .openapi("OrderReturn");

export const OrderHistory = z
  .object({ data: z.array(LedgerRow), returns: z.array(OrderReturn) })
  .openapi("OrderHistory");

export function renderOrderHistory({ rows, returns }: History): z.infer<typeof OrderHistory> {
  return {
    data: rows.map(renderLedgerRow),
    returns: returns.map(({ orderId, seq, taken, tickets, returnToStock, reason }) => ({
      seq,
      items: taken.map(({ holdId, quantity }) => ({ hold_id: holdId, quantity })),
      ticket_ids: tickets?.map((number) => ticketIdFrom(orderId, number)) ?? null,
      return_to_stock: returnToStock,
      reason,
    })),
  };
}

type History = { readonly rows: readonly Row[]; readonly returns: readonly Return[] };
