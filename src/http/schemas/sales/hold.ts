// Defines a hold on the wire (docs/api.md).

import { z } from "@hono/zod-openapi";
import { HOLD_SOURCES, HOLD_STATUSES, isActive } from "../../../domain/orders/hold.ts";
import type { HoldView } from "../../../domain/ledger/command.ts";
import { MAX_NOTES } from "../../../domain/limits.ts";
import { formatMoney } from "../../../domain/money.ts";
import { currencyText, idText, instantText, lines, moneyText, toIso } from "../common.ts";
import { orderIdText } from "./order-id.ts";

export const HOLD_EXAMPLE = `hold_${"4c9n0q2r8k3f7t5v1x6y0z9m2d".repeat(2)}`;
/** The id of a hold in a response; it contains its ticket type. */
export const holdIdText = z.string().openapi({ example: HOLD_EXAMPLE });

export const HoldInput = z
  .strictObject({
    quantity: z.int().openapi({ example: 2 }),
    source: z
      .enum(HOLD_SOURCES)
      .default("web")
      .openapi({ description: "`scanner` is a door sale, for organisers only.", example: "web" }),
    replaces: z.string().nullable().default(null).openapi({
      description: "An active hold of the same buyer and ticket type, which the new one replaces.",
      example: HOLD_EXAMPLE,
    }),
    notes: lines(MAX_NOTES).nullable().default(null).openapi({ example: "Seats for a wheelchair, please." }),
  })
  .openapi("HoldInput");

export const Hold = z
  .object({
    id: holdIdText,
    ticket_type_id: idText("tt"),
    event_id: idText("evt"),
    organization_id: idText("org"),
    user_id: idText("shp"),
    quantity: z.int(),
    status: z.enum(HOLD_STATUSES),
    source: z.enum(HOLD_SOURCES),
    notes: z.string().nullable(),
    unit_price: moneyText,
    currency: currencyText,
    held_until: instantText,
    expires_in_seconds: z.int().openapi({ description: "Rounded up; 0 when the hold is not active." }),
    first_placed_at: instantText.openapi({ description: "The hold ends at the latest an hour after this." }),
    extensions: z.int().openapi({ description: "How often it was extended, at most 10 times.", example: 0 }),
    order_id: orderIdText
      .nullable()
      .openapi({ description: "The order that converted the hold; null for any other hold." }),
    replaces: holdIdText.nullable().openapi({ description: "The hold that this one replaced." }),
    replaced_by: holdIdText.nullable().openapi({ description: "The hold that replaced this one." }),
    created_at: instantText,
    updated_at: instantText,
  })
  .openapi("Hold");
export type Hold = z.infer<typeof Hold>;

export function renderHold(hold: HoldView, ticketTypeId: string): Hold {
  return {
    id: hold.id,
    ticket_type_id: ticketTypeId,
    event_id: hold.eventId,
    organization_id: hold.organizationId,
    user_id: hold.userId,
    quantity: hold.quantity,
    status: hold.status,
    source: hold.source,
    notes: hold.notes,
    unit_price: formatMoney(hold.unitPrice),
    currency: hold.currency,
    held_until: toIso(hold.heldUntil),
    expires_in_seconds: isActive(hold, hold.at) ? Math.ceil((hold.heldUntil - hold.at) / 1_000) : 0,
    first_placed_at: toIso(hold.firstPlacedAt),
    extensions: hold.extensionKeys.length,
    order_id: hold.orderId,
    replaces: hold.replaces,
    replaced_by: hold.replacedBy,
    created_at: toIso(hold.createdAt),
    updated_at: toIso(hold.updatedAt),
  };
}
