// A crowd before one real object: what its line takes is served whole, what it does not is refused and takes nothing.

import { expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { MAX_WAITING } from "../../../src/domain/limits.ts";
import { countsOf, holdIdOf, seedType } from "../support/fixture.ts";
import { inside } from "../support/object.ts";

it("[X2] [H1] of 3,000 concurrent holds 2,000 are placed, and retries hold what is left, and no more", async () => {
  const { typeId } = await seedType(2_500);
  await countsOf(typeId);
  const crowd = Array.from({ length: 3_000 }, () => newId("shp"));
  const come = (shoppers: typeof crowd) =>
    inside(typeId, (object) =>
      Promise.all(
        shoppers.map((id) =>
          object.hold(typeId, {
            ...{ holdId: holdIdOf(typeId, id, "key"), holder: { id, organizationId: null }, quantity: 1 },
            ...{ source: "web", notes: null, actor: id, requestId: "test" },
          }),
        ),
      ),
    );
  const outcomes = (replies: Awaited<ReturnType<typeof come>>) => {
    const counts: Record<string, number> = {};
    for (const reply of replies) {
      const name = reply.ok ? "held" : reply.refusal.code;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  };
  const first = await come(crowd);
  expect(outcomes(first)).toEqual({ held: MAX_WAITING, overloaded: 1_000 });
  expect(
    first.findIndex((reply) => !reply.ok),
    "who came first is served",
  ).toBe(MAX_WAITING);
  expect(await countsOf(typeId)).toMatchObject({ held: MAX_WAITING });
  const refused = crowd.filter((_, index) => first[index]?.ok === false);
  expect(outcomes(await come(refused))).toEqual({ held: 500, sold_out: 500 });
  expect(outcomes(await come(crowd.slice(0, 1_000))), "a repeat is the same hold").toEqual({ held: 1_000 });
  expect(await countsOf(typeId)).toEqual({ total: 2_500, sold: 0, held: 2_500, available: 0 });
});
