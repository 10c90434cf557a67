// Terms on their way from D1 to the inventories (rules K6, K4): a Worker that dies at any step, inventories that cannot
// be reached, and the cron that ends what they began.
// @module-tag slow

import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { newId, type Context } from "../../../../src/app/context.ts";
import { createTicketType, type NewTicketType } from "../../../../src/app/ticket-types/create-ticket-type.ts";
import { redeliverTerms } from "../../../../src/app/deliveries/deliver-terms.ts";
import { transitionEvent } from "../../../../src/app/events/transition-event.ts";
import { syncRows } from "../../../../src/db/schema/sync.ts";
import { events, ticketTypes } from "../../../../src/db/schema/catalogue.ts";
import { settleDeliveries } from "../../../../src/db/outbox/terms-syncs.ts";
import { UNAVAILABLE } from "../../../../src/domain/errors.ts";
import { parseId, type TicketTypeId } from "../../../../src/domain/ids.ts";
import type { Organiser } from "../../../../src/domain/people/policy.ts";
import { must, refuse } from "../../../../src/domain/result.ts";
import type { Inventories } from "../../../../src/inventory/client.ts";
import {
  cronAt,
  newDraft,
  newEvent,
  newTicketType,
  openTenant,
  published,
  type Tenant,
  termsInside,
  undelivered,
} from "../../support/catalogue.ts";
import { atEveryStep, DEATHS } from "../../support/faults.ts";
import { countsOf, db, held, inventories } from "../../support/fixture.ts";

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
const AWAY = refuse(UNAVAILABLE);
/** No terms can be delivered to these inventories; without a name, to none. */
const unreachable =
  (...types: string[]): Inventories =>
  (id) => ({
    ...inventories(id),
    ...((types.length === 0 || types.includes(id)) && { terms: async () => AWAY }),
  });
const A_TYPE: NewTicketType = {
  name: "General",
  description: null,
  price: 15_000,
  currency: "ZAR",
  total_quantity: 10,
  sale_start: null,
  sale_end: null,
  min_per_order: 1,
  max_per_order: 10,
  admission: null,
  status: "available",
  settings: {},
};
const typesOf = (eventId: string) =>
  db
    .select()
    .from(ticketTypes)
    .where(eq(ticketTypes.event_id, eventIdOf(eventId)));

describe("a new ticket type", () => {
  it("[K6] with an unreachable inventory is 503; the repeat delivers and returns 201 with the same type", async () => {
    const eventId = eventIdOf(await newEvent(tenant));
    const dark = unreachable();
    const key = crypto.randomUUID();
    expect(await createTicketType(context({ inventories: dark }), eventId, A_TYPE, key)).toEqual(AWAY);
    const [type] = await typesOf(eventId);
    const { id } = must(type, "the row is there");
    expect(await termsInside(id)).toBeNull();
    expect(await createTicketType(context({ inventories: dark }), eventId, A_TYPE, key)).toEqual(AWAY);
    expect(await createTicketType(context(), eventId, A_TYPE, key)).toMatchObject({
      ok: true,
      value: { replayed: true, row: { id } },
    });
    expect(await termsInside(id)).toEqual({ version: 1, eventStatus: "draft" });
    expect(await undelivered()).not.toContain(id);
    expect(await typesOf(eventId)).toHaveLength(1);
  });

  it("[K6] returns 201 only after its inventory has the terms", async () => {
    const eventId = eventIdOf(await newEvent(tenant));
    const order: string[] = [];
    const slow: Inventories = (id) => ({
      ...inventories(id),
      terms: async (...terms) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        const reply = await inventories(id).terms(...terms);
        order.push("delivered");
        return reply;
      },
    });
    const created = await createTicketType(context({ inventories: slow }), eventId, A_TYPE, null);
    order.push("answered");
    expect(created.ok).toBe(true);
    expect(order).toEqual(["delivered", "answered"]);
  });

  it.each(DEATHS)(
    "[K6] whose Worker died at a step (%s) has its terms after the cron, or is absent; a repeat ends it",
    async (when) => {
      await atEveryStep(when, {
        open: async () => ({ eventId: eventIdOf(await newEvent(tenant)), key: crypto.randomUUID() }),
        act: ({ eventId, key }, ports) => createTicketType(context(ports), eventId, A_TYPE, key),
        async check({ eventId, key }) {
          await redeliverTerms(cronAt(Date.now()));
          const left = await typesOf(eventId);
          for (const { id } of left) expect(await termsInside(id)).toEqual({ version: 1, eventStatus: "draft" });
          expect(await createTicketType(context(), eventId, A_TYPE, key)).toMatchObject({
            ok: true,
            value: { replayed: left.length === 1 },
          });
          expect(await typesOf(eventId)).toHaveLength(1);
        },
      });
    },
  );
});

describe("a transition", () => {
  it.each(DEATHS)(
    "[K6] whose Worker died at a step (%s) did not happen, or every type has it after the cron",
    async (when) => {
      await atEveryStep(when, {
        async open() {
          const { eventId, typeId } = await newDraft(tenant);
          return { eventId: eventIdOf(eventId), typeIds: [typeId, await newTicketType(tenant, eventId)] };
        },
        act: ({ eventId }, ports) => transitionEvent(context(ports), eventId, "publish", null),
        async check({ eventId, typeIds }) {
          await redeliverTerms(cronAt(Date.now()));
          const [event] = await db.select().from(events).where(eq(events.id, eventId));
          const { status, version } = must(event, "it was created");
          for (const id of typeIds) expect(await termsInside(id)).toEqual({ version, eventStatus: status });
          expect(await undelivered()).toEqual([]);
        },
      });
    },
  );

  it("[K6] is 503 while one of several inventories is away: it follows after the cron, others at once", async () => {
    const { eventId, typeId } = await newDraft(tenant);
    const second = await newTicketType(tenant, eventId);
    const moved = await transitionEvent(
      context({ inventories: unreachable(second) }),
      eventIdOf(eventId),
      "publish",
      null,
    );
    expect(moved).toEqual(AWAY);
    expect(await termsInside(typeId)).toEqual({ version: 2, eventStatus: "published" });
    expect(await termsInside(second)).toEqual({ version: 1, eventStatus: "draft" });
    expect(await undelivered()).toEqual([second]);
    expect(await redeliverTerms(cronAt(Date.now(), { inventories: unreachable(second) }))).toBe(1);
    expect(await redeliverTerms(cronAt(Date.now()))).toBe(0);
    expect(await termsInside(second)).toEqual({ version: 2, eventStatus: "published" });
    expect(await undelivered()).toEqual([]);
  });

  it("[K6] overtaken on its way: what an older delivery confirms does not drop what a newer one owes", async () => {
    const { eventId, typeId } = await newDraft(tenant);
    const overtaken: Inventories = (id) => ({
      ...inventories(id),
      terms: async (terms, requestId) => {
        const reply = await inventories(id).terms(terms, requestId);
        // The start commits, and its Worker dies, between this delivery and its confirmation.
        if (terms.eventStatus === "published") {
          await transitionEvent(context({ inventories: unreachable(typeId) }), eventIdOf(eventId), "start", null);
        }
        return reply;
      },
    });
    await transitionEvent(context({ inventories: overtaken }), eventIdOf(eventId), "publish", null);
    expect(await undelivered()).toEqual([typeId]);
    await redeliverTerms(cronAt(Date.now()));
    expect(await termsInside(typeId)).toEqual({ version: 3, eventStatus: "live" });
  });
});

describe("the cron", () => {
  it("[K6] reaches beyond a page of inventories that stay away", async () => {
    const { typeId } = await newDraft(tenant);
    const old = Array.from({ length: 420 }, () => ({
      target: newId("tt"),
      subject: "terms" as const,
      version: 1,
      created_at: 1,
    }));
    for (let at = 0; at < old.length; at += 15) await db.insert(syncRows).values(old.slice(at, at + 15));
    await db.insert(syncRows).values({ target: typeIdOf(typeId), subject: "terms", version: 1, created_at: 2 });
    await redeliverTerms(cronAt(Date.now()));
    expect(await undelivered()).not.toContain(typeId);
    await db.delete(syncRows).where(eq(syncRows.created_at, 1));
  });
});

describe("a lower total that waits", () => {
  /** What a change of the total leaves for the delivery; returns what D1 has after it. */
  async function lower(
    id: TicketTypeId,
    version: number,
    pending: number,
  ): Promise<{ total: number; pending: number | null }> {
    await db.update(ticketTypes).set({ pending_total: pending, terms_version: version }).where(eq(ticketTypes.id, id));
    await db.insert(syncRows).values({ target: id, subject: "terms", version, created_at: Date.now() });
    await redeliverTerms(cronAt(Date.now()));
    const [type] = await db.select().from(ticketTypes).where(eq(ticketTypes.id, id));
    const { total_quantity: total, pending_total: left } = must(type, "it was created");
    return { total, pending: left };
  }

  it("[K4] is taken by D1 when the inventory has room, and dropped when more is committed", async () => {
    const id = typeIdOf((await published(tenant)).typeId);
    await held(id, newId("shp"), 3);
    expect(await lower(id, 3, 2)).toEqual({ total: 100, pending: null });
    expect(await countsOf(id)).toEqual({ total: 100, sold: 0, held: 3, available: 97 });
    expect(await lower(id, 4, 3)).toEqual({ total: 3, pending: null });
    expect(await countsOf(id)).toEqual({ total: 3, sold: 0, held: 3, available: 0 });
  });

  it("[K4] [K6] stays until the inventory has judged this very version", async () => {
    const id = typeIdOf((await published(tenant)).typeId);
    await db.update(ticketTypes).set({ pending_total: 50, terms_version: 4 }).where(eq(ticketTypes.id, id));
    const said = { target: id, version: 3, total: { version: 3, applied: true, total: 70 } } as const;
    await settleDeliveries(db, [said], Date.now());
    const [type] = await db.select().from(ticketTypes).where(eq(ticketTypes.id, id));
    expect(type).toMatchObject({ total_quantity: 100, pending_total: 50 });
  });
});
