// The cron's look at the projections (rule X3): an object that is behind is woken, and then catches up by itself.

import { listUnchecked, markChecked } from "../db/projection.ts";
import type { Context } from "./context.ts";

const A_RUN = 40;
const EVERY_MS = 10 * 60 * 1_000;

/** Asks the inventories that were not asked for longest. Answers of how many D1's copy was behind. */
export async function checkProjections({ db, inventories, now }: Context): Promise<number> {
  const due = await listUnchecked(db, now - EVERY_MS, A_RUN);
  const checked = await Promise.all(
    due.map(async ({ id, countsSeq }) => {
      const position = await inventories(id).position(countsSeq);
      return { id, countsSeq, position: position.ok ? position.value : 0 };
    }),
  );
  if (due.length > 0) await markChecked(db, checked, now);
  return checked.filter(({ countsSeq, position }) => position > countsSeq).length;
}
