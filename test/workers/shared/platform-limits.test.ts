// In these tests both databases of the local runtime refuse what the platform's refuse: see setup.ts.

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { LIMIT_CASES } from "../../support/sqlite/limit-cases.ts";
import { inside } from "../support/object.ts";

describe("[X4] an object's storage", () => {
  it.each(LIMIT_CASES)("judges $title as the platform does", async ({ query, values, fault }) => {
    const message = await inside(newId("tt"), (_, { storage }) => {
      try {
        storage.sql.exec(query, ...values).toArray();
        return "none";
      } catch (caught) {
        return String(caught);
      }
    });
    if (fault) expect(message).toMatch(fault);
    else expect(message).toBe("none");
  });
});

describe("[X4] D1", () => {
  // Without the cases of values that a query computes: of all that the product reads from D1, every value was bound
  // before.
  const bound = LIMIT_CASES.filter(({ query, fault }) => !fault || !/ AS (?:b|texts)\b/.test(query));

  it.each(bound)("judges $title as the platform does", async ({ query, values, fault }) => {
    const ask = async () =>
      env.DB.prepare(query)
        .bind(...values)
        .all();
    await (fault ? expect(ask()).rejects.toThrow(fault) : expect(ask()).resolves.toBeTruthy());
  });
});
