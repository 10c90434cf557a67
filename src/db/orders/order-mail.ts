// Reads what an order's mail shows of the catalogue, by one statement, when the mail is built.

import { sql } from "drizzle-orm";
import type { EventId, TicketTypeId } from "../../domain/ids.ts";
import type { MailedShow } from "../../domain/orders/order-mail.ts";
import type { Db } from "../client.ts";
import { events, organizations, ticketTypes, venues } from "../schema/catalogue.ts";

type Row = Omit<MailedShow, "names"> & { readonly names: string };

/** Null when there is no such event. */
export async function readMailedShow(
  db: Db,
  eventId: EventId,
  typeIds: readonly TicketTypeId[],
): Promise<MailedShow | null> {
  const rows = await db.all<Row>(sql`
    SELECT e.name AS event, o.name AS organizer, e.start_time AS startTime, e.end_time AS endTime,
      e.payment_instructions AS paymentInstructions, v.name AS venue, v.address AS address, v.city AS city,
      v.timezone AS timezone,
      (SELECT json_group_object(t.id, t.name) FROM ${ticketTypes} t
        WHERE t.id IN (SELECT value FROM json_each(${JSON.stringify(typeIds)}))) AS names
    FROM ${events} e JOIN ${venues} v ON v.id = e.venue_id JOIN ${organizations} o ON o.id = e.organization_id
    WHERE e.id = ${eventId}`);
  const [row] = rows;
  return row ? { ...row, names: JSON.parse(row.names) as MailedShow["names"] } : null;
}
