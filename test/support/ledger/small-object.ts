// Runs in a thread with no more memory than an object of the platform: it wakes on a full book in which everything has
// expired, goes on from there, and prints the result. It uses the given file, or fills one of its own. The thread ends
// if the memory does not suffice. test/unit/inventory/memory.test.ts runs it.

import { workerData } from "node:worker_threads";
import { MAX_BATCH } from "../../../src/domain/limits.ts";
import { openLedger } from "../../../src/inventory/batch-runner.ts";
import { openSqlStore } from "../../../src/inventory/storage/sql-store.ts";
import { HOLD_TTL_MS, newHold, SETTINGS, START, termsCommand } from "../builders.ts";
import { openNodeSqlite } from "../sqlite/node-sqlite.ts";

export type Volume = { readonly count: number; readonly notes: string | null };
/** Counts after the wake, and after the batch that gave back the expired holds and placed one more. */
export type Woken = { readonly heldOnWake: number; readonly heldAfter: number; readonly placed: boolean };

// The one cast: test/unit/inventory/memory.test.ts starts this thread with just that.
const given = workerData as readonly Volume[] | string;
const storage = openNodeSqlite(typeof given === "string" ? given : ":memory:");
let clock = START;

if (typeof given !== "string") fill(given);
const ledger = openLedger(openSqlStore(storage), () => clock, SETTINGS);
const heldOnWake = ledger.book().head.held;
clock = START + HOLD_TTL_MS;
const [outcome] = ledger.run([newHold("the next", null)]).outcomes;
const placed = outcome !== undefined && "reply" in outcome && outcome.reply.ok;
process.stdout.write(JSON.stringify({ heldOnWake, heldAfter: ledger.book().head.held, placed } satisfies Woken));

function fill(volumes: readonly Volume[]): void {
  const total = volumes.reduce((sum, { count }) => sum + count, 0);
  const filling = openLedger(openSqlStore(storage), () => clock, SETTINGS);
  filling.run([termsCommand({ total })]);
  for (const [n, { count, notes }] of volumes.entries()) {
    for (let from = 0; from < count; from += MAX_BATCH) {
      const length = Math.min(MAX_BATCH, count - from);
      filling.run(Array.from({ length }, (_, at) => newHold(`shopper ${n} ${from + at}`, notes)));
    }
  }
}
