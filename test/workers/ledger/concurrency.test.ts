import { describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { countsOf, placeHold, seedType } from "../support/fixture.ts";

describe("many at once", () => {
  it("[H1] [H6] 200 holds at once on the last 50: exactly 50 succeed, the others read how many are left", async () => {
    const { typeId } = await seedType(50);
    const replies = await Promise.all(Array.from({ length: 200 }, () => placeHold(typeId, newId("shp"), 1)));
    expect(replies.filter((reply) => reply.ok)).toHaveLength(50);
    for (const reply of replies)
      if (!reply.ok) expect(reply.refusal).toEqual({ code: "sold_out", availableQuantity: 0 });
    expect(await countsOf(typeId)).toEqual({ total: 50, sold: 0, held: 50, available: 0 });
  });

  it("[H8] 50 requests at once with one key are one hold", async () => {
    const { typeId } = await seedType(50);
    const shopper = newId("shp");
    const replies = await Promise.all(Array.from({ length: 50 }, () => placeHold(typeId, shopper, 2, "one key")));
    const holds = replies.map((reply) => (reply.ok ? reply.value : null));
    expect(new Set(holds.map((value) => value?.hold.id)).size).toBe(1);
    expect(holds.filter((value) => value?.replayed === false)).toHaveLength(1);
    expect(await countsOf(typeId)).toEqual({ total: 50, sold: 0, held: 2, available: 48 });
  });
});
