// Runs the simulation's D1 against the contract of D1 itself (test/workers/db/d1-contract.test.ts).

import { describe, expect, it } from "vitest";
import { D1_CASES, D1_TABLES } from "../../workers/db/d1-contract.ts";
import { openSimulatedD1 } from "./d1.ts";

describe("[X3] [K5] the D1 of simulated worlds:", () => {
  it.each(D1_CASES)("$title", async ({ run, expected }) => {
    const d1 = openSimulatedD1().bindingFor(async (_, work) => work());
    for (const statement of D1_TABLES) await d1.prepare(statement).run();
    expect(await run(d1)).toEqual(expected);
  });
});
