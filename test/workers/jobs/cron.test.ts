import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { runCron, runJobs } from "../../../src/app/jobs/cron.ts";
import { newId } from "../../../src/app/context.ts";
import { noteHeads } from "../../../src/app/jobs/note-heads.ts";
import { watchSize } from "../../../src/app/jobs/watch-size.ts";
import { openDb } from "../../../src/db/client.ts";
import { ALPHABET } from "../../../src/domain/ids.ts";
import { cronAt } from "../support/catalogue.ts";
import { held, seedType } from "../support/fixture.ts";
import { fireAlarm, silenceFeed } from "../support/object.ts";

const context = cronAt(Date.now(), { requestId: "cron-test" });

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

  it.each([
    [6_000_000_000, []],
    [6_000_000_001, [{ level: "error", event: "d1_filling", size_bytes: 6_000_000_001, limit_bytes: 10_000_000_000 }]],
  ])("[X4] logs that D1 fills up above 60 %% of its limit: of %d bytes", async (size, told) => {
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    await watchSize({ ...context, db: openDb(d1OfSize(size)) });
    expect(lines.mock.calls.map(([line]) => JSON.parse(String(line)) as object)).toEqual(
      told.map((line) => ({ ...line, request_id: "cron-test" })),
    );
  });

  it("[T6] notes the head of each ledger once a day, in the minute that its id falls into", async () => {
    const { typeId } = await seedType(10);
    await silenceFeed(typeId);
    await held(typeId, newId("shp"), 2);
    await fireAlarm(typeId);
    const told = () =>
      env.DB.prepare("SELECT counts_seq AS seq, counts_hash AS hash FROM ticket_types WHERE id = ?")
        .bind(typeId)
        .first();
    await expect.poll(async () => (await told())?.["seq"]).toBe(2);
    const lines = vi.spyOn(console, "log").mockImplementation(() => {});
    const midnight = Math.floor(Date.now() / 86_400_000) * 86_400_000;
    const part = [...typeId.slice(3, 9)].reduce((sum, letter) => sum * 32 + ALPHABET.indexOf(letter), 0) / 32 ** 6;
    const minute = Math.floor(part * 1_440);
    // Of the other minutes of the day the next ones, and the first and the last, which have an end of their own.
    const minutes = new Set([minute - 1, minute, minute + 1, 0, 1_439].filter((each) => each >= 0 && each < 1_440));
    for (const each of minutes) await noteHeads({ ...context, now: midnight + each * 60_000 });
    const logged = lines.mock.calls.map(([line]) => JSON.parse(String(line)) as { ticket_type_id: string });
    expect(logged.filter(({ ticket_type_id }) => ticket_type_id === typeId)).toEqual([
      { level: "info", event: "ledger_head", ticket_type_id: typeId, request_id: "cron-test", ...(await told()) },
    ]);
  });

  it("[X4] checks the size each minute", async () => {
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    const full = Object.assign(Object.create(env) as Env, { DB: d1OfSize(9_000_000_000) });
    await runCron(full, { waitUntil: () => undefined });
    expect(lines.mock.calls.map(([line]) => String(line)).filter((line) => line.includes("d1_filling"))).toHaveLength(
      1,
    );
  });
});

/** The database, which says with each reply that it is so large. */
function d1OfSize(size_after: number): D1Database {
  const sized = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get(target, name) {
        if (name === "bind") return (...values: unknown[]) => sized(target.bind(...values));
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        if (name !== "run") return member.bind(target);
        return async () => {
          const answer = await target.run();
          return { ...answer, meta: { ...answer.meta, size_after } };
        };
      },
    });
  return new Proxy(env.DB, {
    get(target, name) {
      if (name === "prepare") return (query: string) => sized(target.prepare(query));
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
