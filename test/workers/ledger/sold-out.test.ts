// A sold-out type under a storm: a refusal costs no write, and no isolate replies in its inventory's place.

import { describe, expect, it, vi } from "vitest";
import { newId } from "../../../src/app/context.ts";
import type { HoldId, ShopperId, TicketTypeId } from "../../../src/domain/ids.ts";
import { TicketTypeInventory } from "../../../src/inventory/ticket-type-inventory.ts";
import { held, inventories, placeHold, seedType } from "../support/fixture.ts";
import { hold, refusalOf, shopper } from "../support/http.ts";
import { fireAlarm, ledgerOf } from "../support/object.ts";
import { countWrites } from "../support/storage/row-counts.ts";

const TOTAL = 10;
const STORM = 100;

/** A type whose tickets are all held, by one shopper with one key, and with nothing left to do. */
async function soldOut() {
  const { typeId } = await seedType(TOTAL);
  const holder = newId("shp");
  const holdId = await held(typeId, holder, TOTAL, "the last");
  // Why: what the alarm still has to do must not fall into a count.
  await fireAlarm(typeId);
  const before = await ledgerOf(typeId);
  return { typeId, holder, holdId, before };
}

async function release(typeId: TicketTypeId, holder: ShopperId, holdId: HoldId): Promise<void> {
  const by = { id: holder, organizationId: null };
  const reply = await inventories(typeId).release({ holdId, by, ifMatch: null, actor: holder, requestId: "test" });
  expect(reply.ok).toBe(true);
}

describe("a sold-out type", () => {
  it("[H6] refuses each of a storm without a write, after one read at most for its repeat", async () => {
    const { typeId, before } = await soldOut();
    const counted = await countWrites(typeId);
    const replies = await Promise.all(Array.from({ length: STORM }, () => placeHold(typeId, newId("shp"), 1)));
    for (const reply of replies) {
      expect(reply).toEqual({ ok: false, refusal: { code: "sold_out", availableQuantity: 0 } });
    }
    expect(counted).toMatchObject({ rows: 0, alarms: 0 });
    expect(counted.read).toBeLessThanOrEqual(STORM);
    expect(await ledgerOf(typeId)).toEqual(before);
  });

  it("[H8] returns a hold that it granted to its repeat, without a write and after one read of its row", async () => {
    const { typeId, holder, holdId, before } = await soldOut();
    const counted = await countWrites(typeId);
    const reply = await placeHold(typeId, holder, TOTAL, "the last");
    expect(reply).toMatchObject({ ok: true, value: { replayed: true, hold: { id: holdId } } });
    expect(counted).toMatchObject({ rows: 0, alarms: 0 });
    // The hold's row, and what has run out since among many, which an active hold's own row does not say.
    expect(counted.read).toBeLessThanOrEqual(5);
    expect(await ledgerOf(typeId)).toEqual(before);
  });

  it("[H8] finds the repeat of a hold that is final, and has left the memory, in the rows", async () => {
    const { typeId, holder, holdId } = await soldOut();
    await release(typeId, holder, holdId);
    await held(typeId, newId("shp"), TOTAL);
    await fireAlarm(typeId);
    const counted = await countWrites(typeId);
    const reply = await placeHold(typeId, holder, TOTAL, "the last");
    expect(reply).toMatchObject({ ok: true, value: { replayed: true, hold: { status: "cancelled" } } });
    expect(counted).toMatchObject({ rows: 0, alarms: 0 });
    expect(counted.read, "it is only there: a count of reads that sees nothing sees not this either").toBeGreaterThan(
      0,
    );
    expect(counted.read).toBeLessThanOrEqual(2);
  });

  it("[K5] is checked at each request, since no isolate caches stock: what is given back sells at once", async () => {
    const { typeId, holder, holdId } = await soldOut();
    const buyer = await shopper();
    const calls = vi.spyOn(TicketTypeInventory.prototype, "hold");
    for (let n = 0; n < 3; n++) expect(await refusalOf(hold(typeId, buyer.token))).toBe("409 sold_out");
    await release(typeId, holder, holdId);
    expect((await hold(typeId, buyer.token)).status).toBe(201);
    expect(calls.mock.calls.map(([id, { holder: by }]) => [id, by.id])).toEqual(
      Array.from({ length: 4 }, () => [typeId, buyer.id]),
    );
  });
});
