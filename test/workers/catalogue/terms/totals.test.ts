// Changes of a ticket type that its inventory must know: totals up and down (rules K3, K4), prices, limits and windows
// (rule K6), also when the Worker dies at any step.
// @module-tag slow

import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { changeEvent } from "../../../../src/app/events/change-event.ts";
import { changeTicketType } from "../../../../src/app/ticket-types/change-ticket-type.ts";
import { type Context, newId } from "../../../../src/app/context.ts";
import { redeliverTerms } from "../../../../src/app/deliveries/deliver-terms.ts";
import { events, ticketTypes } from "../../../../src/db/schema/catalogue.ts";
import { UNAVAILABLE } from "../../../../src/domain/errors.ts";
import { parseId, type TicketTypeId } from "../../../../src/domain/ids.ts";
import type { Organiser } from "../../../../src/domain/people/policy.ts";
import { must, refuse } from "../../../../src/domain/result.ts";
import type { Inventories } from "../../../../src/inventory/client.ts";
import {
  auditOf,
  change,
  cronAt,
  faults,
  newEvent,
  newEventOnSale,
  newTicketType,
  openTenant,
  published,
  type Tenant,
  termsInside,
  traceOf,
  undelivered,
} from "../../support/catalogue.ts";
import { atEveryStep, DEATHS } from "../../support/faults.ts";
import { countsOf, db, held, HOUR, inventories, placeHold } from "../../support/fixture.ts";
import { ask, bodyOf, hold, refusalOf, shopper } from "../../support/http.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await openTenant();
});
const typeIdOf = (id: string) => must(parseId("tt", id), "it was created");
const pathOf = (id: string) => `/v1/ticket-types/${id}`;
const context = (ports: Partial<Context> = {}): Context<Organiser> => ({
  ...cronAt(Date.now()),
  ...ports,
  actor: tenant.actor,
});
const AWAY = refuse(UNAVAILABLE);
const dark: Inventories = (id) => ({ ...inventories(id), terms: async () => AWAY });
async function rowOf(id: TicketTypeId) {
  const [row] = await db.select().from(ticketTypes).where(eq(ticketTypes.id, id));
  return must(row, "it was created");
}

describe("a ticket type on sale", () => {
  it("[K6] sells by its new price, limits, window and status from the response on", async () => {
    const { typeId } = await published(tenant);
    const path = pathOf(typeId);
    const { token } = await shopper();
    await change(tenant, path, { price: "0.00", min_per_order: 2, max_per_order: 3 });
    expect(await refusalOf(hold(typeId, token, { quantity: 1 }))).toBe("422 quantity_out_of_bounds");
    expect(await bodyOf(await hold(typeId, token, { quantity: 2 }))).toMatchObject({ unit_price: "0.00" });
    await change(tenant, path, { status: "hidden" });
    expect(await bodyOf(await hold(typeId, token))).toMatchObject({ reason: "ticket_type_hidden" });
    await change(tenant, path, { status: "available", sale_start: new Date(Date.now() + HOUR).toISOString() });
    expect(await bodyOf(await hold(typeId, token))).toMatchObject({ reason: "sale_not_open" });
    await change(tenant, path, { sale_start: null, min_per_order: 1 });
    expect((await hold(typeId, token)).status).toBe(201);
  });

  it("[K1] [K2] keeps its fields in order, also against those that stay, and has two settable statuses", async () => {
    const { typeId } = await published(tenant);
    const path = pathOf(typeId);
    expect(await faults(change(tenant, path, { min_per_order: 11 }))).toEqual(["/min_per_order"]);
    expect(await faults(change(tenant, path, { max_per_order: 101, price: "1000000.01", total_quantity: 0 }))).toEqual([
      "/price",
      "/total_quantity",
      "/max_per_order",
    ]);
    expect(await faults(change(tenant, path, { status: "sold_out" }))).toEqual(["/status"]);
    expect(await faults(change(tenant, path, { currency: "EUR" }))).toEqual(["/currency"]);
    await change(tenant, path, { sale_end: "2030-01-01T00:00:00Z" });
    expect(await faults(change(tenant, path, { sale_start: "2030-01-01T02:00:00+02:00" }))).toEqual(["/sale_end"]);
  });

  it("[K6] does not get what concerns the organisation alone", async () => {
    const { typeId } = await published(tenant);
    await change(tenant, pathOf(typeId), { name: "Stalls", description: "Seated", settings: { colour: "red" } });
    expect(await termsInside(typeId)).toMatchObject({ version: 2 });
  });
});

describe("a total that is raised", () => {
  it("[K4] [K3] sells on at once, up to the event's capacity with the numbers", async () => {
    const { eventId, typeId } = await published(tenant);
    await newTicketType(tenant, eventId, { total_quantity: 300 });
    const path = pathOf(typeId);
    expect(await bodyOf(await change(tenant, path, { total_quantity: 701 }))).toMatchObject({
      status: 409,
      code: "capacity_exceeded",
      requested: 701,
      used: 300,
      capacity: 1_000,
    });
    expect(await bodyOf(await change(tenant, path, { total_quantity: 700 }))).toMatchObject({
      available_quantity: 700,
    });
    expect(await countsOf(typeIdOf(typeId))).toMatchObject({ total: 700 });
  });

  it("[K3] is within the event's capacity for as many of 50 at once as fit", async () => {
    const eventId = await newEvent(tenant, { capacity: 100 });
    const ids: string[] = [];
    for (let n = 0; n < 50; n++) ids.push(await newTicketType(tenant, eventId, { total_quantity: 1 }));
    const answers = await Promise.all(ids.map((id) => change(tenant, pathOf(id), { total_quantity: 11 })));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array.from({ length: 5 }, () => 200),
      ...Array.from({ length: 45 }, () => 409),
    ]);
    const totals = await db
      .select({ total: ticketTypes.total_quantity })
      .from(ticketTypes)
      .where(eq(ticketTypes.event_id, must(parseId("evt", eventId), "created")));
    expect(totals.reduce((sum, { total }) => sum + total, 0)).toBe(100);
  });
});

describe("a total that is lowered", () => {
  it("[K4] [T7] below what is committed is refused with the numbers, and leaves no other field changed", async () => {
    const { typeId } = await published(tenant);
    const id = typeIdOf(typeId);
    await held(id, newId("shp"), 5);
    const before = await traceOf(tenant);
    expect(await bodyOf(await change(tenant, pathOf(typeId), { total_quantity: 4, price: "9.00" }))).toMatchObject({
      status: 409,
      code: "capacity_below_committed",
      requested: 4,
      committed: 5,
      sold: 0,
      held: 5,
    });
    expect(await traceOf(tenant)).toEqual(before);
    expect(await countsOf(id)).toMatchObject({ total: 100, held: 5 });
  });

  it("[K4] [T6] to what is committed is taken by inventory and D1, with one audit row and one version", async () => {
    const { typeId } = await published(tenant);
    const id = typeIdOf(typeId);
    await held(id, newId("shp"), 5);
    expect(await bodyOf(await change(tenant, pathOf(typeId), { total_quantity: 5 }))).toMatchObject({
      total_quantity: 5,
      version: 2,
    });
    expect(await countsOf(id)).toEqual({ total: 5, sold: 0, held: 5, available: 0 });
    expect((await auditOf(tenant, typeId)).filter((row) => row.action === "ticket_type.change")).toMatchObject([
      { actor_id: tenant.actor.id, changes: { total_quantity: 5 }, organization_id: tenant.organizationId },
    ]);
    expect(await bodyOf(await change(tenant, pathOf(typeId), { total_quantity: 6, name: "More" }))).toMatchObject({
      total_quantity: 6,
      version: 3,
    });
    expect(await bodyOf(await change(tenant, pathOf(typeId), { total_quantity: 5, name: "Less" }))).toMatchObject({
      total_quantity: 5,
      name: "Less",
      version: 5,
    });
  });

  it("[K4] loses to holds between the check and the decision: refused, no trace, and nothing oversold", async () => {
    const { typeId } = await published(tenant);
    const id = typeIdOf(typeId);
    const before = await traceOf(tenant);
    const overtaken: Inventories = (each) => ({
      ...inventories(each),
      terms: async (terms, requestId) => {
        for (let n = 0; n < 6; n++) await placeHold(id, newId("shp"), 10, `overtaking ${n}`);
        return inventories(each).terms(terms, requestId);
      },
    });
    const body = { total_quantity: 50, price: 1 };
    expect(await changeTicketType(context({ inventories: overtaken }), id, body, 1)).toMatchObject({
      refusal: { code: "capacity_below_committed", requested: 50, committed: 60 },
    });
    const rows = await traceOf(tenant);
    const steady = (trace: unknown) => JSON.stringify(trace).replace(/"terms_version":\d+/g, "");
    expect(steady(rows)).toBe(steady(before));
    expect(await countsOf(id)).toMatchObject({ total: 100, held: 60 });
  });

  it("[K4] [H1] while 200 holds arrive is one total in D1 and the inventory, never below what is held", async () => {
    const { typeId } = await published(tenant);
    const id = typeIdOf(typeId);
    const holds = Array.from({ length: 200 }, () => placeHold(id, newId("shp"), 1));
    const lowerings = [90, 60, 30, 10].map((total) => change(tenant, pathOf(typeId), { total_quantity: total }));
    const [placed, changed] = await Promise.all([Promise.all(holds), Promise.all(lowerings)]);
    for (const { status } of changed) expect([200, 409, 412, 503]).toContain(status);
    await redeliverTerms(cronAt(Date.now()));
    const counts = await countsOf(id);
    const row = await rowOf(id);
    expect(counts.held).toBe(placed.filter(({ ok }) => ok).length);
    expect(counts.held).toBeLessThanOrEqual(counts.total);
    expect(row).toMatchObject({ total_quantity: counts.total, pending_total: null, pending_audit: null });
  });

  it("[K4] [K6] whose inventory is away is 503, waits unseen, and is ended by the cron or by the repeat", async () => {
    for (const end of ["the cron", "the repeat"]) {
      const { typeId } = await published(tenant);
      const id = typeIdOf(typeId);
      expect(await changeTicketType(context({ inventories: dark }), id, { total_quantity: 40 }, 1)).toEqual(AWAY);
      expect(await rowOf(id)).toMatchObject({ total_quantity: 100, pending_total: 40, version: 1 });
      for (const total_quantity of [40, 30, 200]) {
        expect(await changeTicketType(context({ inventories: dark }), id, { total_quantity }, 1)).toEqual(AWAY);
      }
      if (end === "the cron") {
        await redeliverTerms(cronAt(Date.now()));
        expect(await changeTicketType(context(), id, { total_quantity: 30 }, 1)).toMatchObject({
          refusal: { code: "version_conflict" },
        });
      } else {
        const repeat = await changeTicketType(context(), id, { total_quantity: 40 }, 1);
        expect(repeat).toMatchObject({ ok: true, value: { total_quantity: 40, version: 2 } });
      }
      expect(await rowOf(id)).toMatchObject({ total_quantity: 40, pending_total: null, version: 2 });
      expect(await countsOf(id)).toMatchObject({ total: 40 });
      expect((await auditOf(tenant, typeId)).filter((row) => row.action === "ticket_type.change")).toHaveLength(1);
    }
  });
});

describe("a Worker that dies at any step", () => {
  beforeEach(() => {
    // What a dead Worker could not do, it logs.
    vi.spyOn(console, "error").mockImplementation(() => {});
  });

  const CHANGES = [{ total_quantity: 40 }, { total_quantity: 400 }, { price: 5, total_quantity: 20 }, { hidden: true }];
  it.each(DEATHS.flatMap((when) => CHANGES.map((fields) => [when, fields] as const)))(
    "[K6] [K4] (%s) of %j leaves D1 and the inventory with one total after the cron",
    async (when, fields) => {
      const { hidden, ...rest } = { hidden: false, ...fields };
      const sent = hidden ? { status: "hidden" as const } : rest;
      const eventId = await newEventOnSale(tenant);
      await atEveryStep(when, {
        open: async () => typeIdOf(await newTicketType(tenant, eventId)),
        act: (id, ports) => changeTicketType(context(ports), id, sent, 1),
        async check(id) {
          await redeliverTerms(cronAt(Date.now()));
          const row = await rowOf(id);
          expect(await countsOf(id)).toMatchObject({ total: row.total_quantity });
          expect(row).toMatchObject({ pending_total: null, pending_audit: null });
          expect(await termsInside(id)).toMatchObject({ version: row.terms_version });
          expect(await undelivered()).not.toContain(id);
          const told = (await auditOf(tenant, id)).filter((each) => each.action === "ticket_type.change");
          expect(told).toHaveLength(row.version - 1);
        },
      });
    },
  );

  it.each(DEATHS)(
    "[K6] (%s) of an event's new window leaves every type with the window that D1 has, after the cron",
    async (when) => {
      const idOf = (eventId: string) => must(parseId("evt", eventId), "it was created");
      await atEveryStep(when, {
        open: () => published(tenant),
        act: ({ eventId }, ports) => changeEvent(context(ports), idOf(eventId), { sale_start: 1 }, 2),
        async check({ eventId, typeId }) {
          await redeliverTerms(cronAt(Date.now()));
          const [event] = await db
            .select()
            .from(events)
            .where(eq(events.id, idOf(eventId)));
          const { version } = must(event, "it was created");
          expect(await termsInside(typeId)).toMatchObject({ version });
        },
      });
    },
  );
});

describe("a change", () => {
  it("[K6] that is delivered late does not overwrite a newer one, and the repeat of a 503 delivers", async () => {
    const { typeId } = await published(tenant);
    const id = typeIdOf(typeId);
    expect(await changeTicketType(context({ inventories: dark }), id, { price: 1 }, 1)).toEqual(AWAY);
    expect(await termsInside(typeId)).toMatchObject({ version: 2 });
    expect(await changeTicketType(context(), id, { price: 1 }, 2)).toMatchObject({ ok: true, value: { version: 2 } });
    expect(await termsInside(typeId)).toMatchObject({ version: 3 });
    expect((await ask("GET", pathOf(typeId), { token: tenant.token })).headers.get("ETag")).toBe('"2"');
  });
});
