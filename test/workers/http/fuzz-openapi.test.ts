// Bad input to every operation of the API document: what is refused is refused in the documented form, and leaves no
// trace.
// @module-tag slow

import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { type Attack, attack, requestOf } from "./attacks.ts";
import { ask } from "../support/http.ts";
import { faultsOf, operations, type Operation } from "./openapi.ts";
import { booksOfBoth, changedTables, clear, settle, traceOf } from "../support/storage/trace.ts";
import { send, withoutLimits, type World, worldFor } from "./world.ts";

const SEED = env.FUZZ_SEED === "" ? Math.floor(Math.random() * 2 ** 31) : Number(env.FUZZ_SEED);
/** Requests to each operation. */
const RUNS = env.FUZZ_RUNS === "" ? 25 : Number(env.FUZZ_RUNS);
/** A world is left before its holds run out, and before the use of its credentials is noted again. */
const WORLD_MS = 30_000;
const outcomes = new Map<number, number>();

withoutLimits();
afterAll(() => {
  const told = [...outcomes].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`);
  console.log(
    `fuzz: ${[...outcomes.values()].reduce((a, b) => a + b, 0)} requests (${told.join(", ")}); the same again:`,
    `FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS} npm test -- --project workers test/workers/http/fuzz-openapi.test.ts`,
  );
});

/** Each operation is attacked in other ways, which are the same again with the same seed. */
function seedOf({ operationId }: Operation): number {
  return [...operationId].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0, SEED);
}

type Stage = { readonly world: World; readonly other: World; readonly until: number };

async function stageFor(each: Operation): Promise<Stage> {
  return { world: await worldFor(each), other: await worldFor(each), until: Date.now() + WORLD_MS };
}

/** Returns what was called with which status, once all that a refusal must be was checked. */
async function attackOnce(each: Operation, { world, other }: Stage, how: Attack) {
  const { path, asked, token } = await requestOf(each, world, other, how);
  const answer =
    token === "own"
      ? await send(each, world, path, asked)
      : await ask(each.method, path, token.given === null ? asked : { ...asked, token: token.given });
  const { status } = answer;
  const called = `${each.method} ${path}: ${status}`;
  outcomes.set(status, (outcomes.get(status) ?? 0) + 1);
  if (status === 101) return { called, status };
  const said = await answer.clone().text();
  expect(status, `${called} ${said}`).toBeLessThan(500);
  expect(said).not.toMatch(/\bat .*\.[tj]s:\d+|SQLITE|D1_ERROR/);
  expect(await faultsOf(each, answer), `${called} ${said}`).toEqual([]);
  return { called, status };
}

/**
 * Reads that write: showing a ticket's code makes its event's key, once, which is then delivered to the door (rule D2).
 * (An organiser's read is audited; here a shopper reads.)
 */
const WRITTEN_BY_READS: Readonly<Record<string, readonly string[]>> = {
  "/v1/tickets/{id}/code": ["ticket_keys", "events", "sync_rows"],
  // Who exports is written down.
  "/v1/exports/orders.csv": ["audit_log"],
};

/** A read changes nothing whether it is refused or not, so that one read of every row does for so many. */
const READS_A_LOOK = 10;

it.each(operations)(
  "[X1] [T7] $method $path refuses bad input as documented, without a 500, and changes no row",
  async (each) => {
    await clear();
    const reads = each.method === "GET";
    let stage = await stageFor(each);
    let before = await settle();
    let unseen: string[] = [];
    const look = async () => {
      // A try at a password is counted (rule P6), and leaves nothing else.
      const allowed = ["attempts", ...(WRITTEN_BY_READS[each.path] ?? [])];
      const changed = changedTables(before, await traceOf()).filter((table) => !allowed.includes(table));
      expect(changed, `changed by one of ${unseen.join(", ")}`).toEqual([]);
      unseen = [];
    };
    await fc.assert(
      fc.asyncProperty(attack, async (how) => {
        if (Date.now() > stage.until) {
          await look();
          stage = await stageFor(each);
          before = await settle();
        }
        const { called, status } = await attackOnce(each, stage, how);
        unseen.push(called);
        if (reads ? unseen.length === READS_A_LOOK : status >= 400) await look();
        if (reads || status >= 400) return;
        // A change leaves what the next one may change again; all else that succeeds uses its world up.
        if (each.method !== "PATCH") stage = { ...stage, world: await worldFor(each) };
        before = await settle();
        unseen = [];
      }),
      { numRuns: RUNS, seed: seedOf(each), endOnFailure: true },
    );
    await look();
    await settle();
    const { shown, kept } = await booksOfBoth();
    expect(shown, "the projection is what the inventories have (rule K5)").toEqual(kept);
  },
  60_000 + RUNS * 500,
);
