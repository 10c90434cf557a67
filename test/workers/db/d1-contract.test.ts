// D1 itself against the contract that its stand-in of the simulated worlds must keep too.

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { D1_CASES, D1_TABLES } from "./d1-contract.ts";

describe("[X3] [K5] D1, as the simulated worlds take it to be:", () => {
  it.each(D1_CASES)("$title", async ({ run, expected }) => {
    for (const statement of D1_TABLES) await env.DB.prepare(statement).run();
    expect(await run(env.DB)).toEqual(expected);
  });
});
