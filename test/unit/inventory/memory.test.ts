// The platform gives an object 128 MB of memory. What it must do within that, it does here in a thread that has no more.
// @module-tag slow

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, expect, test } from "vitest";
import type { Volume, Woken } from "../../support/ledger/small-object.ts";

/** Together the 128 MB; a thread that needs more is ended, and the test fails by that. */
const LIMITS = { maxOldGenerationSizeMb: 112, maxYoungGenerationSizeMb: 16 };
const LONG = "\u20ac".repeat(500);

/** What the script prints in a thread of its own. */
function printedBy<T>(script: string, workerData: readonly Volume[] | string): Promise<T> {
  const thread = new Worker(new URL(`../../support/ledger/${script}`, import.meta.url), {
    workerData,
    resourceLimits: LIMITS,
    stdout: true,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  let said = "";
  thread.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  return new Promise((resolve, reject) => {
    thread.once("error", reject);
    thread.stdout.once("end", () => {
      if (said === "") return reject(new Error("it ended before it was done"));
      // The one cast: the script prints just that.
      resolve(JSON.parse(said) as T);
    });
  });
}

const folder = mkdtempSync(join(tmpdir(), "full-"));
const file = join(folder, "object.sqlite");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Fills the file; what a live hold takes of the memory then, bytes. Once for all tests: it takes as long as they do. */
let filled: Promise<number> | null = null;
const fill = () => (filled ??= printedBy<number>("full-object.ts", file));

test("[X7] a live hold of its own shopper takes at most 200 bytes of memory, placed or read on wake", async () => {
  const placed = await fill();
  const read = await printedBy<number>("full-object.ts", file);
  console.log(`a live hold takes ${placed} bytes when it was placed, ${read} when it was read`);
  for (const bytes of [placed, read]) {
    expect(bytes, "the shopper's id alone takes more: anything less is a count that misses").toBeGreaterThan(60);
    expect(bytes).toBeLessThanOrEqual(200);
  }
});

test("[H4] [X4] 100,000 holds that ran out are woken on and given back within the memory of an object", async () => {
  await fill();
  expect(await printedBy<Woken>("small-object.ts", file)).toEqual({
    heldOnWake: 100_000,
    heldAfter: 1,
    placed: true,
  });
});

test("[H4] [X4] of 20,000 holds with the longest notes, 5,600 expired ones fit an object's memory on wake", async () => {
  const volumes: Volume[] = [
    { count: 20_000, notes: null },
    { count: 5_600, notes: LONG },
  ];
  expect(await printedBy<Woken>("small-object.ts", volumes)).toEqual({
    heldOnWake: 25_600,
    heldAfter: 1,
    placed: true,
  });
});
