// Rule T1 below the verbs: a repository that is called with an organisation returns nothing of another, whatever the
// query is for. Verbs read the parent first, so that over HTTP a missing filter might go unseen.

import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { listApiKeys, readApiKey } from "../../../src/db/credentials/api-keys.ts";
import { listAuditRows } from "../../../src/db/audit/audit-log.ts";
import { listDevices, readDevice } from "../../../src/db/crew/devices.ts";
import { listEvents, readEvent } from "../../../src/db/events/events.ts";
import { listGates, readGate } from "../../../src/db/gates/gates.ts";
import { readExportPage } from "../../../src/db/orders/order-export.ts";
import { findByReferences, searchOrders } from "../../../src/db/orders/order-search.ts";
import { listOrders } from "../../../src/db/orders/orders.ts";
import { readAttention } from "../../../src/db/organizations/attention.ts";
import { listTicketTypes, readTicketType } from "../../../src/db/ticket-types/ticket-types.ts";
import { readTicketPlace } from "../../../src/db/tickets/tickets.ts";
import { listVenues, readVenue } from "../../../src/db/venues/venues.ts";
import { showSerial } from "../../../src/domain/door/tickets/serial.ts";
import { serialOf } from "../../../src/domain/door/tickets/ticket.ts";
import {
  type IdPrefix,
  type OrderId,
  type OrganizationId,
  parseId,
  parseOrderId,
  ticketIdFrom,
} from "../../../src/domain/ids.ts";
import { readSearch } from "../../../src/domain/orders/order-search.ts";
import { referenceBodyOf } from "../../../src/domain/orders/reference.ts";
import { memberOf } from "../../../src/domain/people/policy.ts";
import { must } from "../../../src/domain/result.ts";
import { sha256 } from "../../../src/shared/sha256.ts";
import { created, gateBody, newDraft, newVenue, openTenant, published, type Tenant } from "../support/catalogue.ts";
import { db } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, device, hold, idOf, shopper } from "../support/http.ts";
import { settle } from "../support/storage/trace.ts";

const page = { limit: 100, before: null };
let tenant: Tenant;
const ids = new Map<IdPrefix, string>();
let serial: number;
let order: OrderId;

/** An id of the tenant's own. */
function own<P extends IdPrefix>(prefix: P) {
  return must(parseId(prefix, ids.get(prefix) ?? ""), `the tenant has one of ${prefix}`);
}

beforeAll(async () => {
  tenant = await openTenant();
  const { organizationId, token } = tenant;
  ids.set("ven", await newVenue(tenant));
  ids.set("gate", await created(`/v1/venues/${own("ven")}/gates`, token, gateBody()));
  const { eventId, typeId } = await published(tenant);
  const buyer = await shopper();
  const holdId = await idOf(hold(typeId, buyer.token));
  const checkout = ask("POST", "/v1/checkouts", { token: buyer.token, json: { hold_ids: [holdId] }, key: "order" });
  order = must(parseOrderId(await idOf(checkout)), "it was made");
  await bodyOf(await ask("POST", `/v1/orders/${order}/confirm`, { token }));
  serial = serialOf(ticketIdFrom(order, 1), sha256);
  await newDraft(tenant);
  ids.set("evt", eventId).set("tt", typeId);
  ids.set("key", (await apiKey(organizationId, "viewer")).id);
  ids.set("dev", (await device({ organizationId, venueId: own("ven") })).id);
  await settle();
});

const ownerOf = (organizationId: OrganizationId) => memberOf(organizationId, newId("usr"), "owner", "session");

const READS: Readonly<Record<string, (of: OrganizationId) => Promise<object | null>>> = {
  "a venue": (of) => readVenue(db, ownerOf(of), own("ven")),
  "a gate": (of) => readGate(db, ownerOf(of), own("gate")),
  "an event": (of) => readEvent(db, ownerOf(of), own("evt"), Date.now()),
  "a ticket type": (of) => readTicketType(db, ownerOf(of), own("tt"), Date.now()),
  "an API key": (of) => readApiKey(db, of, own("key")),
  "a device": (of) => readDevice(db, of, own("dev")),
  "where a ticket stands": (of) => readTicketPlace(db, of, serial),
};

const LISTS: Readonly<Record<string, (of: OrganizationId) => Promise<readonly object[]>>> = {
  venues: (of) => listVenues(db, of, page),
  "a venue's gates": (of) => listGates(db, ownerOf(of), own("ven"), page),
  events: (of) => listEvents(db, ownerOf(of), { ...page, venueId: undefined, now: Date.now() }),
  "an event's ticket types": (of) => listTicketTypes(db, ownerOf(of), own("evt"), { ...page, now: Date.now() }),
  "an event's orders": async (organizationId) =>
    (await listOrders(db, { ...page, organizationId, eventId: own("evt") })).orders,
  "orders that a search finds": async (organizationId) => {
    const terms = readSearch(showSerial(serial), false);
    return (await searchOrders(db, { organizationId, terms, limit: 10 })).found;
  },
  "orders that payments name": async (organizationId) => {
    const references = [referenceBodyOf(order)];
    return (await findByReferences(db, { organizationId, eventId: null, references })).orders;
  },
  "orders of an export": (organizationId) =>
    readExportPage(
      db,
      { organizationId, eventId: own("evt"), status: null, since: null, until: Date.now(), terms: null },
      null,
      10,
    ),
  "what waits for somebody": async (of) => (await readAttention(db, of, Date.now())).drafts,
  "API keys": (of) => listApiKeys(db, of, page),
  devices: (of) => listDevices(db, of, { ...page, eventId: null, pairedAlone: false }),
  "the audit log of a resource": (of) => listAuditRows(db, of, { ...page, resourceId: own("ven") }),
};

describe("[T1] a repository", () => {
  it.each(Object.keys(READS))("reads %s for its organisation, and for no other", async (what) => {
    const read = must(READS[what], "it is in the table");
    expect(await read(tenant.organizationId)).not.toBeNull();
    expect(await read(newId("org"))).toBeNull();
  });

  it.each(Object.keys(LISTS))("lists %s for its organisation, and for no other", async (what) => {
    const list = must(LISTS[what], "it is in the table");
    expect(await list(tenant.organizationId)).not.toEqual([]);
    expect(await list(newId("org"))).toEqual([]);
  });
});
