// A ticket type on the wire, as its organisation sees it (rules K1, K2). Counts are the projection's, as of `counts_seq`.

import { z } from "@hono/zod-openapi";
import type { TicketType as TicketTypeRow } from "../../db/ticket-types.ts";
import { MAX_PER_ORDER, MAX_QUANTITY } from "../../domain/limits.ts";
import { CURRENCY, formatMoney } from "../../domain/money.ts";
import { shownStatus, TICKET_TYPE_STATUSES } from "../../domain/terms.ts";
import {
  description,
  name,
  renderSettings,
  renderStamps,
  settings,
  settingsText,
  stamps,
  whenFieldsAre,
} from "./catalogue.ts";
import { currencyText, idText, instant, instantText, money, moneyText, toIso } from "./common.ts";

const perOrder = z.int().min(1).max(MAX_PER_ORDER);
const bound = instant.nullable().default(null).openapi({ description: "The event's when it is left out." });

export const TicketTypeInput = z
  .strictObject({
    name,
    description,
    price: money,
    currency: z.literal(CURRENCY).default(CURRENCY),
    total_quantity: z.int().min(1).max(MAX_QUANTITY),
    sale_start: bound,
    sale_end: bound,
    status: z.enum(["available", "hidden"]).default("available"),
    min_per_order: perOrder.default(1),
    max_per_order: perOrder.default(10),
    settings,
  })
  .refine((type) => type.min_per_order <= type.max_per_order, {
    ...whenFieldsAre,
    path: ["min_per_order"],
    error: "Above max_per_order",
  })
  .refine((type) => type.sale_start === null || type.sale_end === null || type.sale_start < type.sale_end, {
    ...whenFieldsAre,
    path: ["sale_end"],
    error: "Not after sale_start",
  })
  .openapi("TicketTypeInput");

export const TicketType = z
  .object({
    id: idText("tt"),
    event_id: idText("evt"),
    organization_id: idText("org"),
    name: z.string(),
    description: z.string().nullable(),
    price: moneyText,
    currency: currencyText,
    total_quantity: z.int(),
    sold_count: z.int(),
    held_count: z.int(),
    available_quantity: z.int(),
    counts_seq: z.int().openapi({ description: "The ledger position that the counts were taken at." }),
    sale_start: instantText.nullable(),
    sale_end: instantText.nullable(),
    status: z.enum(TICKET_TYPE_STATUSES),
    min_per_order: z.int(),
    max_per_order: z.int(),
    settings: settingsText,
    ...stamps,
  })
  .openapi("TicketType");

export function renderTicketType(row: TicketTypeRow): z.infer<typeof TicketType> {
  return {
    id: row.id,
    event_id: row.event_id,
    organization_id: row.organization_id,
    name: row.name,
    description: row.description,
    price: formatMoney(row.price),
    currency: row.currency,
    total_quantity: row.total_quantity,
    sold_count: row.sold_count,
    held_count: row.held_count,
    available_quantity: row.total_quantity - row.sold_count - row.held_count,
    counts_seq: row.counts_seq,
    sale_start: row.sale_start === null ? null : toIso(row.sale_start),
    sale_end: row.sale_end === null ? null : toIso(row.sale_end),
    status: shownStatus(row.hidden, row.total_quantity, row.sold_count),
    min_per_order: row.min_per_order,
    max_per_order: row.max_per_order,
    settings: renderSettings(row.settings),
    ...renderStamps(row),
  };
}
