// Reads the counts of the counting Worker (counted-worker.ts).

import { setTimeout as wait } from "node:timers/promises";
import { type BilledCounts, COUNTS_PATH } from "../report/billed-counts.ts";
import type { Side } from "./rig.ts";

export async function readCounts({ client }: Side): Promise<BilledCounts> {
  return (await client.ask<BilledCounts>("GET", COUNTS_PATH)).body;
}

/** The counts once nothing has changed for so long: background work ends by itself. */
export async function untilQuiet(side: Side, quietMs: number): Promise<BilledCounts> {
  let last = await readCounts(side);
  for (let since = performance.now(); performance.now() - since < quietMs; ) {
    await wait(250);
    const now = await readCounts(side);
    if (JSON.stringify(now) !== JSON.stringify(last)) since = performance.now();
    last = now;
  }
  return last;
}

export function difference(after: BilledCounts, before: BilledCounts): BilledCounts {
  const all = { ...after };
  for (const name of Object.keys(all) as (keyof BilledCounts)[]) all[name] = after[name] - before[name];
  return all;
}
