// Reads which matters of an organisation need attention, in one batch of four statements, each by an index. Nothing is
// decided from it.

import { sql } from "drizzle-orm";
import { type AttentionFacts, ORDERS_LOOKED_AT } from "../../domain/events/attention.ts";
import { ORDER_MINUTES } from "../../domain/events/event.ts";
import type { OrganizationId } from "../../domain/ids.ts";
import { MAX_OPEN_INVITATIONS } from "../../domain/limits.ts";
import type { Db } from "../client.ts";
import { events, ticketTypes, venues } from "../schema/catalogue.ts";
import { doorCounts } from "../schema/doors.ts";
import { invitations, outbox } from "../schema/people.ts";
import { orders } from "../schema/sales.ts";
import { canBeBought } from "../ticket-types/buyable.ts";

/** The most matters of each kind. */
const MOST = 20;
const LONGEST_WAIT_MS = ORDER_MINUTES.max * 60_000;

type Row<K extends keyof AttentionFacts> = AttentionFacts[K][number];
/** SQLite has no booleans. */
type Stored<R> = { readonly [K in keyof R]: R[K] extends boolean ? number : R[K] };

export async function readAttention(db: Db, organizationId: OrganizationId, now: number): Promise<AttentionFacts> {
  const event = sql`${events.id} AS id, ${events.name} AS name, ${events.start_time} AS startTime`;
  const [doors, waiting, mails, drafts] = await db.batch([
    db.all<Row<"doors">>(sql`SELECT ${event}, d.alerts AS alerts, d.as_of AS asOf
      FROM ${events} CROSS JOIN ${doorCounts} d ON d.event_id = ${events.id}
      WHERE ${events.organization_id} = ${organizationId} AND ${events.status} <> 'archived' AND d.alerts > 0
      ORDER BY d.as_of LIMIT ${MOST}`),
    // There is no index by status, which changes. So a bounded number of the newest is read.
    db.all<Row<"orders">>(sql`WITH newest AS MATERIALIZED (SELECT event_id, status, created_at, expires_at
        FROM ${orders} WHERE organization_id = ${organizationId} AND created_at > ${now - LONGEST_WAIT_MS}
        ORDER BY created_at DESC, id DESC LIMIT ${ORDERS_LOOKED_AT})
      SELECT ${event}, count(*) AS count, MIN(n.created_at) AS since, MIN(n.expires_at) AS due,
        (SELECT count(*) FROM newest) AS looked
      FROM newest n CROSS JOIN ${events} ON ${events.id} = n.event_id
      WHERE n.status = 'reserved' AND n.expires_at > ${now} GROUP BY n.event_id ORDER BY due LIMIT ${MOST}`),
    // Through the index of the mails that wait, which are few: not through all invitations, nor, by the `+`, all mails.
    db.all<Row<"mails">>(sql`SELECT i.email AS email, ${outbox.created_at} AS since, i.expires_at AS due
      FROM ${outbox} CROSS JOIN ${invitations} i ON i.id = ${outbox.rests_on}
      WHERE ${outbox.again_at} > 0 AND i.organization_id = ${organizationId} AND i.expires_at > ${now}
      ORDER BY +${outbox.created_at} LIMIT ${MAX_OPEN_INVITATIONS}`),
    db.all<Stored<Row<"drafts">>>(sql`SELECT ${event}, ${events.created_at} AS since, ${events.sale_start} AS saleStart,
        ${events.end_time} AS endTime, v.status = 'active' AS venueActive,
        EXISTS (SELECT 1 FROM ${ticketTypes} WHERE ${ticketTypes.event_id} = ${events.id}) AS hasTicketTypes,
        EXISTS (SELECT 1 FROM ${ticketTypes} WHERE ${ticketTypes.event_id} = ${events.id} AND ${canBeBought(now)}) AS hasOpenSale
      FROM ${events} CROSS JOIN ${venues} v ON v.id = ${events.venue_id}
      WHERE ${events.organization_id} = ${organizationId} AND ${events.status} = 'draft'
      ORDER BY ${events.created_at} DESC, ${events.id} DESC LIMIT ${MOST}`),
  ]);
  return {
    ...{ doors, orders: waiting, mails },
    drafts: drafts.map(({ venueActive, hasTicketTypes, hasOpenSale, ...draft }) => ({
      ...draft,
      ...{ venueActive: venueActive === 1, hasTicketTypes: hasTicketTypes === 1, hasOpenSale: hasOpenSale === 1 },
    })),
  };
}
