// Reads orders for an export (rule O16), a page by each statement, oldest first by (created_at, id), all through one index
// and those of a search through its own, with the names of their events, venues and ticket types.

import { and, or, type SQL, sql } from "drizzle-orm";
import type { StoredContact } from "../../domain/orders/contact.ts";
import type { EventId, OrganizationId } from "../../domain/ids.ts";
import type { OrderItem, OrderStatus } from "../../domain/orders/order.ts";
import type { ExportedOrder } from "../../domain/orders/order-export.ts";
import type { SearchTerms } from "../../domain/orders/order-search.ts";
import type { Db } from "../client.ts";
import { events, ticketTypes, venues } from "../schema/catalogue.ts";
import { orders } from "../schema/sales.ts";
import { waysOf } from "./order-search.ts";
import { searched } from "./orders.ts";

/** Times epoch ms; `since` included, `until` not. `terms`: only orders that a search with them finds; null: all. */
export type ExportFilters = {
  readonly organizationId: OrganizationId;
  readonly eventId: EventId | null;
  readonly status: OrderStatus | null;
  readonly since: number | null;
  readonly until: number;
  readonly terms: SearchTerms | null;
};

function wanted({ organizationId, eventId, status, since, until, terms }: ExportFilters): SQL {
  const ways = terms === null ? [] : waysOf(terms).map(([, way]) => and(...searched({ ...way, organizationId })));
  // A search for nothing finds nothing, and not everything.
  const found = terms === null ? null : (or(...ways) ?? sql`FALSE`);
  const filters = [
    // With the `+` a search has its own index, in place of all orders of the organisation.
    found === null ? sql`organization_id = ${organizationId}` : sql`+organization_id = ${organizationId}`,
    sql`created_at < ${until}`,
    ...(since === null ? [] : [sql`created_at >= ${since}`]),
    ...(eventId === null ? [] : [sql`event_id = ${eventId}`]),
    ...(status === null ? [] : [sql`status = ${status}`]),
    ...(found === null ? [] : [sql`(${found})`]),
  ];
  return sql.join(filters, sql` AND `);
}

/** Whether there are more of them than `most`. */
export async function exportsMoreThan(db: Db, filters: ExportFilters, most: number): Promise<boolean> {
  const rows = await db.all(sql`SELECT 1 FROM ${orders} WHERE ${wanted(filters)} LIMIT 1 OFFSET ${most}`);
  return rows.length > 0;
}

type Texts = "items" | "names" | "contact";
type Row = Omit<ExportedOrder, Texts> & {
  readonly items: string;
  readonly names: string;
  readonly contact: string | null;
};

export type ExportPosition = Pick<ExportedOrder, "createdAt" | "id">;

/** Up to `limit` of them after this one; null: from the first. */
export async function readExportPage(
  db: Db,
  filters: ExportFilters,
  after: ExportPosition | null,
  limit: number,
): Promise<ExportedOrder[]> {
  const further = after === null ? sql`` : sql`AND (created_at, id) > (${after.createdAt}, ${after.id})`;
  const rows = await db.all<Row>(sql`SELECT o.id AS id, o.status AS status, o.event_id AS eventId, o.items AS items,
      o.contact AS contact, o.locale AS locale, o.total AS total, o.currency AS currency, o.created_at AS createdAt,
      o.updated_at AS updatedAt, o.expires_at AS expiresAt, e.name AS event, v.timezone AS timezone,
      (SELECT json_group_object(t.id, t.name) FROM json_each(o.items) i CROSS JOIN ${ticketTypes} t
        ON t.id = i.value ->> 'ticketTypeId') AS names
    FROM (SELECT * FROM ${orders} WHERE ${wanted(filters)} ${further} ORDER BY created_at, id LIMIT ${limit}) o
      LEFT JOIN ${events} e ON e.id = o.event_id LEFT JOIN ${venues} v ON v.id = e.venue_id
    ORDER BY o.created_at, o.id`);
  return rows.map(({ items, names, contact, ...order }) => ({
    ...order,
    // The three casts: the columns are made of typed rows by the order's home, and of names by the statement.
    items: JSON.parse(items) as OrderItem[],
    names: JSON.parse(names) as Record<string, string>,
    contact: (contact === null ? null : JSON.parse(contact)) as StoredContact,
  }));
}
