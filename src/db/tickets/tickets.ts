// Finds tickets by their serial, as the homes of their orders project them (rule N2). Nothing is decided from them.

import { and, eq } from "drizzle-orm";
import type { OrderId, OrganizationId } from "../../domain/ids.ts";
import type { Db } from "../client.ts";
import { tickets } from "../schema/tickets.ts";

/** `number`: of the ticket in its order. */
export type TicketPlace = { readonly orderId: OrderId; readonly number: number };

/** The order and number of the organisation's ticket with this serial; null when there is none, or none was projected yet. */
export async function readTicketPlace(
  db: Db,
  organizationId: OrganizationId,
  serial: number,
): Promise<TicketPlace | null> {
  const [row] = await db
    .select({ orderId: tickets.order_id, number: tickets.number })
    .from(tickets)
    .where(and(eq(tickets.organization_id, organizationId), eq(tickets.serial, serial)));
  return row ?? null;
}
