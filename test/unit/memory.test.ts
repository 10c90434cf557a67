// The platform gives an object 128 MB of memory. What it must do within that, it does here in a thread that has no more.

import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import type { Volume, Woken } from "../support/small-object.ts";

/** Together the 128 MB; a thread that needs more is ended, and the test fails by that. */
const LIMITS = { maxOldGenerationSizeMb: 112, maxYoungGenerationSizeMb: 16 };
const LONG = "\u20ac".repeat(500);

function wake(volumes: readonly Volume[]): Promise<Woken> {
  const thread = new Worker(new URL("../support/small-object.ts", import.meta.url), {
    workerData: volumes,
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
      // The one cast: small-object.ts prints just that.
      resolve(JSON.parse(said) as Woken);
    });
  });
}

test.each<[string, readonly Volume[]]>([
  ["50,000 holds", [{ count: 50_000, notes: null }]],
  [
    "5,600 holds with the longest notes, among 20,000",
    [
      { count: 20_000, notes: null },
      { count: 5_600, notes: LONG },
    ],
  ],
])("[H4] [X4] %s that ran out are woken on and given back within the memory of an object", async (_, volumes) => {
  const held = volumes.reduce((sum, { count }) => sum + count, 0);
  expect(await wake(volumes)).toEqual({ heldOnWake: held, heldAfter: 1, placed: true });
});
