// Fills an inventory to its limit in the given file, each hold of another shopper and address; or, if the file is full,
// wakes on it and prints the memory that a live hold takes, in bytes. test/unit/inventory/memory.test.ts runs it in a thread.

import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { workerData } from "node:worker_threads";
import { MAX_BATCH, MAX_LIVE } from "../../../src/domain/limits.ts";
import { type Ledger, openLedger } from "../../../src/inventory/batch-runner.ts";
import { openSqlStore } from "../../../src/inventory/storage/sql-store.ts";
import { addressHash } from "./address.ts";
import { newHold, SETTINGS, START, termsCommand } from "../builders.ts";
import { openNodeSqlite } from "../sqlite/node-sqlite.ts";

// The one cast: test/unit/inventory/memory.test.ts starts this thread with just that.
const storage = openNodeSqlite(workerData as string);
const isFilled = openSqlStore(storage).load().head !== null;
const open = (): Ledger => openLedger(openSqlStore(storage), () => START, SETTINGS);

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What `make` leaves behind, on the heap and in arrays outside of it, once all garbage is gone; bytes a hold. */
function bytesOf(make: () => Ledger): number {
  const before = bytesInUse();
  const ledger = make();
  const bytes = bytesInUse() - before;
  if (ledger.book().head.held !== MAX_LIVE) throw new Error(`${ledger.book().head.held} are held`);
  return bytes / MAX_LIVE;
}

function bytesInUse(): number {
  // Code that has not run for a while is thrown away only by the later ones.
  for (let n = 0; n < 10; n++) collectGarbage();
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

function filled(): Ledger {
  const ledger = open();
  ledger.run([termsCommand({ total: MAX_LIVE })]);
  for (let placed = 0; placed < MAX_LIVE; placed += MAX_BATCH) {
    const length = Math.min(MAX_BATCH, MAX_LIVE - placed);
    ledger.run(
      Array.from({ length }, (_, n) => ({
        ...newHold(`shopper ${placed + n}`, null),
        address: addressHash(2 ** 47 + placed + n),
      })),
    );
  }
  return ledger;
}

process.stdout.write(JSON.stringify(bytesOf(isFilled ? open : filled)));
