// Writes the rows of the demonstration: two organisations, a big event on sale, one with open doors, a draft, and an event
// of the second organisation.

import { eq, inArray } from "drizzle-orm";
import { users } from "../../db/schema/people.ts";
import { events, gates, organizations, ticketTypes, venues } from "../../db/schema/catalogue.ts";
import { devices } from "../../db/schema/credentials.ts";
import { admissionText, DEFAULT_ADMISSION } from "../../domain/door/admission.ts";
import type { EventId, OrganizationId, TicketTypeId, VenueId } from "../../domain/ids.ts";
import { hashCredential, newId } from "../rows/credentials.ts";
import { type Database, insert, type Statement, statements } from "../d1/database.ts";
import { type Demo, DEMO_ROLES, DEMO_SLUGS, demoPath, openEventOf, readDemo } from "./demo.ts";
import { apiKey, organization, since } from "../rows/organization-rows.ts";
import { demoMember } from "../rows/people-rows.ts";
import { PUT_BACK } from "./private-file.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const CAPACITY = 50_000;
const TIMEZONE = "Africa/Johannesburg";

/**
 * Why the demonstration cannot be served from this folder, or null: the database has its organisations under other ids than
 * demo.json, so no id or key of the file, or of a new one, would work.
 */
export async function explainForeignDemo(database: Database, stateDir: string): Promise<string | null> {
  const demo = readDemo(stateDir);
  const own: readonly unknown[] = demo ? [demo.organization.id, demo.other_organization.id] : [];
  const { id, slug } = organizations;
  const stored = await database.read(
    statements
      .select({ id, slug })
      .from(organizations)
      .where(inArray(slug, [...DEMO_SLUGS]))
      .toSQL(),
  );
  const foreign = stored.find((row) => !own.includes(row["id"]));
  if (!foreign) return null;
  const fault = demo ? "is of another folder" : "is missing";
  return `${demoPath(stateDir)} ${fault}: the database has the organisation ${String(foreign["slug"])} under another id. ${PUT_BACK}`;
}

/**
 * Writes in one batch the rows that are missing: all of them, or those that a later version added. The events' dates are
 * relative to `now`, epoch ms.
 */
export async function seedDemo(database: Database, demo: Demo, now: number): Promise<boolean> {
  const own = statements
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, demo.organization.id));
  const open = statements
    .select({ id: events.id })
    .from(events)
    .where(eq(events.id, openEventOf(demo).id));
  const owner = statements.select({ id: users.id }).from(users).where(eq(users.email, demo.owner.email));
  const read = (statement: { toSQL(): Statement }) => database.read(statement.toSQL());
  const [known, opened, people] = await Promise.all([read(own), read(open), read(owner)]);
  const rows = known.length > 0 ? [] : [...ownRows(demo, now), ...otherRows(demo, now)];
  if (opened.length === 0) rows.push(...openRows(demo, now));
  if (people.length === 0) rows.push(...(await peopleRows(demo, now)));
  if (rows.length > 0) await database.write(rows);
  return rows.length > 0;
}

/** One account for each role. The passwords are hashed here, in the Worker's format. */
async function peopleRows({ owner, accounts, organization }: Demo, now: number): Promise<Statement[]> {
  const { admin, staff, viewer, scanner_only: scanner } = accounts;
  const { id } = organization;
  const rows = await Promise.all([
    demoMember(owner, id, "owner", now),
    demoMember(admin, id, "admin", now + 1),
    demoMember(staff, id, "staff", now + 2),
    demoMember(viewer, id, "viewer", now + 3),
    demoMember(scanner, id, "scanner_only", now + 4),
  ]);
  return rows.flat();
}

function ownRows(demo: Demo, now: number): Statement[] {
  const org = demo.organization.id;
  const event = { ...onSale(demo.event_id, org, demo.venue_id, now), capacity: CAPACITY };
  return [
    ...organization(demo.organization, "Bosveld Live", now),
    ...DEMO_ROLES.flatMap((role) => apiKey(demo.api_keys[role], org, role, now)),
    ...showgrounds(demo, now),
    insert(events, { ...event, name: "Bushveld Sounds", slug: "bushveld-sounds", status: "published" }),
    ...ownTicketTypes(demo, { id: demo.event_id, ticket_type_ids: demo.ticket_type_ids }, now),
    insert(events, {
      ...event,
      id: demo.draft_event_id,
      name: "Winter Sessions",
      slug: "winter-sessions",
      status: "draft",
    }),
  ];
}

/**
 * The doors have been open for an hour and stay open for a year, so that somebody who starts this folder again after weeks
 * still finds them open. Tickets are on sale all the while.
 */
function openRows(demo: Demo, now: number): Statement[] {
  const open = openEventOf(demo);
  const begun = now - HOUR;
  const end = now + 365 * DAY;
  const times = { doors_open: begun, start_time: begun, end_time: end, sale_start: begun, sale_end: end };
  const event = {
    ...{ id: open.id, organization_id: demo.organization.id, venue_id: demo.venue_id, capacity: CAPACITY },
    ...{ name: "Bushveld Exhibition", slug: "bushveld-exhibition", status: "live" as const },
  };
  return [insert(events, { ...event, ...times, ...since(now) }), ...ownTicketTypes(demo, open, now)];
}

function showgrounds(demo: Demo, now: number): Statement[] {
  const org = demo.organization.id;
  const venue = insert(venues, {
    id: demo.venue_id,
    organization_id: org,
    name: "Bosveld Showgrounds",
    slug: "showgrounds",
    address: "1 Showgrounds Road",
    city: "Pretoria",
    country: "ZA",
    postal_code: "0002",
    timezone: TIMEZONE,
    capacity: CAPACITY,
    ...since(now),
  });
  const device = insert(devices, {
    id: newId("dev"),
    organization_id: org,
    gate_id: demo.gate_ids[0],
    name: "Scanner at Gate 1",
    token_hash: hashCredential(demo.device_token),
    created_at: now,
  });
  const places = demo.gate_ids.map((id, index) => {
    const isForVip = id === demo.gate_ids[2];
    const names = isForVip
      ? { gate_code: "VIP", name: "VIP gate" }
      : { gate_code: `GATE_${index + 1}`, name: `Gate ${index + 1}` };
    return insert(gates, { id, venue_id: demo.venue_id, organization_id: org, ...names, ...since(now + index) });
  });
  return [venue, ...places, device];
}

type OwnEvent = { readonly id: EventId; readonly ticket_type_ids: readonly [TicketTypeId, TicketTypeId, TicketTypeId] };

/** In the order of demo.json, which is the order of their creation. */
function ownTicketTypes(demo: Demo, event: OwnEvent, now: number): Statement[] {
  const owner = { event_id: event.id, organization_id: demo.organization.id };
  const [general, vip, free] = event.ticket_type_ids;
  return [
    insert(ticketTypes, {
      id: general,
      ...owner,
      number: 1,
      name: "General",
      price: 15_000,
      total_quantity: 500,
      ...since(now),
    }),
    insert(ticketTypes, {
      id: vip,
      ...owner,
      number: 2,
      name: "VIP",
      price: 90_000,
      total_quantity: 20,
      // The type has a gate of its own.
      admission: admissionText({ ...DEFAULT_ADMISSION, gates: [demo.gate_ids[2]] }),
      ...since(now + 1),
    }),
    insert(ticketTypes, {
      id: free,
      ...owner,
      number: 3,
      name: "Free",
      price: 0,
      total_quantity: 100,
      admission: admissionText({ ...DEFAULT_ADMISSION, entry: "reentry" }),
      ...since(now + 2),
    }),
  ];
}

function otherRows(demo: Demo, now: number): Statement[] {
  const { id: org, slug, api_key, event_id, ticket_type_ids } = demo.other_organization;
  const venueId = newId("ven");
  const venue = insert(venues, {
    id: venueId,
    organization_id: org,
    name: "Harbour Hall",
    slug: "harbour-hall",
    address: "2 Quay Street",
    city: "Cape Town",
    country: "ZA",
    postal_code: "8001",
    timezone: TIMEZONE,
    capacity: 2_000,
    ...since(now),
  });
  const event = { ...onSale(event_id, org, venueId, now), capacity: 2_000 };
  const owner = { event_id, organization_id: org };
  return [
    ...organization({ id: org, slug }, "Kaap Nights", now),
    ...apiKey(api_key, org, "owner", now),
    venue,
    insert(events, { ...event, name: "Harbour Jazz", slug: "harbour-jazz", status: "published" }),
    insert(ticketTypes, {
      id: ticket_type_ids[0],
      ...owner,
      number: 1,
      name: "Entry",
      price: 20_000,
      total_quantity: 200,
      ...since(now),
    }),
  ];
}

/** The sale opened an hour ago and closes when the doors open, in 60 days; the event lasts 6 hours. */
function onSale(id: EventId, org: OrganizationId, venue: VenueId, now: number) {
  const doors = now + 60 * DAY;
  const times = { start_time: doors, end_time: doors + 6 * HOUR, sale_start: now - HOUR, sale_end: doors };
  return { id, organization_id: org, venue_id: venue, ...times, ...since(now) };
}
