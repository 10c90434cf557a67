// Holds as they are projected into D1 (rule K5): for the organisation's lists, and nothing is decided from them.

import { and, eq } from "drizzle-orm";
import { type Hold, isActive } from "../domain/hold.ts";
import type { EventId, OrganizationId, TicketTypeId } from "../domain/ids.ts";
import type { HoldView } from "../domain/ledger/command.ts";
import type { Db } from "./client.ts";
import { seatHolds } from "./schema-sales.ts";
import { readPage, type PageQuery } from "./statements.ts";

export type ProjectedHold = HoldView & { readonly ticketTypeId: TicketTypeId };

/** The holds over all types of an event, as they stand at `now`; none when the event is not the organisation's. */
export async function listEventHolds(
  db: Db,
  organizationId: OrganizationId,
  eventId: EventId,
  query: PageQuery,
  now: number,
): Promise<ProjectedHold[]> {
  const wanted = and(eq(seatHolds.organization_id, organizationId), eq(seatHolds.event_id, eventId));
  const rows = await readPage(db.select().from(seatHolds).$dynamic(), seatHolds, wanted, query);
  return rows.map((row) => toProjectedHold(row, now));
}

function toProjectedHold(row: typeof seatHolds.$inferSelect, now: number): ProjectedHold {
  const hold: Hold = {
    id: row.id,
    userId: row.user_id,
    quantity: row.quantity,
    status: row.status,
    source: row.source,
    notes: row.notes,
    unitPrice: row.unit_price,
    heldUntil: row.held_until,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    claim: null,
    seq: row.seq,
  };
  const { ticket_type_id: ticketTypeId, event_id: eventId, organization_id: organizationId, currency } = row;
  // Why: what ran out is over before the projection says so (rule H3).
  const status = hold.status === "active" && !isActive(hold, now) ? "expired" : hold.status;
  return { ...hold, status, ticketTypeId, eventId, organizationId, currency, at: now };
}
