// The rows of scans as they are kept: on disk, and then in memory; one change after the other, so that none takes back what
// another has just written.

import type { Changes, Kept } from "../phone/kept.ts";
import type { KnownDoor } from "./known-door.ts";
import type { ScanRow } from "./rows.ts";

export type RowKeeping = {
  /** `change` makes the rows of those that there are when its turn comes; `beside` is written with them. Answers the rows. */
  keep(change: () => readonly ScanRow[], beside?: () => Changes): Promise<readonly ScanRow[]>;
};

export function openRowKeeping(kept: Pick<Kept, "put">, known: Pick<KnownDoor, "takeRows">): RowKeeping {
  let last: Promise<unknown> = Promise.resolve();
  return {
    keep(change, beside = () => ({})) {
      const turn = last.then(async () => {
        const rows = change();
        await kept.put(beside(), rows);
        known.takeRows(rows);
        return rows;
      });
      // What could not be written is for whoever asked; the next change goes on.
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}
