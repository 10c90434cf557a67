// What is on sale in a world: one event with a few ticket types, as rows of D1, and who may act on it.

import { type EventId, idFrom, type OrganizationId, type TicketTypeId } from "../../src/domain/ids.ts";
import type { Organiser } from "../../src/domain/policy.ts";
import { sha256Bytes } from "../support/builders.ts";
import type { SimulatedD1 } from "./d1.ts";
import type { Dice } from "./dice.ts";

const HOUR = 3_600_000;
export const MAX_PER_ORDER = 4;

export type Catalogue = {
  readonly organizationId: OrganizationId;
  readonly eventId: EventId;
  readonly typeIds: readonly TicketTypeId[];
  readonly organiser: Organiser;
};

const organizationId = idFrom("org", sha256Bytes("simulated"));
const eventId = idFrom("evt", sha256Bytes("simulated"));
const venueId = idFrom("ven", sha256Bytes("simulated"));

/** Few tickets and many who want them. */
export function seedCatalogue(d1: SimulatedD1, dice: Dice, now: number): Catalogue {
  const stamps = "created_at, updated_at";
  d1.look(
    `INSERT INTO organizations (id, name, slug, ${stamps}) VALUES (?, 'Ours', 'ours', ?, ?)`,
    organizationId,
    now,
    now,
  );
  d1.look(
    `INSERT INTO venues (id, organization_id, name, slug, address, city, country, timezone, capacity, ${stamps})
     VALUES (?, ?, 'Arena', 'arena', '1 Street', 'Pretoria', 'ZA', 'Africa/Johannesburg', 1000, ?, ?)`,
    ...[venueId, organizationId, now, now],
  );
  d1.look(
    `INSERT INTO events (id, organization_id, venue_id, name, slug, status, start_time, end_time, sale_start, sale_end, capacity, hold_extension, ${stamps})
     VALUES (?, ?, ?, 'Show', 'show', 'published', ?, ?, ?, ?, 1000, ?, ?, ?)`,
    ...[eventId, organizationId, venueId, now + 24 * HOUR, now + 30 * HOUR, now - HOUR, now + 24 * HOUR],
    ...[dice.pick(["while_available", "always"]), now, now],
  );
  const typeIds = Array.from({ length: dice.between(1, 3) }, (_, index) => idFrom("tt", sha256Bytes(`type ${index}`)));
  for (const id of typeIds)
    d1.look(
      `INSERT INTO ticket_types (id, event_id, organization_id, name, price, total_quantity, max_per_order, ${stamps})
       VALUES (?, ?, ?, 'Type', 15000, ?, ?, ?, ?)`,
      ...[id, eventId, organizationId, dice.pick([2, 4, 7]), MAX_PER_ORDER, now, now],
    );
  const organiser: Organiser = {
    kind: "api_key",
    id: idFrom("key", sha256Bytes("box office")),
    organizationId,
    permissions: ["manage_ticketing_and_pricing", "manage_events_and_venues", "view_orders"],
  };
  return { organizationId, eventId, typeIds, organiser };
}
