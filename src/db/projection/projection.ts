// Writes the projection of an inventory (rule K5): two statements, guarded by `seq`, harmless when repeated or reordered.

import { type SQL, sql } from "drizzle-orm";
import { ERASED } from "../../domain/orders/contact.ts";
import type { EventId, OrderId, OrganizationId, TicketTypeId } from "../../domain/ids.ts";
import type { Db } from "../client.ts";
import { events, ticketTypes } from "../schema/catalogue.ts";
import { outbox } from "../schema/people.ts";
import { orders } from "../schema/sales.ts";

/** How soon the cron compares the positions of a type that sells, and of one that has not sold since. */
export const LOOK_SOON_MS = 10 * 60 * 1_000;
const LOOK_LATER_MS = 24 * 60 * 60 * 1_000;

/** The columns of an order that are projected, in this order; an object's own columns have the same names. `seq`: its version. */
export const PROJECTED_COLUMNS =
  "id, user_id, status, items, total, expires_at, seq, created_at, updated_at, contact, locale";

const PROJECTED_VALUES = PROJECTED_COLUMNS.split(", ")
  .map((_, index) => `value ->> ${index}`)
  .join(", ");
/** The contact's place among them. The text for searching is made from it. */
const CONTACT = `value ->> ${PROJECTED_COLUMNS.split(", ").indexOf("contact")}`;

/**
 * Counts as of ledger row `counts.seq`, of an inventory that has projected all up to row `counts.from`; null: orders alone.
 * Each order is a JSON array of its PROJECTED_COLUMNS.
 */
export type Projection = {
  readonly ticketTypeId: TicketTypeId;
  readonly eventId: EventId;
  readonly organizationId: OrganizationId;
  readonly currency: string;
  readonly counts: {
    readonly from: number;
    readonly seq: number;
    readonly sold: number;
    readonly held: number;
    readonly withdrawn: number;
    /** The hash of row `seq`. */
    readonly hash: string;
  } | null;
  readonly orders: readonly string[];
  /** The tickets of those orders that have some: `[order, version, [[serial, number, status], …]]`, as JSON. */
  readonly tickets: readonly string[];
  /** Those among them whose contact was erased. */
  readonly erased: readonly OrderId[];
};

/**
 * A contact comes with an order's first row alone, and no later step sets it: so its indexes are written once, and once
 * it was erased nothing brings it back (rule O11).
 *
 * Never changes `version` or `updated_at` of the ticket type: those are the organiser's. Counts are not taken where D1
 * lacks the rows before them, since it was restored: the inventory goes back to the position that D1 still has (rule X6).
 */
export async function projectInventory(db: Db, projection: Projection, now: number): Promise<void> {
  const { ticketTypeId, eventId, organizationId, currency, counts } = projection;
  const projected = `[${projection.orders.join(",")}]`;
  const takeOrders =
    db.run(sql`INSERT INTO ${orders} (event_id, organization_id, currency, ${sql.raw(PROJECTED_COLUMNS)}, email, name_key)
    SELECT ${eventId}, ${organizationId}, ${currency}, ${sql.raw(PROJECTED_VALUES)},
      ${sql.raw(CONTACT)} ->> 'email', ${sql.raw(CONTACT)} ->> 'nameKey' FROM json_each(${projected}) WHERE true
    ON CONFLICT (id) DO UPDATE SET status = excluded.status, items = excluded.items, seq = excluded.seq, updated_at = excluded.updated_at
    WHERE excluded.seq > orders.seq`);
  const also = projection.tickets.length > 0 ? [takeTickets(db, projection.tickets)] : [];
  const erased = projection.erased.length > 0 ? eraseContacts(db, projection.erased) : [];
  if (counts === null) {
    await db.batch([takeOrders, ...also, ...erased]);
    return;
  }
  await db.batch([
    takeOrders,
    ...also,
    db.run(sql`UPDATE ${ticketTypes} SET sold_count = ${counts.sold}, held_count = ${counts.held},
      withdrawn_count = ${counts.withdrawn}, counts_seq = ${counts.seq}, counts_hash = ${counts.hash}
      WHERE id = ${ticketTypeId} AND counts_seq < ${counts.seq} AND counts_seq >= ${counts.from}`),
    // Apart, so that the index of `look_at` is written once in ten minutes, and not with each step.
    db.run(sql`UPDATE ${ticketTypes} SET look_at = ${now + LOOK_SOON_MS}
      WHERE id = ${ticketTypeId} AND look_at > ${now + LOOK_SOON_MS}`),
    ...erased,
  ]);
}

/**
 * The tickets of orders, after these (rule N2): only where D1's row of the order is of that very version, so that what is
 * late changes nothing, and what was lost is written again.
 */
function takeTickets(db: Db, tickets: readonly string[]) {
  return db.run(sql`INSERT INTO tickets (organization_id, serial, order_id, number, status)
    SELECT o.organization_id, t.value ->> 0, o.id, t.value ->> 1, t.value ->> 2
    FROM json_each(${`[${tickets.join(",")}]`}) AS told
      CROSS JOIN ${orders} o ON o.id = told.value ->> 0 AND o.seq = told.value ->> 1
      CROSS JOIN json_each(told.value, '$[2]') AS t
    WHERE true ON CONFLICT (organization_id, serial) DO UPDATE SET status = excluded.status
    WHERE tickets.status <> excluded.status AND tickets.order_id = excluded.order_id`);
}

/** Also in the mails that are kept for the operator. A repeat changes nothing. */
export function eraseContacts(db: Db, ids: readonly OrderId[]) {
  return [
    // All of them, also those that were sent again: each one's name is the order's and more (`messageIdOf`).
    db.run(sql`DELETE FROM ${outbox} WHERE id IN (SELECT m.id FROM json_each(${JSON.stringify(ids)}) CROSS JOIN ${outbox} m
      ON m.message_id >= value || '.' AND m.message_id < value || '/')`),
    // Last: an audit row that follows is written when it has changed something.
    db.run(sql`UPDATE ${orders} SET contact = ${JSON.stringify(ERASED)}, email = NULL, name_key = NULL
      WHERE id IN (SELECT value FROM json_each(${JSON.stringify(ids)})) AND email IS NOT NULL`),
  ] as const;
}

/** `lookAt` and `row`: its place among those that are due. */
export type ToCompare = {
  readonly id: TicketTypeId;
  readonly eventId: EventId;
  readonly countsSeq: number;
  readonly lookAt: number;
  readonly row: number;
};

/**
 * Up to `limit` ticket types whose comparison is due, those first that have waited longest, after `after`. A time further
 * ahead than any comparison sets was noted by a clock that was ahead, and counts as due (rule H3).
 */
export function listToCompare(
  db: Db,
  now: number,
  after: Pick<ToCompare, "lookAt" | "row"> | null,
  limit: number,
): Promise<ToCompare[]> {
  const beyond = after === null ? sql`` : sql`AND (look_at, rowid) > (${after.lookAt}, ${after.row})`;
  // Apart, since each of the two is a range of the index, and both together would be a scan of the table.
  const those = (which: SQL) => sql`SELECT id, event_id AS eventId, counts_seq AS countsSeq, look_at AS lookAt,
    rowid AS row FROM ${ticketTypes} WHERE ${which} ${beyond}`;
  const [due, ahead] = [those(sql`look_at <= ${now}`), those(sql`look_at > ${now + LOOK_LATER_MS}`)];
  return db.all<ToCompare>(sql`${due} UNION ALL ${ahead} ORDER BY lookAt, row LIMIT ${limit}`);
}

/** `position`: the ledger row that the inventory is at, -1 when it did not reply. */
export type Compared = { readonly id: TicketTypeId; readonly position: number };

/**
 * A type is compared again soon while D1 is behind or something is held, which an alarm of the inventory ends; never when
 * the event is archived; else a day later, or soon after it has sold again (`projectInventory`).
 */
export async function markCompared(db: Db, compared: readonly Compared[], now: number): Promise<void> {
  await db.run(sql`UPDATE ${ticketTypes} SET seen_seq = MAX(seen_seq, value ->> 'position'), look_at = CASE
      WHEN (SELECT status FROM ${events} WHERE ${events.id} = event_id) = 'archived' THEN NULL
      WHEN held_count > 0 OR counts_seq <> value ->> 'position' THEN ${now + LOOK_SOON_MS}
      ELSE ${now + LOOK_LATER_MS} END
    FROM json_each(${JSON.stringify(compared)}) WHERE ticket_types.id = value ->> 'id'`);
}
