// Writes the rows of scans to disk and then to memory, one change after the other, so that no change overwrites what
// another has just written. The lease follows its rows: what a row takes less than before is free again once that is
// written (rule D12).

import type { Changes, PhoneStore } from "../../phone/phone-store.ts";
import type { DoorCopy } from "../copy/door-copy.ts";
import type { LeaseBook } from "../copy/lease-book.ts";
import type { ScanRow } from "./rows.ts";

export type RowKeeping = {
  /** Calls `change` for the new rows in its turn, and writes `beside` in the same transaction. Resolves to the rows. */
  keep(change: () => readonly ScanRow[], beside?: () => Changes): Promise<readonly ScanRow[]>;
};

export type RowKeepingOptions = {
  readonly store: Pick<PhoneStore, "put">;
  readonly doorCopy: Pick<DoorCopy, "row" | "takeRows">;
  readonly lease: Pick<LeaseBook, "settled" | "settle">;
};

export function openRowKeeping({ store, doorCopy, lease }: RowKeepingOptions): RowKeeping {
  let last: Promise<unknown> = Promise.resolve();
  return {
    keep(change, beside = () => ({})) {
      const turn = last.then(async () => {
        const rows = change();
        // A new row took its persons before it came here.
        const taken = sum(rows, (row) => (doorCopy.row(row.scanId) ?? row).fromLease);
        const drawn = sum(rows, (row) => row.fromLease);
        await store.put({ ...beside(), lease: lease.settled(taken, drawn) }, rows);
        // After the write: a change that could not be written is made again, and must not free the same persons twice.
        lease.settle(taken, drawn);
        doorCopy.takeRows(rows);
        return rows;
      });
      // A failed write rejects for its own caller only, and the next change runs all the same.
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

function sum(rows: readonly ScanRow[], personsOf: (row: ScanRow) => number): number {
  return rows.reduce((total, row) => total + personsOf(row), 0);
}
