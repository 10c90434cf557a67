import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { type CronContext, runJobs } from "../../src/app/cron.ts";
import { db, desks, feeds, inventories } from "./fixture.ts";

const context: CronContext = {
  actor: { kind: "system", id: "system" },
  requestId: "cron-test",
  now: Date.now(),
  db,
  inventories,
  feeds,
  desks,
  catalogueCache: env.CATALOGUE_CACHE,
  waitUntil: () => undefined,
};

describe("the cron", () => {
  it("[X3] a job that fails, and one that never ends, keep no other from running", async () => {
    const ran: string[] = [];
    await runJobs(
      {
        fails: () => Promise.reject(new Error("D1_ERROR: away")),
        hangs: () => new Promise(() => undefined),
        works: async () => {
          ran.push("works");
        },
      },
      context,
      50,
    );
    expect(ran).toEqual(["works"]);
  });
});
