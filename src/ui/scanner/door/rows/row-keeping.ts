// Writes the rows of scans to disk and then to memory, one change after the other, so that no change overwrites what
// another has just written.

import type { Changes, PhoneStore } from "../../phone/phone-store.ts";
import type { DoorCopy } from "../copy/door-copy.ts";
import type { ScanRow } from "./rows.ts";

export type RowKeeping = {
  /** Calls `change` for the new rows in its turn, and writes `beside` in the same transaction. Resolves to the rows. */
  keep(change: () => readonly ScanRow[], beside?: () => Changes): Promise<readonly ScanRow[]>;
};

export function openRowKeeping(store: Pick<PhoneStore, "put">, doorCopy: Pick<DoorCopy, "takeRows">): RowKeeping {
  let last: Promise<unknown> = Promise.resolve();
  return {
    keep(change, beside = () => ({})) {
      const turn = last.then(async () => {
        const rows = change();
        await store.put(beside(), rows);
        doorCopy.takeRows(rows);
        return rows;
      });
      // A failed write rejects for its own caller only, and the next change runs all the same.
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}
