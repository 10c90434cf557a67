// What objects reply to a D1 that was restored, before its epoch is raised and after (rule X6).

import { eq, sql } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { changeTicketType } from "../../../src/app/ticket-types/change-ticket-type.ts";
import { deliverTerms } from "../../../src/app/deliveries/deliver-terms.ts";
import { insertTermsSync } from "../../../src/db/outbox/terms-syncs.ts";
import { restores, syncRows } from "../../../src/db/schema/sync.ts";
import { auditLog, ticketTypes } from "../../../src/db/schema/catalogue.ts";
import { type PlacedTerms, readTermsOf } from "../../../src/db/ticket-types/terms.ts";
import { UNAVAILABLE } from "../../../src/domain/errors.ts";
import type { TicketTypeId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import type { Context } from "../../../src/app/context.ts";
import type { Inventories } from "../../../src/inventory/client.ts";
import { contextFor, countsOf, db, feeds, HOUR, inventories, seedType, staffOf } from "../support/fixture.ts";
import { putBack, takeSnapshot } from "../support/storage/restoring.ts";

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, "error").mockImplementation((line) => void lines.push(String(line)));
});

const logged = (event: string) => lines.filter((line) => line.includes(`"event":"${event}"`)).length;

/** A type whose total was changed to each of `totals`, and how to change it further. */
async function changedType(...totals: readonly number[]) {
  const show = await seedType(10);
  const { typeId } = show;
  await countsOf(typeId);
  const staff = staffOf(show.organizationId);
  const context = contextFor(staff) as Context<typeof staff>;
  const row = async () => must((await db.select().from(ticketTypes).where(eq(ticketTypes.id, typeId)))[0], "it exists");
  const change = async (total: number, parts: { readonly inventories?: Inventories } = {}) =>
    changeTicketType({ ...context, ...parts }, typeId, { total_quantity: total }, (await row()).version);
  for (const total of totals) expect((await change(total)).ok).toBe(true);
  const waiting = () => db.select().from(syncRows).where(eq(syncRows.target, typeId));
  return { ...show, context, row, change, waiting };
}

async function ask(typeId: TicketTypeId): Promise<void> {
  await db.run(insertTermsSync(sql`${ticketTypes.id} = ${typeId}`, Date.now()));
}

describe("terms out of a history that was taken back", () => {
  it("[X6] of an older version are not delivered, and say so: to the organiser with a 503, and in the log", async () => {
    const type = await changedType();
    const before = await takeSnapshot();
    for (const total of [11, 12, 13]) await type.change(total);
    await putBack(before);
    expect(await type.change(20)).toMatchObject({ ok: false, refusal: { code: "temporarily_unavailable" } });
    expect(logged("terms_not_taken")).toBe(1);
    expect(await type.waiting()).toHaveLength(1);
    expect(await countsOf(type.typeId)).toMatchObject({ total: 13 });
  });

  it("[X6] of the same version with other content are not delivered either", async () => {
    const type = await changedType();
    const before = await takeSnapshot();
    await type.change(11);
    await putBack(before);
    expect(await type.change(20)).toMatchObject({ ok: false, refusal: { code: "temporarily_unavailable" } });
    expect(logged("terms_not_taken")).toBe(1);
    expect(await type.waiting()).toHaveLength(1);
    expect(await countsOf(type.typeId)).toMatchObject({ total: 11 });
  });

  it("[X6] [T7] are delivered in a new epoch: the inventory's total stays, and D1 adopts and audits it", async () => {
    const type = await changedType();
    const before = await takeSnapshot();
    for (const total of [11, 12, 13]) await type.change(total);
    await putBack(before);
    await db.insert(restores).values({ epoch: Date.now() });
    for (const times of [1, 2]) {
      await ask(type.typeId);
      expect(await deliverTerms(type.context, [type.typeId]), `delivery ${times}`).toBe(true);
      expect(await type.row()).toMatchObject({ total_quantity: 13, terms_version: 1, pending_total: null });
    }
    const audits = await db.select().from(auditLog).where(eq(auditLog.resource_id, type.typeId));
    expect(audits.map(({ action, changes, actor_kind }) => ({ action, changes, actor_kind }))).toEqual([
      { action: "ticket_type.restore", changes: JSON.stringify({ total_quantity: 13 }), actor_kind: "system" },
    ]);
    expect(await type.waiting()).toEqual([]);
    expect((await type.change(9)).ok, "totals go on as ever").toBe(true);
    expect((await type.change(21)).ok).toBe(true);
    expect(await countsOf(type.typeId)).toMatchObject({ total: 21 });
  });

  it("[X6] a lower total that waited in the restored D1 is dropped, without its audit row", async () => {
    const type = await changedType();
    const asked: Inventories = (...which) => ({
      ...inventories(...which),
      terms: async () => ({ ok: false, refusal: UNAVAILABLE }),
    });
    await type.change(5, { inventories: asked });
    expect(await type.row()).toMatchObject({ total_quantity: 10, pending_total: 5 });
    await db.insert(restores).values({ epoch: Date.now() });
    expect(await deliverTerms(type.context, [type.typeId])).toBe(true);
    expect(await type.row()).toMatchObject({ total_quantity: 10, pending_total: null, pending_audit: null });
    const audits = await db.select().from(auditLog).where(eq(auditLog.resource_id, type.typeId));
    expect(audits.map(({ changes }) => changes)).toEqual([JSON.stringify({ total_quantity: 10 })]);
  });

  it("[K6] [X6] a delivery that is overtaken time and again is no conflict, and delivers what is newest", async () => {
    const type = await changedType();
    /** Newer terms that another delivery brings just before, but has yet to take note of. */
    const overtake = async (total: number) => {
      const row = await type.row();
      const newer = { total_quantity: total, terms_version: row.terms_version + 1 };
      await db.update(ticketTypes).set(newer).where(eq(ticketTypes.id, type.typeId));
      const [{ terms }] = (await readTermsOf(db, [type.typeId])) as [PlacedTerms];
      expect((await inventories(type.typeId, "za").terms(terms, "another", 0)).ok).toBe(true);
    };
    let calls = 0;
    const slow: Inventories = (...which) => {
      const inventory = inventories(...which);
      return {
        ...inventory,
        terms: async (...terms) => {
          if (++calls <= 3) await overtake(30 + calls);
          return inventory.terms(...terms);
        },
      };
    };
    expect((await type.change(20, { inventories: slow })).ok).toBe(true);
    expect([calls, logged("terms_not_taken")]).toEqual([4, 0]);
    expect(await type.waiting()).toEqual([]);
    expect(await countsOf(type.typeId)).toMatchObject({ total: 33 });
  });

  it("[K6] [X6] an overtaken delivery is no conflict: it checks again, and finds nothing to deliver", async () => {
    const type = await changedType();
    const slow: Inventories = (...which) => {
      const inventory = inventories(...which);
      let first = true;
      return {
        ...inventory,
        terms: async (...terms) => {
          if (first) await type.change(30);
          first = false;
          return inventory.terms(...terms);
        },
      };
    };
    expect((await type.change(20, { inventories: slow })).ok).toBe(true);
    expect(logged("terms_not_taken")).toBe(0);
    expect(await type.waiting()).toEqual([]);
    expect(await countsOf(type.typeId)).toMatchObject({ total: 30 });
  });

  it("[X6] terms that were read before the epoch was raised, and arrive after it, are not taken", async () => {
    const type = await changedType(11);
    const [late] = await readTermsOf(db, [type.typeId]);
    await db.insert(restores).values({ epoch: Date.now() });
    await ask(type.typeId);
    expect(await deliverTerms(type.context, [type.typeId])).toBe(true);
    const reply = await inventories(type.typeId).terms(must(late, "it was read").terms, "test");
    expect(reply).toEqual({ ok: false, refusal: { code: "version_conflict" } });
  });
});

describe("what a feed gets of the catalogue", () => {
  it("[X6] [L2] is taken in a newer epoch at any position, and else only when it is later or the same", async () => {
    const { eventId, typeId, organizationId } = await seedType(3);
    await feeds(eventId).desk({ notice: { text: "Hold", version: 1, updated_at: new Date().toISOString() } });
    const event = { id: eventId, status: "published", version: 4 } as const;
    const EPOCH = Date.now() + HOUR;
    const venueId = "ven_a" as never;
    const said = { organizationId, venueId, event, gates: [], ticketTypeIds: [typeId], hash: "a" };
    const at = (position: number, more: object = {}) =>
      feeds(eventId).sync({ ...said, position, epoch: EPOCH, ...more });
    expect(await at(1_000)).toBe(true);
    expect(await at(1_000)).toBe(true);
    expect(await at(1_000, { hash: "b" })).toBe(false);
    expect(await at(999)).toBe(false);
    expect(await at(5, { epoch: EPOCH + 1, event: { ...event, status: "live" } })).toBe(true);
    expect(await at(2_000)).toBe(false);
    expect(await at(2_000, { epoch: EPOCH - 1 })).toBe(false);
    expect(await at(6, { epoch: EPOCH + 1 })).toBe(true);
  });
});
