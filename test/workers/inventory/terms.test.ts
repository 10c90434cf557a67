import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { ticketTypes } from "../../../src/db/schema/catalogue.ts";
import { readTerms } from "../../../src/db/ticket-types/terms.ts";
import { NO_TERMS_MS } from "../../../src/domain/limits.ts";
import { must } from "../../../src/domain/result.ts";
import type { Terms } from "../../../src/domain/terms.ts";
import { openPorts } from "../../../src/inventory/ports.ts";
import { fatedD1 } from "../support/faults.ts";
import { countsOf, db, held, inventories, placeHold, seedType } from "../support/fixture.ts";
import { alarmAt, inside, setClock, usePorts } from "../support/object.ts";

const NOT_FOUND = { ok: false, refusal: { code: "not_found" } };

describe("an object without terms", () => {
  it("[X5] an id that was made up returns not_found and leaves no table, row or alarm", async () => {
    const typeId = newId("tt");
    expect(await placeHold(typeId, newId("shp"), 1)).toEqual(NOT_FOUND);
    const tables = await inside(typeId, (_, state) =>
      state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
    );
    expect(tables).toEqual([]);
    expect(await alarmAt(typeId)).toBeNull();
  });

  it("[X5] queries D1 once for many commands, and remembers 'none' for 5 s to the millisecond", async () => {
    const typeId = newId("tt");
    let queries = 0;
    const start = Date.now();
    await setClock(typeId, start);
    await usePorts(typeId, {
      readTerms: async () => {
        queries += 1;
        return null;
      },
    });
    await Promise.all(Array.from({ length: 20 }, () => placeHold(typeId, newId("shp"), 1)));
    expect(queries).toBe(1);
    await setClock(typeId, start + NO_TERMS_MS - 1);
    expect(await placeHold(typeId, newId("shp"), 1)).toEqual(NOT_FOUND);
    expect(queries).toBe(1);
    await setClock(typeId, start + NO_TERMS_MS);
    expect(await placeHold(typeId, newId("shp"), 1)).toEqual(NOT_FOUND);
    expect(queries).toBe(2);
  });

  it("[X3] [X5] with D1 away it cannot know, and replies so", async () => {
    const { typeId } = await seedType(1);
    await usePorts(typeId, { readTerms: () => Promise.reject(new Error("D1_ERROR: away")) });
    expect(await placeHold(typeId, newId("shp"), 1)).toMatchObject({ refusal: { code: "temporarily_unavailable" } });
  });

  it("[X3] [X5] with a D1 that never replies it replies so too, after five seconds", async () => {
    const { typeId } = await seedType(1);
    await usePorts(typeId, { readTerms: openPorts(fatedD1(env.DB, () => "hangs")).readTerms });
    expect(await placeHold(typeId, newId("shp"), 1)).toMatchObject({ refusal: { code: "temporarily_unavailable" } });
  });

  it("[X5] pulls its terms with its first command, and never queries D1 on the path of a hold again", async () => {
    const { typeId } = await seedType(5);
    await held(typeId, newId("shp"), 1);
    await usePorts(typeId, { readTerms: () => Promise.reject(new Error("asked again")) });
    await held(typeId, newId("shp"), 1);
    expect(await countsOf(typeId)).toEqual({ total: 5, sold: 0, held: 2, available: 3 });
  });
});

describe("terms that arrive", () => {
  const sent = async (terms: Terms) => {
    const reply = await inventories(terms.ticketTypeId).terms(terms, "test");
    if (!reply.ok) throw new Error(reply.refusal.code);
    return reply.value;
  };

  it("[K6] out of order and twice: the newest stay", async () => {
    const { typeId } = await seedType(5);
    const first = must(await readTerms(db, typeId), "the type exists");
    await sent({ ...first, version: 3, total: 30 });
    const notTaken = { ok: false, refusal: { code: "version_conflict" } };
    const older = { ...first, version: 2, total: 20 };
    expect(await inventories(typeId).terms(older, "test")).toEqual(notTaken);
    expect(await sent({ ...first, version: 3, total: 30 })).toEqual({
      version: 3,
      total: { version: 3, applied: true, total: 30 },
    });
    expect((await countsOf(typeId)).total).toBe(30);
  });

  it("[K4] a total below committed is refused with the numbers, from any sender, also while holds arrive", async () => {
    const { typeId } = await seedType(300);
    const terms = must(await readTerms(db, typeId), "the type exists");
    await countsOf(typeId);
    const holds = Array.from({ length: 200 }, () => placeHold(typeId, newId("shp"), 1));
    const lowered = sent({ ...terms, version: 2, pendingTotal: 150 });
    const placed = (await Promise.all(holds)).filter(({ ok }) => ok).length;
    const { total } = await lowered;
    const counts = await countsOf(typeId);
    expect(counts.held).toBe(placed);
    expect(counts.total).toBe(total.applied ? 150 : 300);
    expect(counts.held).toBeLessThanOrEqual(counts.total);
    expect(await sent({ ...terms, version: 3, total: placed - 1 })).toMatchObject({
      total: {
        applied: false,
        refusal: { code: "capacity_below_committed", requested: placed - 1, committed: placed, sold: 0, held: placed },
      },
    });
    expect(await sent({ ...terms, version: 4, total: placed })).toMatchObject({ total: { applied: true } });
    expect(await countsOf(typeId)).toEqual({ total: placed, sold: 0, held: placed, available: 0 });
  });

  it("[K4] raising the total works while selling", async () => {
    const { typeId } = await seedType(1);
    await held(typeId, newId("shp"), 1);
    const terms = must(await readTerms(db, typeId), "the type exists");
    await sent({ ...terms, version: 2, total: 2 });
    await held(typeId, newId("shp"), 1);
    expect(await countsOf(typeId)).toEqual({ total: 2, sold: 0, held: 2, available: 0 });
  });

  it("[T4] a suspension stops holding at once, and lifting it lets it go on", async () => {
    const { typeId } = await seedType(5);
    const terms = must(await readTerms(db, typeId), "the type exists");
    await sent({ ...terms, version: 2, organizationStatus: "suspended" });
    expect(await placeHold(typeId, newId("shp"), 1)).toEqual({
      ok: false,
      refusal: { code: "organization_suspended" },
    });
    await sent({ ...terms, version: 3 });
    expect((await placeHold(typeId, newId("shp"), 1)).ok).toBe(true);
  });

  it("[K6] a type that D1 no longer has cannot be pulled", async () => {
    const { typeId } = await seedType(5);
    await db.delete(ticketTypes).where(eq(ticketTypes.id, typeId));
    expect(await placeHold(typeId, newId("shp"), 1)).toEqual(NOT_FOUND);
  });
});
