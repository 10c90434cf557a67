// Deleting the storage of inventories whose type is deleted: by the verb that deleted, and by the cron for what was left.

import { dropWipes, listWipes } from "../../db/outbox/outbox.ts";
import type { TicketTypeId } from "../../domain/ids.ts";
import { type Context, newId } from "../context.ts";
import { roundFrom, type TimeIsUp, untilDone, workInPages } from "./work-in-pages.ts";

type Delivery = Pick<Context, "db" | "inventories">;

const A_PAGE = 200;

/** To all of them side by side; those that cannot be reached are left to the cron. */
export async function deliverWipes(context: Delivery, ids: readonly TicketTypeId[]): Promise<void> {
  const wiped = await Promise.all(ids.map((id) => wipe(context, id)));
  await settle(context, ids, wiped);
}

/** The cron's part; those that fail or never answer keep no others waiting. */
export async function redeliverWipes(context: Delivery, timeIsUp: TimeIsUp = untilDone): Promise<void> {
  const next = roundFrom<TicketTypeId, TicketTypeId>(
    newId("tt"),
    (id) => id,
    (after, until) => listWipes(context.db, { after, until, limit: A_PAGE }),
  );
  await workInPages(
    { next, each: (id) => wipe(context, id), settle: (page, wiped) => settle(context, page, wiped) },
    timeIsUp,
  );
}

async function wipe({ inventories }: Delivery, id: TicketTypeId): Promise<boolean> {
  return (await inventories(id).wipe()).ok;
}

async function settle({ db }: Delivery, ids: readonly TicketTypeId[], wiped: readonly boolean[]): Promise<void> {
  const done = ids.filter((_, index) => wiped[index]);
  if (done.length > 0) await dropWipes(db, done);
}
