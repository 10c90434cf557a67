// Finds ticket types that somebody can still buy (rules K1, E3, E8): `canBeBought` of domain/events/catalogue.ts as SQL.

import { type SQL, sql } from "drizzle-orm";
import { events, ticketTypes } from "../schema/catalogue.ts";

/**
 * Whether a ticket type, in a query of its event, is ever open from `now` on and has enough left for its smallest order. A
 * hidden one may be shown later.
 */
export function canBeBought(now: number): SQL {
  const end = sql`MIN(${events.sale_end}, COALESCE(${ticketTypes.sale_end}, ${events.sale_end}))`;
  const start = sql`MAX(${events.sale_start}, COALESCE(${ticketTypes.sale_start}, ${events.sale_start}))`;
  return sql`${ticketTypes.min_per_order} <= ${ticketTypes.total_quantity} AND ${end} > ${now} AND ${start} < ${end}`;
}
