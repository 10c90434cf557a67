// Deleting the storage of inventories whose type is deleted: by the verb that deleted, and by the cron for what was left.

import { dropWipes, listWipes, type SyncPosition } from "../db/sync-rows.ts";
import type { TicketTypeId } from "../domain/ids.ts";
import type { Context } from "./context.ts";

type Delivery = Pick<Context, "db" | "inventories">;

const A_PAGE = 100;
const PAGES_A_RUN = 10;

/** To all of them side by side; those that cannot be reached are left to the cron. Answers how many those were. */
export async function deliverWipes({ db, inventories }: Delivery, ids: readonly TicketTypeId[]): Promise<number> {
  if (ids.length === 0) return 0;
  const wiped = await Promise.all(ids.map(async (id) => (await inventories(id).wipe()).ok));
  await dropWipes(
    db,
    ids.filter((_, index) => wiped[index]),
  );
  return wiped.filter((done) => !done).length;
}

/** The cron's part, oldest first; those that fail do not keep the others waiting. */
export async function redeliverWipes(context: Delivery): Promise<void> {
  let after: SyncPosition | null = null;
  for (let page = 0; page < PAGES_A_RUN; page++) {
    const rows: SyncPosition[] = await listWipes(context.db, after, A_PAGE);
    if (rows.length === 0) break;
    await deliverWipes(
      context,
      rows.map((row) => row.target),
    );
    after = rows.at(-1) ?? null;
  }
}
