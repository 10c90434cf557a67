import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import { STEPS } from "../../../../src/inventory/storage/schema.ts";
import { openSqlStore } from "../../../../src/inventory/storage/sql-store.ts";
import { countsOf, held, objectOf, placeHold, seedType } from "../../support/fixture.ts";
import { inside, ledgerOf } from "../../support/object.ts";

const ADDED = "ALTER TABLE holds ADD COLUMN gate TEXT";

function columnsOf(state: DurableObjectState): unknown[] {
  return state.storage.sql
    .exec("SELECT name FROM pragma_table_info('holds')")
    .toArray()
    .map(({ name }) => name);
}

describe("an object that meets a newer version of its tables", () => {
  it("[H11] takes the missing steps once, keeps every row, and sells on from there", async () => {
    const { typeId } = await seedType(10);
    const shopper = newId("shp");
    await held(typeId, shopper, 4, "key");
    const before = await ledgerOf(typeId);
    for (let opened = 0; opened < 2; opened++) {
      const held = await inside(typeId, (_, state) => [
        ...openSqlStore(state.storage, [...STEPS, ADDED]).load().activeHolds,
      ]);
      expect(held.map(({ userId, counted }) => [userId, counted])).toEqual([[shopper, 4]]);
    }
    expect(await inside(typeId, (_, state) => columnsOf(state))).toContain("gate");
    expect(await ledgerOf(typeId)).toEqual(before);
    await evictDurableObject(objectOf(typeId));
    expect(await placeHold(typeId, shopper, 4, "key")).toMatchObject({
      ok: true,
      value: { replayed: true, hold: { status: "active" } },
    });
    await held(typeId, newId("shp"), 6);
    expect(await countsOf(typeId)).toEqual({ total: 10, sold: 0, held: 10, available: 0 });
  });

  it("[H11] a step that fails leaves the tables as they were, and the object on its old version works", async () => {
    const { typeId } = await seedType(10);
    await held(typeId, newId("shp"), 4);
    const failure = await inside(typeId, (_, state) => {
      try {
        openSqlStore(state.storage, [...STEPS, ADDED, "ALTER TABLE nowhere ADD COLUMN x TEXT"]);
        return "none";
      } catch (fault) {
        return String(fault);
      }
    });
    expect(failure).toContain("no such table");
    expect(await inside(typeId, (_, state) => columnsOf(state))).not.toContain("gate");
    await evictDurableObject(objectOf(typeId));
    expect(await countsOf(typeId)).toEqual({ total: 10, sold: 0, held: 4, available: 6 });
  });
});
