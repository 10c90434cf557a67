// Defines a ticket type on the wire, as its organisation sees it (rules K1, K2). Counts are the projection's, as of
// `counts_seq`.

import { z } from "@hono/zod-openapi";
import type { TicketType as TicketTypeRow } from "../../../db/ticket-types/ticket-types.ts";
import { ticketTypeFaults } from "../../../domain/events/catalogue.ts";
import { availableOf } from "../../../domain/ledger/chain.ts";
import { MAX_PER_ORDER, MAX_QUANTITY } from "../../../domain/limits.ts";
import { CURRENCY, formatMoney } from "../../../domain/money.ts";
import { publicStatus, TICKET_TYPE_STATUSES } from "../../../domain/terms.ts";
import {
  addFaults,
  changed,
  description,
  name,
  renderSettings,
  renderStamps,
  settings,
  settingsText,
  stamps,
} from "./catalogue.ts";
import { AdmissionInput, Admission, renderAdmission } from "./admission.ts";
import { currencyText, idText, instant, instantText, money, moneyText, toIso } from "../common.ts";

const perOrder = z.int().min(1).max(MAX_PER_ORDER);
const typeName = name.openapi({ example: "General admission" });
const currency = z.literal(CURRENCY).openapi({ example: CURRENCY });
const limits = { min: perOrder.openapi({ example: 1 }), max: perOrder.openapi({ example: 8 }) };
const unpaid = z.int().min(1).max(MAX_QUANTITY).nullable().openapi({
  example: 200,
  description:
    "How many tickets shoppers of one network address together may hold and reserve without having paid for them. Null: no limit. Left out when the type is made: a quarter of `total_quantity`, and at least 100.",
});
const admission = AdmissionInput.nullable().openapi({
  description: "Whom its tickets let in, when and where; null for the standard rules.",
  example: { entry: "reentry", max_entries: 5 },
});
const total = z.int().min(1).max(MAX_QUANTITY).openapi({ example: 500 });
const statusGiven = z.enum(["available", "hidden"]).openapi({ example: "available" });
const bound = (example: string) => instant.nullable().openapi({ description: "Null for the event's.", example });
const sale = { start: bound("2026-11-01T09:00:00+02:00"), end: bound("2030-11-30T20:00:00+02:00") };

export const TicketTypeInput = z
  .strictObject({
    name: typeName,
    description,
    price: money,
    currency: currency.default(CURRENCY),
    total_quantity: total,
    sale_start: sale.start.default(null),
    sale_end: sale.end.default(null),
    status: statusGiven.default("available"),
    min_per_order: limits.min.default(1),
    max_per_order: limits.max.default(10),
    max_unpaid_per_address: unpaid.optional(),
    admission: admission.default(null),
    settings,
  })
  .superRefine((type, context) => addFaults(context, ticketTypeFaults(type)))
  .openapi("TicketTypeInput");

/** No field has a default. The verb checks the fields that were sent against those that stay. */
export const TicketTypeChange = z
  .strictObject({
    name: typeName.optional(),
    description: changed.description,
    price: money.optional(),
    currency: currency.optional(),
    total_quantity: total.optional(),
    sale_start: sale.start.optional(),
    sale_end: sale.end.optional(),
    status: statusGiven.optional(),
    min_per_order: limits.min.optional(),
    max_per_order: limits.max.optional(),
    max_unpaid_per_address: unpaid.optional(),
    admission: admission.optional(),
    settings: changed.settings,
  })
  .superRefine((sent, context) => addFaults(context, ticketTypeFaults(sent)))
  .openapi("TicketTypeChange");

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
    withdrawn_count: z.int().openapi({ description: "Tickets that were returned and are not for sale again." }),
    available_quantity: z.int(),
    counts_seq: z.int().openapi({ description: "The ledger position that the counts were taken at." }),
    counts_hash: z
      .string()
      .nullable()
      .openapi({ description: "The hash of that ledger row; null while there is none." }),
    sale_start: instantText.nullable(),
    sale_end: instantText.nullable(),
    status: z.enum(TICKET_TYPE_STATUSES),
    min_per_order: z.int(),
    max_per_order: z.int(),
    max_unpaid_per_address: z.int().nullable(),
    admission: Admission,
    settings: settingsText,
    ...stamps,
  })
  .openapi("TicketType");

export function renderTicketType(row: TicketTypeRow): z.infer<typeof TicketType> {
  const { total_quantity: total, sold_count: sold, held_count: held, withdrawn_count: withdrawn } = row;
  const counts = { total, sold, held, withdrawn };
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
    withdrawn_count: row.withdrawn_count,
    available_quantity: availableOf(counts),
    counts_seq: row.counts_seq,
    counts_hash: row.counts_hash,
    sale_start: row.sale_start === null ? null : toIso(row.sale_start),
    sale_end: row.sale_end === null ? null : toIso(row.sale_end),
    status: publicStatus(row.hidden, counts),
    min_per_order: row.min_per_order,
    max_per_order: row.max_per_order,
    max_unpaid_per_address: row.max_unpaid_per_address,
    admission: renderAdmission(row.admission),
    settings: renderSettings(row.settings),
    ...renderStamps(row),
  };
}
