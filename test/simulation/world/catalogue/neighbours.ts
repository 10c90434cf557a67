// Adds a second organisation to a world (theme `strangers`), with its own stock and people: nothing of one reaches the
// ledgers of the other (rules T3, H10).

import {
  type EventId,
  idFrom,
  type OrganizationId,
  type TicketTypeId,
  ticketTypeOfHold,
} from "../../../../src/domain/ids.ts";
import type { HoldId } from "../../../../src/domain/ids.ts";
import type { Organiser } from "../../../../src/domain/people/policy.ts";
import { sha256Bytes } from "../../../support/builders.ts";
import { type Catalogue, OUR_KEY } from "./on-sale.ts";
import { type Journal, openJournal } from "../../watchers/journal.ts";
import type { World } from "../world.ts";

const organizationId: OrganizationId = idFrom("org", sha256Bytes("another"));
const eventId: EventId = idFrom("evt", sha256Bytes("another"));
const venueId = idFrom("ven", sha256Bytes("another"));
const TYPE_IDS: readonly TicketTypeId[] = ["one", "two"].map((name) => idFrom("tt", sha256Bytes(`another ${name}`)));

export const THEIR_ORGANISER: Organiser = {
  kind: "api_key",
  id: idFrom("key", sha256Bytes("another box office")),
  organizationId,
  permissions: ["manage_ticketing_and_pricing", "manage_events_and_venues", "view_orders"],
};

export type Neighbours = { readonly catalogue: Catalogue; readonly journal: Journal };

/** Null in a world that goes on for months: what it is held to there is of one event. */
export function seedNeighbours({ d1, dice, themes }: World, ours: Catalogue): Neighbours | null {
  if (!themes.has("strangers") || themes.has("days")) return null;
  const copy = (
    table: string,
    columns: string,
    replaced: Readonly<Record<string, string | number>>,
    id: string,
  ): void => {
    const names = Object.keys(replaced).join(", ");
    const values = Object.values(replaced);
    d1.look(
      `INSERT INTO ${table} (${names}, ${columns}) SELECT ${values.map(() => "?").join(", ")}, ${columns} FROM ${table} WHERE id = ?`,
      ...[...values, id],
    );
  };
  const [event] = d1.look("SELECT venue_id FROM events WHERE id = ?", ours.eventId);
  copy("organizations", "name, created_at, updated_at", { id: organizationId, slug: "theirs" }, ours.organizationId);
  copy(
    "venues",
    "name, slug, address, city, country, timezone, capacity, created_at, updated_at",
    { id: venueId, organization_id: organizationId },
    String(event?.["venue_id"]),
  );
  copy(
    "events",
    "name, slug, status, start_time, end_time, sale_start, sale_end, capacity, hold_extension, created_at, updated_at",
    { id: eventId, organization_id: organizationId, venue_id: venueId },
    ours.eventId,
  );
  for (const id of TYPE_IDS)
    copy(
      "ticket_types",
      "name, price, max_per_order, created_at, updated_at",
      { id, event_id: eventId, organization_id: organizationId, total_quantity: dice.pick([2, 4, 7]) },
      String(ours.typeIds[0]),
    );
  const theirs = { organizationId, eventId, typeIds: TYPE_IDS, spareIds: [], organiser: THEIR_ORGANISER };
  return { catalogue: { ...ours, ...theirs }, journal: openJournal() };
}

/** The key with which staff act on what is theirs. */
export function staffOf(holdId: HoldId): string {
  return TYPE_IDS.includes(ticketTypeOfHold(holdId)) ? THEIR_ORGANISER.id : OUR_KEY;
}

/** At rest: no row, no order and no audit row of the one organisation is by the other. */
export function checkNeighbours({ hosts, checks, d1, fail }: World): void {
  for (const id of hosts.keys()) {
    const stranger = TYPE_IDS.includes(id) ? OUR_KEY : THEIR_ORGANISER.id;
    for (const row of checks.watchOf(id).rows.values())
      if (row.actor === stranger) fail(`[T3] a row of ${id} is by ${stranger}: ${JSON.stringify(row)}`);
  }
  const mixed = d1.look(`SELECT o.id FROM orders o, json_each(o.items) AS item
    JOIN ticket_types t ON t.id = item.value ->> 'ticketTypeId' WHERE t.organization_id <> o.organization_id`);
  if (mixed.length > 0) fail(`[T3] [O1] orders with tickets of another organisation: ${JSON.stringify(mixed)}`);
  const audited = d1.look(`SELECT a.id FROM audit_log a JOIN ticket_types t ON t.id = a.resource_id
    WHERE a.organization_id <> t.organization_id`);
  if (audited.length > 0) fail(`[T3] audit rows of another organisation: ${JSON.stringify(audited)}`);
}
