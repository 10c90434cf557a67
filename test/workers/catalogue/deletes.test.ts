// Archiving and deleting (rules V2, G1, E6), and that no inventory outlives its type as something that sells.
// @module-tag slow

import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { changeTicketType } from "../../../src/app/ticket-types/change-ticket-type.ts";
import { type Context, newId } from "../../../src/app/context.ts";
import { deleteEvent } from "../../../src/app/events/delete-event.ts";
import { deleteTicketType, reopenAbandoned } from "../../../src/app/ticket-types/delete-ticket-type.ts";
import { redeliverTerms } from "../../../src/app/deliveries/deliver-terms.ts";
import { redeliverWipes } from "../../../src/app/deliveries/deliver-wipes.ts";
import { syncRows } from "../../../src/db/schema/sync.ts";
import { ticketTypes } from "../../../src/db/schema/catalogue.ts";
import { readTermsOf } from "../../../src/db/ticket-types/terms.ts";
import { parseId, type TicketTypeId } from "../../../src/domain/ids.ts";
import type { Organiser } from "../../../src/domain/people/policy.ts";
import { must } from "../../../src/domain/result.ts";
import type { Inventories } from "../../../src/inventory/client.ts";
import {
  auditOf,
  created,
  cronAt,
  eventBody,
  gateBody,
  move,
  newDraft,
  newEventOnSale,
  newTicketType,
  newVenue,
  openTenant,
  published,
  remove,
  type Tenant,
  traceOf,
} from "../support/catalogue.ts";
import { atEveryStep, DEATHS } from "../support/faults.ts";
import { db, held, inventories, placeHold } from "../support/fixture.ts";
import { ask, bodyOf, device, refusalOf } from "../support/http.ts";
import { alarmAt, inside } from "../support/object.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await openTenant();
});
const typeIdOf = (id: string) => must(parseId("tt", id), "it was created");
const eventIdOf = (id: string) => must(parseId("evt", id), "it was created");
const context = (ports: Partial<Context> = {}): Context<Organiser> => ({
  ...cronAt(Date.now()),
  ...ports,
  actor: tenant.actor,
});
const read = (path: string) => ask("GET", path, { token: tenant.token });

/** The tables of the inventory; none when nothing is stored. */
function tablesOf(id: TicketTypeId): Promise<unknown[]> {
  return inside(id, (_, state) =>
    state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
  );
}
const owedTo = (id: TicketTypeId) => db.select().from(syncRows).where(eq(syncRows.target, id));
async function isThere(id: TicketTypeId): Promise<boolean> {
  return (await db.select({ id: ticketTypes.id }).from(ticketTypes).where(eq(ticketTypes.id, id))).length === 1;
}
/** The cron of a minute or two later. */
async function afterCron(): Promise<void> {
  const later = cronAt(Date.now() + 120_000);
  await reopenAbandoned(later);
  await redeliverTerms(later);
  await redeliverWipes(later);
}

describe("a venue", () => {
  it("[V2] is archived and stays for its events, takes no new ones, and is archived again without change", async () => {
    const id = await newVenue(tenant);
    const path = `/v1/venues/${id}`;
    const eventId = await created("/v1/events", tenant.token, eventBody(id));
    const answer = await remove(tenant, path);
    expect([answer.status, answer.headers.get("ETag")]).toEqual([200, '"2"']);
    const body = await bodyOf(answer);
    expect(body).toMatchObject({ id, status: "archived", version: 2 });
    expect((await auditOf(tenant, id)).at(-1)).toMatchObject({
      action: "venue.archive",
      changes: { status: "archived" },
    });
    expect(await bodyOf(await remove(tenant, path))).toEqual(body);
    expect(await bodyOf(await read(path))).toEqual(body);
    expect((await read(`/v1/events/${eventId}`)).status).toBe(200);
    const another = ask("POST", "/v1/events", { token: tenant.token, json: eventBody(id) });
    expect(await refusalOf(another)).toBe("409 venue_archived");
  });
});

describe("a gate", () => {
  it("[G1] is deleted for good while no device refers to it, else in_use", async () => {
    const venueId = must(parseId("ven", await newVenue(tenant)), "it was created");
    const path = `/v1/venues/${venueId}/gates`;
    const gateId = await created(path, tenant.token, gateBody({ gate_code: "ONCE" }));
    const answer = await remove(tenant, `/v1/gates/${gateId}`);
    expect([answer.status, await answer.text()]).toEqual([204, ""]);
    expect(await refusalOf(read(`/v1/gates/${gateId}`))).toBe("404 not_found");
    expect((await auditOf(tenant, gateId)).at(-1)).toMatchObject({
      action: "gate.delete",
      changes: { gate_code: "ONCE", deleted: true },
    });
    await created(path, tenant.token, gateBody({ gate_code: "ONCE" }));
    await device({ organizationId: tenant.organizationId, venueId });
    const { data } = (await bodyOf(await read(path))) as { data: { id: string }[] };
    const codes = [];
    for (const { id } of data) codes.push((await remove(tenant, `/v1/gates/${id}`)).status);
    expect(codes.sort()).toEqual([204, 409]);
  });

  it("[G1] is in use by a device that is revoked too, since its row names the gate", async () => {
    const venueId = must(parseId("ven", await newVenue(tenant)), "it was created");
    const scanner = await device({ organizationId: tenant.organizationId, venueId });
    expect((await ask("DELETE", `/v1/devices/${scanner.id}`, { token: tenant.token })).status).toBe(204);
    const { data } = (await bodyOf(await read(`/v1/venues/${venueId}/gates`))) as { data: { id: string }[] };
    expect(await refusalOf(remove(tenant, `/v1/gates/${data[0]?.id}`))).toBe("409 in_use");
  });
});

describe("an event", () => {
  it("[E6] that is a draft is deleted with its types, its pending deliveries and its inventories' storage", async () => {
    const { eventId, typeId } = await newDraft(tenant);
    const ids = [typeId, await newTicketType(tenant, eventId)].map(typeIdOf);
    expect((await remove(tenant, `/v1/events/${eventId}`)).status).toBe(204);
    expect(await refusalOf(read(`/v1/events/${eventId}`))).toBe("404 not_found");
    for (const id of ids) {
      expect(await refusalOf(read(`/v1/ticket-types/${id}`))).toBe("404 not_found");
      expect([await tablesOf(id), await alarmAt(id), await owedTo(id)]).toEqual([[], null, []]);
      expect(await placeHold(id, newId("shp"), 1)).toMatchObject({ refusal: { code: "not_found" } });
    }
    expect((await auditOf(tenant, eventId)).at(-1)).toMatchObject({ action: "event.delete" });
  });

  it("[E6] that was published is deleted never again, and says what it may do", async () => {
    const { eventId } = await published(tenant);
    for (const [transition, event_status, allowed] of [
      [null, "published", ["live"]],
      ["start", "live", ["ended"]],
      ["end", "ended", ["archived"]],
      ["archive", "archived", []],
    ] as const) {
      if (transition) await move(tenant, eventId, transition);
      const before = await traceOf(tenant);
      expect(await bodyOf(await remove(tenant, `/v1/events/${eventId}`))).toMatchObject({
        status: 409,
        code: "invalid_transition",
        event_status,
        allowed,
      });
      expect(await traceOf(tenant)).toEqual(before);
    }
  });

  it("[E6] is either deleted or published when both come at once", async () => {
    for (let n = 0; n < 5; n++) {
      const { eventId, typeId } = await newDraft(tenant);
      const tag = { "If-Match": '"1"' };
      const [gone, out] = await Promise.all([
        ask("DELETE", `/v1/events/${eventId}`, { token: tenant.token, headers: tag }),
        move(tenant, eventId, "publish"),
      ]);
      expect([gone.status === 204, out.status === 200].filter(Boolean)).toHaveLength(1);
      expect(await isThere(typeIdOf(typeId))).toBe(out.status === 200);
    }
  });
});

describe("a ticket type", () => {
  it("[K6] of which nothing was ever held is deleted, with all that its inventory stored, also on sale", async () => {
    const { typeId } = await published(tenant);
    const id = typeIdOf(typeId);
    const [late] = await readTermsOf(db, [id]);
    expect((await remove(tenant, `/v1/ticket-types/${id}`)).status).toBe(204);
    expect([await isThere(id), await tablesOf(id), await alarmAt(id), await owedTo(id)]).toEqual([false, [], null, []]);
    expect((await auditOf(tenant, id)).at(-1)).toMatchObject({ action: "ticket_type.delete", resource_id: id });
    // Terms that were long on their way do not bring it back.
    const { terms } = must(late, "it was there");
    expect(await inventories(id).terms(terms, "late")).toMatchObject({ refusal: { code: "not_found" } });
    expect(await placeHold(id, newId("shp"), 1)).toMatchObject({ refusal: { code: "not_found" } });
    expect(await tablesOf(id)).toEqual([]);
  });

  it("[T7] of which something was held is in_use, also after the release, and leaves no trace", async () => {
    const { typeId } = await published(tenant);
    const id = typeIdOf(typeId);
    const holdId = await held(id, newId("shp"), 1);
    await inventories(id).release({ holdId, by: tenant.actor, actor: tenant.actor.id, requestId: "test" });
    const before = await traceOf(tenant);
    expect(await refusalOf(remove(tenant, `/v1/ticket-types/${id}`))).toBe("409 in_use");
    expect(await traceOf(tenant)).toEqual(before);
    expect((await placeHold(id, newId("shp"), 1)).ok).toBe(true);
  });

  it("[K6] that is held between the check and the deletion stays, and sells on", async () => {
    const { typeId } = await published(tenant);
    const id = typeIdOf(typeId);
    const overtaken: Inventories = (each) => ({
      ...inventories(each),
      terms: async (terms, requestId) => {
        await placeHold(id, newId("shp"), 1, "overtaking");
        return inventories(each).terms(terms, requestId);
      },
    });
    expect(await deleteTicketType(context({ inventories: overtaken }), id, 1)).toMatchObject({
      refusal: { code: "in_use" },
    });
    expect((await placeHold(id, newId("shp"), 1)).ok).toBe(true);
    expect(await owedTo(id)).toEqual([]);
  });

  it("[K6] that is changed meanwhile stays as changed and sells on: 412", async () => {
    const { typeId } = await published(tenant);
    const id = typeIdOf(typeId);
    const overtaken: Inventories = (each) => ({
      ...inventories(each),
      terms: async (terms, requestId) => {
        const reply = await inventories(each).terms(terms, requestId);
        if (terms.hidden) await changeTicketType(context(), id, { price: 1 }, 1);
        return reply;
      },
    });
    expect(await deleteTicketType(context({ inventories: overtaken }), id, 1)).toMatchObject({
      refusal: { code: "version_conflict" },
    });
    expect(await placeHold(id, newId("shp"), 1)).toMatchObject({ ok: true, value: { hold: { unitPrice: 1 } } });
    expect(await owedTo(id)).toEqual([]);
  });

  it("[K6] that two delete at once is gone", async () => {
    const id = typeIdOf((await published(tenant)).typeId);
    const answers = await Promise.all([1, 2].map(() => remove(tenant, `/v1/ticket-types/${id}`)));
    for (const { status } of answers) expect([204, 404, 412, 503]).toContain(status);
    if (await isThere(id)) expect((await remove(tenant, `/v1/ticket-types/${id}`)).status).toBe(204);
    expect([await isThere(id), await tablesOf(id)]).toEqual([false, []]);
  });

  it("[K6] is refused a wipe while D1 has it", async () => {
    const id = typeIdOf((await published(tenant)).typeId);
    expect(await inventories(id).wipe()).toMatchObject({ refusal: { code: "in_use" } });
    expect((await placeHold(id, newId("shp"), 1)).ok).toBe(true);
  });

  it("[K6] is either deleted or held when 20 shoppers come at once with its deletion", async () => {
    for (let n = 0; n < 4; n++) {
      const id = typeIdOf((await published(tenant)).typeId);
      const holds = Array.from({ length: 20 }, () => placeHold(id, newId("shp"), 1));
      const [placed] = await Promise.all([Promise.all(holds), remove(tenant, `/v1/ticket-types/${id}`)]);
      if (placed.some(({ ok }) => ok)) expect(await isThere(id)).toBe(true);
    }
  });
});

describe("a Worker that dies at any step", () => {
  beforeEach(() => {
    vi.spyOn(console, "error").mockImplementation(() => {});
  });

  it.each(DEATHS)(
    "[K6] (%s) of a type's deletion: after the cron it is gone with its storage, or sells as before",
    async (when) => {
      const eventId = await newEventOnSale(tenant);
      await atEveryStep(when, {
        open: async () => typeIdOf(await newTicketType(tenant, eventId)),
        act: (id, ports) => deleteTicketType(context(ports), id, 1),
        async check(id) {
          const early = await placeHold(id, newId("shp"), 1);
          if (early.ok) expect(await isThere(id)).toBe(true);
          await afterCron();
          expect(await owedTo(id)).toEqual([]);
          const there = await isThere(id);
          if (!there) expect(await tablesOf(id)).toEqual([]);
          expect((await placeHold(id, newId("shp"), 1)).ok).toBe(there);
        },
      });
    },
  );

  it.each(DEATHS)("[E6] (%s) of a draft's deletion: after the cron all of it is gone, or nothing", async (when) => {
    await atEveryStep(when, {
      open: () => newDraft(tenant),
      act: ({ eventId }, ports) => deleteEvent(context(ports), eventIdOf(eventId), 1),
      async check({ eventId, typeId }) {
        const id = typeIdOf(typeId);
        await afterCron();
        const there = await isThere(id);
        expect((await read(`/v1/events/${eventId}`)).status).toBe(there ? 200 : 404);
        expect([await owedTo(id), (await tablesOf(id)).length > 0]).toEqual([[], there]);
      },
    });
  });
});
