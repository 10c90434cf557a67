// Reads the terms of ticket types. Content and version come from one statement, so that a version never names other
// content (rule K6).

import { eq, sql } from "drizzle-orm";
import type { TicketTypeId } from "../../domain/ids.ts";
import { hashTerms, type Terms } from "../../domain/terms.ts";
import { sha256Hex } from "../../shared/sha256.ts";
import type { Db } from "../client.ts";
import { EPOCH } from "../epoch.ts";
import { events, organizations, ticketTypes, venues } from "../schema/catalogue.ts";

/** The present terms of a ticket type, or null when there is no such type. */
export async function readTerms(db: Db, id: TicketTypeId): Promise<Terms | null> {
  const rows = await selectTerms(db).where(eq(ticketTypes.id, id));
  return rows.map((row) => placedTerms(row).terms)[0] ?? null;
}

/**
 * Terms; the country of the venue, near which their inventory is placed; and up to which ledger row D1 has the projection
 * of the inventory, which compares it (rule X6).
 */
export type PlacedTerms = { readonly terms: Terms; readonly country: string; readonly countsSeq: number };

/** The terms of those of `ids` that exist, in no particular order. */
export async function readTermsOf(db: Db, ids: readonly TicketTypeId[]): Promise<PlacedTerms[]> {
  const rows = await selectTerms(db).where(
    sql`${ticketTypes.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
  );
  return rows.map(placedTerms);
}

function placedTerms({ country, countsSeq, ...terms }: Terms & Omit<PlacedTerms, "terms">): PlacedTerms {
  return { terms: { ...terms, hash: hashTerms(terms, sha256Hex) }, country, countsSeq };
}

function selectTerms(db: Db) {
  return db
    .select({
      ticketTypeId: ticketTypes.id,
      eventId: ticketTypes.event_id,
      organizationId: ticketTypes.organization_id,
      version: ticketTypes.terms_version,
      epoch: EPOCH,
      total: ticketTypes.total_quantity,
      pendingTotal: ticketTypes.pending_total,
      unitPrice: ticketTypes.price,
      currency: ticketTypes.currency,
      // A type that is being deleted must not sell while D1 checks that it never has.
      hidden: sql`${ticketTypes.hidden} OR ${ticketTypes.deleting_since} IS NOT NULL`.mapWith(Boolean),
      minPerOrder: ticketTypes.min_per_order,
      maxPerOrder: ticketTypes.max_per_order,
      maxUnpaidPerAddress: ticketTypes.max_unpaid_per_address,
      saleStart: ticketTypes.sale_start,
      saleEnd: ticketTypes.sale_end,
      eventStatus: events.status,
      eventSaleStart: events.sale_start,
      eventSaleEnd: events.sale_end,
      eventEnd: events.end_time,
      // Only an organiser's change can come after the archiving, and with it the rows are only kept longer.
      eventArchivedAt: sql`CASE WHEN ${events.status} = 'archived' THEN ${events.updated_at} END`.mapWith(
        (at: number | null) => at,
      ),
      holdExtension: events.hold_extension,
      orderMinutes: events.order_minutes,
      organizationStatus: organizations.status,
      country: venues.country,
      countsSeq: ticketTypes.counts_seq,
    })
    .from(ticketTypes)
    .innerJoin(events, eq(events.id, ticketTypes.event_id))
    .innerJoin(venues, eq(venues.id, events.venue_id))
    .innerJoin(organizations, eq(organizations.id, ticketTypes.organization_id));
}
