// Creates and reads ticket types (rules K1, K3, T1). Their counts are a projection that only the inventory writes. Changes
// are in ticket-type-changes.ts.

import { and, eq, type SQL, sql } from "drizzle-orm";
import type { EventId, TicketTypeId } from "../../domain/ids.ts";
import { MAX_TICKET_TYPES_PER_EVENT } from "../../domain/limits.ts";
import type { CatalogueReader } from "../../domain/people/policy.ts";
import type { TicketTypeStatus } from "../../domain/terms.ts";
import { takesAdmission } from "./admission-rules.ts";
import { isWritten } from "../audit/audit.ts";
import type { Db } from "../client.ts";
import { createRow, type Provenance } from "../create.ts";
import { isEvent, queueDoorSyncs } from "../outbox/door-syncs.ts";
import type { Event } from "../events/events.ts";
import { isOrganizationActive, selectOrganizationStatus } from "../organizations/organizations.ts";
import { events, ticketTypes } from "../schema/catalogue.ts";
import { every, readPage, type PageQuery, type Placed, placed } from "../statements.ts";
import { insertTermsSync } from "../outbox/terms-syncs.ts";
import { giveNumber } from "../tickets/ticket-keys.ts";
import { visibleTicketTypes } from "../visible.ts";

export type TicketType = typeof ticketTypes.$inferSelect;

/** Rule K2, for the filter: `sold_out` is derived from the projection. */
const HAS_STATUS: Readonly<Record<TicketTypeStatus, SQL>> = {
  hidden: sql`${ticketTypes.hidden} = 1`,
  sold_out: sql`${ticketTypes.hidden} = 0 AND sold_count + withdrawn_count >= total_quantity`,
  available: sql`${ticketTypes.hidden} = 0 AND sold_count + withdrawn_count < total_quantity`,
};

/** How much an event's types take of its capacity. A pending lower total frees nothing before the inventory has agreed. */
export const USED = sql<number>`COALESCE(SUM(MAX(total_quantity, COALESCE(pending_total, 0))), 0)`;

/** `now`: epoch ms, for a device sees some events for a time. */
export async function readTicketType(
  db: Db,
  reader: CatalogueReader,
  id: TicketTypeId,
  now: number,
): Promise<TicketType | null> {
  const rows = await db
    .select()
    .from(ticketTypes)
    .where(and(visibleTicketTypes(reader, now), eq(ticketTypes.id, id)));
  return rows[0] ?? null;
}

/** An event's types; none when the reader does not see the event. */
export async function listTicketTypes(
  db: Db,
  reader: CatalogueReader,
  eventId: EventId,
  query: PageQuery & { readonly now: number; readonly status?: TicketTypeStatus | undefined },
): Promise<Placed<TicketType>[]> {
  const status = query.status && HAS_STATUS[query.status];
  const wanted = and(visibleTicketTypes(reader, query.now), eq(ticketTypes.event_id, eventId), status);
  return placed(await readPage(db.select().from(ticketTypes).$dynamic(), ticketTypes, wanted, query));
}

/**
 * Writes the type, its number, and the sync rows of its inventory and its event's door, while the event is the
 * organisation's and not over, has fewer than 100 types, room for the total (rule K3), a window in which the type is ever
 * open (rule K1), and the gates and times of its admission (rule D8), and the organisation is active.
 */
export function insertTicketType(db: Db, type: TicketType, provenance: Provenance): Promise<boolean> {
  const ofEvent = sql`FROM ${ticketTypes} WHERE ${ticketTypes.event_id} = ${type.event_id}`;
  const takesIt = every(opensWithin(type), takesAdmission(type.admission));
  const eventTakesIt = sql`EXISTS (SELECT 1 FROM ${events}
    WHERE ${events.id} = ${type.event_id} AND ${events.organization_id} = ${type.organization_id}
      AND ${events.status} IN ('draft', 'published', 'live') AND ${takesIt}
      AND (SELECT COUNT(*) ${ofEvent}) < ${MAX_TICKET_TYPES_PER_EVENT}
      AND (SELECT ${USED} ${ofEvent}) + ${type.total_quantity} <= ${events.capacity})`;
  const condition = every(eventTakesIt, isOrganizationActive(type.organization_id));
  const asked = every(sql`${ticketTypes.id} = ${type.id}`, isWritten(provenance.audit));
  const numbered = giveNumber(type.id, isWritten(provenance.audit));
  const doors = queueDoorSyncs(isEvent(type.event_id), provenance.audit);
  const also = [insertTermsSync(asked, type.created_at), numbered, ...doors];
  return createRow(db, ticketTypes, type, condition, provenance, also);
}

/** Whether a type with these bounds is ever open within the window of its event (rule K1), in a query of events. */
export function opensWithin({ sale_start, sale_end }: Pick<TicketType, "sale_start" | "sale_end">): SQL {
  return sql`COALESCE(${sale_start} < ${events.sale_end}, 1) AND COALESCE(${sale_end} > ${events.sale_start}, 1)`;
}

/** The limits that an event sets its types. */
export type EventBounds = Pick<
  Event,
  "status" | "capacity" | "sale_start" | "sale_end" | "doors_open" | "start_time" | "end_time"
>;
export const EVENT_BOUNDS = {
  status: events.status,
  capacity: events.capacity,
  sale_start: events.sale_start,
  sale_end: events.sale_end,
  doors_open: events.doors_open,
  start_time: events.start_time,
  end_time: events.end_time,
};

/** Why `insertTicketType` may have refused; `event` is null when it is not the organisation's. */
export async function readTicketTypeObstacles(
  db: Db,
  type: TicketType,
): Promise<{
  readonly event: EventBounds | null;
  readonly suspended: boolean;
  readonly types: number;
  readonly used: number;
}> {
  const [organization, event, totals] = await db.batch([
    selectOrganizationStatus(db, type.organization_id),
    db
      .select(EVENT_BOUNDS)
      .from(events)
      .where(and(eq(events.organization_id, type.organization_id), eq(events.id, type.event_id))),
    db
      .select({ types: sql<number>`COUNT(*)`, used: USED })
      .from(ticketTypes)
      .where(eq(ticketTypes.event_id, type.event_id)),
  ]);
  return {
    event: event[0] ?? null,
    suspended: organization[0]?.status !== "active",
    types: totals[0]?.types ?? 0,
    used: totals[0]?.used ?? 0,
  };
}
