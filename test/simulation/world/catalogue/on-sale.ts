// Writes what is on sale in a world: one event with a few ticket types, as rows of D1, and who may act on it.

import {
  type ApiKeyId,
  type EventId,
  type GateId,
  idFrom,
  type OrganizationId,
  type TicketTypeId,
  type VenueId,
} from "../../../../src/domain/ids.ts";
import type { Organiser } from "../../../../src/domain/people/policy.ts";
import { sha256Bytes } from "../../../support/builders.ts";
import type { SimulatedD1 } from "../../platform/d1.ts";
import type { Dice } from "../../platform/dice.ts";
import type { Themes } from "../themes.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const MAX_PER_ORDER = 4;
export const OUR_SLUG = "ours";

export type Catalogue = {
  readonly organizationId: OrganizationId;
  readonly eventId: EventId;
  readonly typeIds: readonly TicketTypeId[];
  /** Types that nobody buys of, and that are deleted. */
  readonly spareIds: readonly TicketTypeId[];
  readonly organiser: Organiser;
  /** When the event ends by the clock, epoch ms. */
  readonly end: number;
};

const organizationId = idFrom("org", sha256Bytes("simulated"));
const eventId = idFrom("evt", sha256Bytes("simulated"));
const otherEventId = idFrom("evt", sha256Bytes("the other one"));
export const VENUE_ID: VenueId = idFrom("ven", sha256Bytes("simulated"));
export const GATE_ID: GateId = idFrom("gate", sha256Bytes("simulated"));

/** The key with which the organiser of every world acts. */
export const OUR_KEY: ApiKeyId = idFrom("key", sha256Bytes("box office"));

/** The key with which somebody follows the doors, until it is revoked. */
export const DOOR_KEY: ApiKeyId = idFrom("key", sha256Bytes("door"));

/** Few tickets and many who want them. */
export function seedCatalogue(d1: SimulatedD1, dice: Dice, now: number, themes: Themes): Catalogue {
  const stamps = "created_at, updated_at";
  d1.look(
    `INSERT INTO organizations (id, name, slug, ${stamps}) VALUES (?, 'Ours', ?, ?, ?)`,
    organizationId,
    OUR_SLUG,
    now,
    now,
  );
  d1.look(
    `INSERT INTO venues (id, organization_id, name, slug, address, city, country, timezone, capacity, ${stamps})
     VALUES (?, ?, 'Arena', 'arena', '1 Street', 'Pretoria', 'ZA', 'Africa/Johannesburg', 1000, ?, ?)`,
    ...[VENUE_ID, organizationId, now, now],
  );
  const { start, end, saleEnd } = timesOf(dice, now, themes);
  const extension = dice.pick(["while_available", "always"]);
  for (const [id, slug] of [
    [eventId, "show"],
    [otherEventId, "other"],
  ] as const)
    d1.look(
      `INSERT INTO events (id, organization_id, venue_id, name, slug, status, start_time, end_time, sale_start, sale_end, capacity, hold_extension, ${stamps})
       VALUES (?, ?, ?, 'Show', ?, 'published', ?, ?, ?, ?, 1000, ?, ?, ?)`,
      ...[id, organizationId, VENUE_ID, slug, start, end, now - HOUR, saleEnd, extension, now, now],
    );
  const typeIds = Array.from({ length: dice.between(1, 3) }, (_, index) => idFrom("tt", sha256Bytes(`type ${index}`)));
  const spareIds = themes.has("deletions")
    ? Array.from({ length: dice.between(1, 3) }, (_, index) => idFrom("tt", sha256Bytes(`spare ${index}`)))
    : [];
  const totals = themes.has("small") ? [10, 40] : [2, 4, 7];
  const elsewhere = themes.has("events") && !themes.has("days") && typeIds.length > 1 ? typeIds.at(-1) : null;
  for (const id of [...typeIds, ...spareIds])
    d1.look(
      `INSERT INTO ticket_types (id, event_id, organization_id, name, price, total_quantity, max_per_order, ${stamps})
       VALUES (?, ?, ?, 'Type', 15000, ?, ?, ?, ?)`,
      ...[id, id === elsewhere ? otherEventId : eventId, organizationId, dice.pick(totals), MAX_PER_ORDER, now, now],
    );
  const keys = themes.has("feeds") ? [OUR_KEY, DOOR_KEY] : [];
  for (const id of keys)
    d1.look(
      `INSERT INTO api_keys (id, organization_id, name, key_hash, permissions, created_at) VALUES (?, ?, 'Key', ?, ?, ?)`,
      ...[id, organizationId, `hash of ${id}`, '["manage_ticketing_and_pricing"]', now],
    );
  const organiser: Organiser = {
    kind: "api_key",
    id: OUR_KEY,
    organizationId,
    permissions: ["manage_ticketing_and_pricing", "manage_events_and_venues", "view_orders"],
  };
  return { organizationId, eventId, typeIds, spareIds, organiser, end };
}

/** Far away, or so near that the event begins and ends while people buy. */
function timesOf(dice: Dice, now: number, themes: Themes) {
  const far = now + (themes.has("days") ? 72 : 24) * HOUR;
  if (!themes.has("clock")) return { start: far, end: far + 6 * HOUR, saleEnd: far };
  const start = now + dice.between(10_000, 4 * MINUTE);
  const end = start + dice.between(10_000, 6 * MINUTE);
  return { start, end, saleEnd: dice.between(start, end) };
}
