// The indexes of D1 (rule X4): each costs a row at every write of what it holds, so each is one that a statement of the
// product takes. And no statement that comes often walks a table.

import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { listApiKeys } from "../../../src/db/credentials/api-keys.ts";
import { listAuditRows } from "../../../src/db/audit/audit-log.ts";
import { type Db, openDb } from "../../../src/db/client.ts";
import { findPairing, listCrewCodes } from "../../../src/db/crew/crew-codes.ts";
import { listDevices } from "../../../src/db/crew/devices.ts";
import { readEventTermsOf } from "../../../src/db/door/door-terms.ts";
import { listUpcoming } from "../../../src/db/events/upcoming-events.ts";
import { listDue } from "../../../src/db/events/event-transitions.ts";
import { listEvents } from "../../../src/db/events/events.ts";
import { forgetExpired } from "../../../src/db/accounts/expired-people.ts";
import { listFollowedEvents } from "../../../src/db/events/feed.ts";
import { isGateUsed } from "../../../src/db/gates/gate-removal.ts";
import { listGates } from "../../../src/db/gates/gates.ts";
import { listEventsNaming } from "../../../src/db/ticket-types/admission-rules.ts";
import { forgetOldKeys } from "../../../src/db/idempotency.ts";
import { listInvitations } from "../../../src/db/members/invitations.ts";
import { listHeads } from "../../../src/db/projection/ledger-heads.ts";
import { claimImages, keepImage, listUnusedImages } from "../../../src/db/images/images.ts";
import { listMembers } from "../../../src/db/members/members.ts";
import { listMemberships } from "../../../src/db/members/membership.ts";
import { exportsMoreThan, readExportPage } from "../../../src/db/orders/order-export.ts";
import { findByReferences, searchOrders } from "../../../src/db/orders/order-search.ts";
import { listOrders, listOwnOrders } from "../../../src/db/orders/orders.ts";
import { readAttention } from "../../../src/db/organizations/attention.ts";
import { takeDueMails } from "../../../src/db/outbox/mail-outbox.ts";
import { endLinks, readLink, useLink } from "../../../src/db/accounts/password-links.ts";
import { listToCompare, projectInventory } from "../../../src/db/projection/projection.ts";
import { findOrganizationBySlug, listPublicEvents } from "../../../src/db/events/public-events.ts";
import { readStampByNames } from "../../../src/db/events/public-stamps.ts";
import { listPublicEventsOf, listPublicStamps } from "../../../src/db/events/stale-stamps.ts";
import { countFailures, pageSyncs } from "../../../src/db/outbox/outbox.ts";
import { listClosed } from "../../../src/db/ticket-types/ticket-type-changes.ts";
import { giveNumber, insertKey, listKeys, readNumber } from "../../../src/db/tickets/ticket-keys.ts";
import { listTicketTypes } from "../../../src/db/ticket-types/ticket-types.ts";
import { readTicketPlace } from "../../../src/db/tickets/tickets.ts";
import { listVenues } from "../../../src/db/venues/venues.ts";
import { parseOrderId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { imageIdFrom } from "../../../src/domain/image/image-id.ts";
import { memberOf } from "../../../src/domain/people/policy.ts";

const organizationId = newId("org");
const reader = memberOf(organizationId, newId("usr"), "owner", "session");
const page = { limit: 10, before: { createdAt: 1, id: "x" } };
const now = 1_800_000_000_000;

/** The cron's, each minute; and of people's. */
const BY_THE_CLOCK: Readonly<Record<string, (db: Db) => Promise<unknown>>> = {
  "events that start": (db) => listDue(db, "start", now, 50),
  "events that end": (db) => listDue(db, "end", now, 50),
  "types that a deletion left closed": (db) => listClosed(db, now, 100),
  "types to compare": (db) => listToCompare(db, now, null, 40),
  "more types to compare": (db) => listToCompare(db, now, { lookAt: 1, row: 1 }, 40),
  "terms to deliver": (db) => pageSyncs(db, "terms", { after: "", until: newId("tt"), limit: 100, now }),
  "inventories to wipe": (db) => pageSyncs(db, "wipe", { after: newId("tt"), until: null, limit: 100, now }),
  "heads of ledgers to note": (db) => listHeads(db, newId("tt"), newId("tt")),
  "the last heads of ledgers": (db) => listHeads(db, newId("tt"), null),
  "feeds to tell": (db) => pageSyncs(db, "feed", { after: newId("evt"), until: null, limit: 100, now }),
  "doors to tell": (db) => pageSyncs(db, "door", { after: "", until: newId("evt"), limit: 100, now }),
  "doors that failed again": (db) => countFailures(db, "door", [{ target: newId("evt"), version: 1, until: now }]),
  "inventories that failed again": (db) =>
    countFailures(db, "terms", [{ target: newId("tt"), version: 1, until: now }]),
  "events that have changed": (db) => listPublicStamps(db, { now, from: newId("evt"), limit: 100 }),
  "old idempotency keys": (db) => forgetOldKeys(db, now, 500),
  "mails to send again": (db) => takeDueMails(db, now, 50),
  "images to sweep": (db) => listUnusedImages(db, now, 50),
  "images that are swept": (db) => claimImages(db, [imageIdFrom("0".repeat(64))], now),
  "what is over of people": (db) => forgetExpired(db, now, 500),
};

const ASKED_FOR: Readonly<Record<string, (db: Db) => Promise<unknown>>> = {
  "API keys": (db) => listApiKeys(db, organizationId, page),
  "the audit log": (db) => listAuditRows(db, organizationId, page),
  "how many images are new": (db) =>
    keepImage(db, { id: imageIdFrom("0".repeat(64)), organizationId, bytes: 1, now }, 200),
  devices: (db) => listDevices(db, organizationId, { ...page, eventId: null, pairedAlone: false }),
  "the devices of an event's crew": (db) =>
    listDevices(db, organizationId, { ...page, eventId: newId("evt"), pairedAlone: true }),
  "crew codes": (db) => listCrewCodes(db, organizationId, newId("evt"), page),
  "a crew code and its device": (db) => findPairing(db, "hash", "hash"),
  "whether a gate is used": (db) => isGateUsed(db, newId("gate")),
  "events whose types name a gate": (db) => listEventsNaming(db, { id: newId("gate"), venue_id: newId("ven") }, 10),
  events: (db) => listEvents(db, reader, { ...page, now }),
  "a venue's events": (db) => listPublicEventsOf(db, newId("ven"), 100),
  "events to follow": (db) => listFollowedEvents(db, { organizationId }, 1, 100),
  "an event by its slugs": (db) => readStampByNames(db, { organization: "a", event: "b" }),
  "public events": (db) => listPublicEvents(db, { organizationId, now, limit: 10, after: null }),
  "ticket types": (db) => listTicketTypes(db, reader, newId("evt"), { ...page, now }),
  gates: (db) => listGates(db, reader, newId("ven"), page),
  venues: (db) => listVenues(db, organizationId, page),
  members: (db) => listMembers(db, organizationId, page),
  memberships: (db) => listMemberships(db, newId("usr")),
  invitations: (db) => listInvitations(db, organizationId, now, page),
  "a password's link": (db) => readLink(db, "hash", now),
  "a password's links": (db) => endLinks(db, newId("usr")),
  "a new password": (db) => useLink(db, newId("usr"), { hash: "hash", password: "p", now }),
  orders: (db) => listOrders(db, { ...page, organizationId }),
  "orders by e-mail": (db) => listOrders(db, { ...page, organizationId, email: "a@b.example" }),
  "orders by name": (db) => listOrders(db, { ...page, organizationId, eventId: newId("evt"), nameKey: "zoe" }),
  "orders by the serial of a ticket": (db) => listOrders(db, { ...page, organizationId, serial: 1 }),
  "a shopper's own orders": (db) => listOwnOrders(db, { ...page, userId: newId("shp") }),
};

/** The plans of the statements that this sends, a line a step. D1 returns nothing. */
async function plansOf(work: (db: Db) => Promise<unknown>): Promise<string[]> {
  const sent: { readonly query: string; readonly values: unknown[] }[] = [];
  const nothing = { results: [], success: true, meta: { changes: 0 } };
  const prepare = (query: string) => ({
    bind(...values: unknown[]) {
      sent.push({ query, values });
      const answer = () => Promise.resolve(nothing);
      return { all: answer, run: answer, raw: () => Promise.resolve([]), first: () => Promise.resolve(null) };
    },
  });
  const batch = (statements: unknown[]) => Promise.resolve(statements.map(() => nothing));
  // The one cast: the product's functions use no more of D1 than this.
  await work(openDb({ prepare, batch } as unknown as D1Database));
  const plans = sent.map(({ query, values }) =>
    env.DB.prepare(`EXPLAIN QUERY PLAN ${query}`)
      .bind(...values)
      .all<{ detail: string }>(),
  );
  return (await Promise.all(plans)).flatMap(({ results }) => results.map(({ detail }) => detail));
}

async function usedBy(all: typeof ASKED_FOR): Promise<Set<string>> {
  const plans = await Promise.all(Object.values(all).map(plansOf));
  return new Set(plans.flat().flatMap((step) => / INDEX (\w+)/.exec(step)?.[1] ?? []));
}

it("[X4] each index serves a statement of the product, but for those that keep values apart", async () => {
  const { results } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND sql NOT LIKE 'CREATE UNIQUE %'",
  ).all<{ name: string }>();
  expect(results.length).toBeGreaterThan(20);
  const used = await usedBy({ ...BY_THE_CLOCK, ...ASKED_FOR });
  expect(results.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
});

it("[X4] an index that nobody takes is found", async () => {
  const used = await usedBy({ orders: (db) => listOrders(db, { ...page, organizationId }) });
  expect([used.has("orders_by_creation"), used.has("orders_by_buyer")]).toEqual([true, false]);
});

it.each(Object.entries(BY_THE_CLOCK))("[X4] %s are found each minute without walking a table", async (_, ask) => {
  const plans = await plansOf(ask);
  expect(plans.length).toBeGreaterThan(0);
  const tables = await env.DB.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all<{ name: string }>();
  const walked = new Set(plans.flatMap((step) => /^SCAN (\w+)/.exec(step)?.[1] ?? []));
  expect(tables.results.map(({ name }) => name).filter((name) => walked.has(name))).toEqual([]);
});

const KEY = { event_id: newId("evt"), n: 1, public_key: "", status: "active", secret_id: "", created_at: now } as const;
const TOLD = {
  ...{ ticketTypeId: newId("tt"), eventId: newId("evt"), organizationId, currency: "ZAR", counts: null },
  ...{ orders: [], tickets: ['["ord_x",1,[[1,1,"valid"]]]'], erased: [] },
};

it.each<[string, (db: Db) => Promise<unknown>]>([
  ["an event's keys", (db) => listKeys(db, KEY.event_id)],
  ["a new key", (db) => insertKey(db, KEY)],
  ["what doors are told", (db) => readEventTermsOf(db, [KEY.event_id], now)],
  ["the number of a type", (db) => readNumber(db, newId("tt"), now)],
  ["a number that is given", (db) => db.batch([db.run(giveNumber(newId("tt"), sql`TRUE`))])],
  ["the order of a serial", (db) => listOrders(db, { ...page, organizationId, serial: 1 })],
  ["where the ticket of a serial stands", (db) => readTicketPlace(db, organizationId, 1)],
  ["tickets that are projected", (db) => projectInventory(db, TOLD, now)],
])("[X4] what a ticket needs of D1 is found without walking a table: %s", async (_, work) => {
  const plans = await plansOf(work);
  expect(plans.length).toBeGreaterThan(0);
  expect(plans.filter((step) => /^SCAN (?!told|near|t VIRTUAL|json_each|free|\(|CONSTANT)/.test(step))).toEqual([]);
});

const ORDER_ID = must(parseOrderId(`ord_${newId("tt").slice(3).repeat(2)}`), "it is an id");
const EXPORTED = {
  organizationId,
  eventId: newId("evt"),
  status: "confirmed",
  since: 1,
  until: now,
  terms: null,
} as const;
const SOUGHT = {
  reference: "7k3f9qz2m4",
  serial: 1,
  orderId: null,
  ticketId: null,
  email: "a@b.example",
  nameKey: "zoe",
};

it.each<[string, (db: Db) => Promise<unknown>]>([
  ["a search", (db) => searchOrders(db, { organizationId, eventId: newId("evt"), terms: SOUGHT, limit: 25 })],
  [
    "the lines of a statement",
    (db) => findByReferences(db, { organizationId, eventId: null, references: ["7k3f9qz2m4", "0000000000"] }),
  ],
  ["what waits for somebody", (db) => readAttention(db, organizationId, now)],
  ["whether an export is too long", (db) => exportsMoreThan(db, EXPORTED, 100)],
  ["a page of an export", (db) => readExportPage(db, EXPORTED, { createdAt: 1, id: ORDER_ID }, 500)],
  ["a page of a searched export", (db) => readExportPage(db, { ...EXPORTED, terms: SOUGHT }, null, 500)],
])("[X4] what runs a show walks no table: %s", async (_, work) => {
  const plans = await plansOf(work);
  expect(plans.length).toBeGreaterThan(0);
  // A page that was just read, and what JSON names.
  expect(plans.filter((step) => /^SCAN (?!(n|newest|o|i|r|json_each|\(|CONSTANT))/.test(step))).toEqual([]);
});

it.each<[string, string[], (db: Db) => Promise<unknown>]>([
  [
    "the front page",
    ["events_ending", "events_starting", "ticket_types_number"],
    (db) => listUpcoming(db, { now, limit: 24, priced: true }),
  ],
  ["the sitemap", ["events_ending", "events_starting"], (db) => listUpcoming(db, { now, limit: 1_000, priced: false })],
  ["an organiser by its slug", ["organizations_slug_unique"], (db) => findOrganizationBySlug(db, "a")],
])("[X4] what strangers request is found by an index, without walking or sorting a table: %s", async (_, by, work) => {
  const plans = await plansOf(work);
  expect(plans.filter((step) => /^SCAN (?!events USING INDEX)|TEMP B-TREE/.test(step))).toEqual([]);
  expect(new Set(plans.flatMap((step) => / INDEX (?!sqlite_autoindex)(\w+)/.exec(step)?.[1] ?? []))).toEqual(
    new Set(by),
  );
});

it("[X4] what is read by its key alone is stored by its key: a row is one row written", async () => {
  const { results } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%WITHOUT ROWID' ORDER BY name",
  ).all<{ name: string }>();
  expect(results.map(({ name }) => name)).toEqual([
    ...["attempts", "idempotency_keys", "orders", "sync_rows", "ticket_keys", "tickets"],
  ]);
});
