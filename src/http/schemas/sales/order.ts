// Defines an order on the wire (docs/api.md).

import { z } from "@hono/zod-openapi";
import { contactIn, DEFAULT_LOCALE } from "../../../domain/orders/contact.ts";
import { MAX_HOLDS_PER_CHECKOUT } from "../../../domain/limits.ts";
import { formatMoney } from "../../../domain/money.ts";
import type { OrderView } from "../../../domain/ledger/command.ts";
import { ORDER_STATUSES } from "../../../domain/orders/order.ts";
import { returnedTotal } from "../../../domain/orders/order-return.ts";
import { referenceOf } from "../../../domain/orders/reference.ts";
import { currencyText, idText, instantText, moneyText, pageOf, toIso } from "../common.ts";
import { Contact, CONTACT_EXAMPLE, ContactInput, locale, renderContact } from "./contact.ts";
import { holdIdText } from "./hold.ts";
import { orderIdText } from "./order-id.ts";

export const CheckoutInput = z
  .strictObject({
    hold_ids: z
      .array(z.string().max(200))
      .min(1)
      .max(MAX_HOLDS_PER_CHECKOUT)
      .refine((ids) => new Set(ids).size === ids.length, "Each hold is named once")
      .openapi({ example: [`hold_${"4c9n0q2r8k3f7t5v1x6y0z9m2d".repeat(2)}`] }),
    contact: ContactInput.nullable()
      .default(null)
      .openapi({ description: "The contact, who gets the order's mails.", example: CONTACT_EXAMPLE }),
    locale: locale.default(DEFAULT_LOCALE).openapi({ example: DEFAULT_LOCALE }),
  })
  .openapi("CheckoutInput");

export const Order = z
  .object({
    id: orderIdText,
    reference: z.string().openapi({
      description: "For people; it is found in any case and spacing. The last character is a check character.",
      example: "7K3F-9QZ2-M4Z",
    }),
    organization_id: idText("org"),
    event_id: idText("evt"),
    user_id: idText("shp"),
    status: z.enum(ORDER_STATUSES),
    items: z.array(
      z.object({
        ticket_type_id: idText("tt"),
        hold_id: holdIdText,
        quantity: z.int(),
        unit_price: moneyText,
        amount: moneyText,
        returned_quantity: z.int(),
      }),
    ),
    total: moneyText.openapi({ description: "The price of what was ordered, including what was returned since." }),
    returned_total: moneyText.openapi({
      description: "The price of the returned tickets. A return moves no money.",
    }),
    currency: currencyText,
    contact: Contact.nullable().openapi({
      description: "Null when there is none, when it was erased, and when the caller may not see it.",
    }),
    locale,
    expires_at: instantText,
    created_at: instantText,
    updated_at: instantText,
  })
  .openapi("Order");
export type Order = z.infer<typeof Order>;

/** The response to a checkout, the only one that has the order's link (rule O13). */
export const CheckedOutOrder = Order.extend({
  order_link: z
    .string()
    .nullable()
    .openapi({
      description:
        "A bearer token that reads this order until 30 days after the event's end, and does nothing else. Keep it out of paths and queries. Null when the server has no key to sign it.",
      example: `vgo_${"A".repeat(115)}`,
    }),
}).openapi("CheckedOutOrder");

const as_of = instantText.openapi({ description: "When the list was read. Nothing is decided from it." });
export const OwnOrderPage = pageOf(Order).extend({ as_of });
type Shown = Omit<OrderView, "attempt" | "seq" | "history">;

/** `seesContact`: whether the reader is the buyer, or may read the organisation's orders (rule O11). */
export function renderOrder(order: Shown, seesContact: boolean): Order {
  const contact = seesContact ? contactIn(order.contact) : null;
  return {
    id: order.id,
    reference: referenceOf(order.id),
    organization_id: order.organizationId,
    event_id: order.eventId,
    user_id: order.userId,
    status: order.status,
    items: order.items.map((item) => ({
      ticket_type_id: item.ticketTypeId,
      hold_id: item.holdId,
      quantity: item.quantity,
      unit_price: formatMoney(item.unitPrice),
      amount: formatMoney(item.amount),
      returned_quantity: item.returned,
    })),
    total: formatMoney(order.total),
    returned_total: formatMoney(returnedTotal(order)),
    currency: order.currency,
    contact: contact && renderContact(contact),
    locale: order.locale,
    expires_at: toIso(order.expiresAt),
    created_at: toIso(order.createdAt),
    updated_at: toIso(order.updatedAt),
  };
}
