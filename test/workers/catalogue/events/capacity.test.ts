// Capacities (rule K3): held by the statement that writes, also when many write at once.

import { beforeAll, describe, expect, it } from "vitest";
import { eq } from "drizzle-orm";
import { ticketTypes } from "../../../../src/db/schema/catalogue.ts";
import { parseId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import {
  eventBody,
  newEvent,
  newTicketType,
  newVenue,
  openTenant,
  type Tenant,
  ticketTypeBody,
} from "../../support/catalogue.ts";
import { db } from "../../support/fixture.ts";
import { ask, bodyOf } from "../../support/http.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await openTenant();
});

function add(eventId: string, total: number): Promise<Response> {
  return ask("POST", `/v1/events/${eventId}/ticket-types`, {
    token: tenant.token,
    json: ticketTypeBody({ total_quantity: total }),
  });
}

async function totalsOf(eventId: string): Promise<number[]> {
  const id = must(parseId("evt", eventId), "it was created");
  const rows = await db
    .select({ total: ticketTypes.total_quantity })
    .from(ticketTypes)
    .where(eq(ticketTypes.event_id, id));
  return rows.map((row) => row.total);
}

describe("an event's capacity", () => {
  it("[K3] may be the venue's, and not one more", async () => {
    const venueId = await newVenue(tenant, { capacity: 500 });
    const create = (capacity: number) =>
      ask("POST", "/v1/events", { token: tenant.token, json: eventBody(venueId, { capacity }) });
    expect((await create(500)).status).toBe(201);
    expect(await bodyOf(await create(501))).toMatchObject({
      status: 409,
      code: "capacity_exceeded",
      requested: 501,
      used: 0,
      capacity: 500,
    });
  });

  it("[K3] may be filled by its types to the last ticket, and not one more", async () => {
    const eventId = await newEvent(tenant, { capacity: 100 });
    expect((await add(eventId, 60)).status).toBe(201);
    expect(await bodyOf(await add(eventId, 41))).toMatchObject({
      code: "capacity_exceeded",
      requested: 41,
      used: 60,
      capacity: 100,
    });
    expect((await add(eventId, 40)).status).toBe(201);
    expect(await bodyOf(await add(eventId, 1))).toMatchObject({
      code: "capacity_exceeded",
      requested: 1,
      used: 100,
      capacity: 100,
    });
  });

  it("[K3] is not exceeded by 50 creates at once: as many types as fit, and the others refused", async () => {
    const eventId = await newEvent(tenant, { capacity: 100 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => add(eventId, 15)));
    const codes = await Promise.all(answers.map(async (answer) => (await bodyOf(answer))["code"] ?? answer.status));
    expect(codes.filter((code) => code === 201)).toHaveLength(6);
    expect(codes.filter((code) => code === "capacity_exceeded")).toHaveLength(44);
    expect(await totalsOf(eventId)).toEqual([15, 15, 15, 15, 15, 15]);
  });

  it("[K3] [K4] counts a type by its total for as long as a lower one only waits for the inventory", async () => {
    const eventId = await newEvent(tenant, { capacity: 100 });
    const typeId = must(parseId("tt", await newTicketType(tenant, eventId, { total_quantity: 80 })), "it was created");
    await db.update(ticketTypes).set({ pending_total: 10 }).where(eq(ticketTypes.id, typeId));
    expect(await bodyOf(await add(eventId, 21))).toMatchObject({ code: "capacity_exceeded", used: 80 });
    await db.update(ticketTypes).set({ pending_total: 90 }).where(eq(ticketTypes.id, typeId));
    expect(await bodyOf(await add(eventId, 11))).toMatchObject({ code: "capacity_exceeded", used: 90 });
    expect((await add(eventId, 10)).status).toBe(201);
  });

  it("[X4] is shared by at most 100 types", async () => {
    const eventId = await newEvent(tenant);
    const id = must(parseId("evt", eventId), "it was created");
    await newTicketType(tenant, eventId, { total_quantity: 1 });
    const copies = `INSERT INTO ticket_types SELECT 'tt_' || printf('%026d', value), event_id, organization_id, name, description, price,
      currency, total_quantity, pending_total, sale_start, sale_end, hidden, min_per_order, max_per_order, settings, terms_version,
      sold_count, held_count, counts_seq, created_at, updated_at, version, pending_audit, deleting_since, seen_seq, look_at, withdrawn_count, max_unpaid_per_address, counts_hash, NULL, NULL FROM ticket_types, json_each(?) WHERE event_id = ?`;
    await db.$client
      .prepare(copies)
      .bind(JSON.stringify(Array.from({ length: 98 }, (_, n) => n)), id)
      .run();
    expect((await add(eventId, 1)).status).toBe(201);
    expect(await bodyOf(await add(eventId, 1))).toMatchObject({
      code: "capacity_exceeded",
      requested: 1,
      used: 100,
      capacity: 100,
    });
    expect(await totalsOf(eventId)).toHaveLength(100);
  });
});
