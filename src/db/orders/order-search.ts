// Searches orders by all that a text can be read as (rule O12), in one batch: each reading has the statement, and so the
// index, that the list of orders has for it.

import { and, eq, sql } from "drizzle-orm";
import { serialOf, type TicketStatus } from "../../domain/door/tickets/ticket.ts";
import { type EventId, type OrganizationId, orderOfTicket, type TicketId, ticketIdFrom } from "../../domain/ids.ts";
import type { FoundBy, SearchTerms } from "../../domain/orders/order-search.ts";
import { sha256 } from "../../shared/sha256.ts";
import type { Db } from "../client.ts";
import { events, ticketTypes } from "../schema/catalogue.ts";
import { orders } from "../schema/sales.ts";
import { tickets } from "../schema/tickets.ts";
import {
  type OrderList,
  type OrderSearched,
  type ProjectedOrder,
  selectBehind,
  selectOrders,
  toOrder,
} from "./orders.ts";

export type OrderSearch = {
  readonly organizationId: OrganizationId;
  readonly eventId?: EventId | undefined;
  readonly terms: SearchTerms;
  readonly limit: number;
};

/** `ticket`: the one that was named. */
export type FoundOrder = {
  readonly foundBy: FoundBy;
  readonly order: ProjectedOrder;
  readonly ticket: { readonly id: TicketId; readonly serial: number; readonly status: TicketStatus } | null;
};

/** `more`: there are others that were not read. `behind`: as of a list of orders. */
export type FoundOrders = {
  readonly found: readonly FoundOrder[];
  readonly more: boolean;
  readonly behind: boolean;
};

/** Newest first, each order once, by the first way that found it. */
export async function searchOrders(db: Db, search: OrderSearch): Promise<FoundOrders> {
  const { organizationId, terms, limit } = search;
  const ways = waysOf(terms);
  const serial = terms.serial ?? (terms.ticketId && serialOf(terms.ticketId, sha256));
  const [behind, named, ...lists] = await db.batch([
    selectBehind(db, organizationId),
    db
      .select()
      .from(tickets)
      .where(and(eq(tickets.organization_id, organizationId), eq(tickets.serial, serial ?? -1))),
    ...ways.map(([, query]) =>
      selectOrders(db, { ...query, organizationId, eventId: search.eventId, limit: limit + 1, before: null }),
    ),
  ]);
  const ticket = named[0] && {
    ...{ orderId: named[0].order_id, serial: named[0].serial, status: named[0].status },
    id: ticketIdFrom(named[0].order_id, named[0].number),
  };
  const found = new Map<string, FoundOrder>();
  for (const [index, rows] of lists.entries()) {
    const foundBy = ways[index]?.[0];
    for (const row of foundBy ? rows.map(toOrder) : []) {
      if (!foundBy || found.has(row.id)) continue;
      const byTicket = foundBy === "serial" || foundBy === "ticket_id";
      const of = byTicket && ticket?.orderId === row.id ? ticket : null;
      found.set(row.id, { foundBy, order: row, ticket: of && { id: of.id, serial: of.serial, status: of.status } });
    }
  }
  const newest = [...found.values()].sort(
    (a, b) => b.order.createdAt - a.order.createdAt || (a.order.id < b.order.id ? 1 : -1),
  );
  return { found: newest.slice(0, limit), more: newest.length > limit, behind: behind.length > 0 };
}

type Way = readonly [FoundBy, Omit<OrderSearched, "organizationId">];

/** How orders are searched for by these terms: those that any of these ways finds. */
export function waysOf({ reference, serial, orderId, ticketId, email, nameKey }: SearchTerms): Way[] {
  return [
    ...(reference === null ? [] : [["reference", { reference }] as const]),
    ...(serial === null ? [] : [["serial", { serial }] as const]),
    ...(orderId === null ? [] : [["order_id", { id: orderId }] as const]),
    ...(ticketId === null ? [] : [["ticket_id", { id: orderOfTicket(ticketId) }] as const]),
    ...(email === null ? [] : [["email", { email }] as const]),
    ...(nameKey === null ? [] : [["name", { nameKey }] as const]),
  ];
}

export type ReferenceSearch = {
  readonly organizationId: OrganizationId;
  readonly eventId: EventId | null;
  /** The ten characters of each. */
  readonly references: readonly string[];
};

/**
 * The orders that have one of these references, of events that are or were on sale and are not archived. Each reference is
 * a range of the primary key for each ticket type, as in a search for one.
 */
export async function findByReferences(db: Db, search: ReferenceSearch): Promise<OrderList> {
  const { organizationId, eventId, references } = search;
  const begins = sql`'ord_' || substr(t.id, 4) || r.value`;
  const ofEvent = eventId === null ? sql`` : sql`AND e.id = ${eventId}`;
  const ids = sql`SELECT o.id FROM ${events} e CROSS JOIN ${ticketTypes} t ON t.event_id = e.id
    CROSS JOIN json_each(${JSON.stringify(references)}) r
    CROSS JOIN ${orders} o ON o.id >= ${begins} AND o.id < ${begins} || '~'
    WHERE e.organization_id = ${organizationId} AND e.status NOT IN ('draft', 'archived') ${ofEvent}`;
  const [found, behind] = await db.batch([
    db
      .select()
      .from(orders)
      .where(and(sql`+${orders.organization_id} = ${organizationId}`, sql`${orders.id} IN (${ids})`)),
    selectBehind(db, organizationId),
  ]);
  return { orders: found.map(toOrder), behind: behind.length > 0 };
}
