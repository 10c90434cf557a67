// Has inventories delete their storage once their ticket type is deleted (rule K3). When and how often is in deliver.ts.

import { dropSyncs, type Acknowledged } from "../../db/outbox/outbox.ts";
import type { TicketTypeId } from "../../domain/ids.ts";
import { type Context, newId } from "../context.ts";
import { deliverAll, type Delivery, redeliver } from "./deliver.ts";
import { type TimeIsUp, untilDone } from "../jobs/work-in-pages.ts";

type Delivering = Pick<Context, "db" | "inventories" | "requestId" | "now">;

/**
 * Is called by the verb that has just deleted these types, and wipes their inventories side by side. The cron repeats it for
 * those that are away.
 */
export async function deliverWipes(context: Delivering, ids: readonly TicketTypeId[]): Promise<void> {
  const syncs = ids.map((target) => ({ target, version: 0, attempts: 0 }));
  await deliverAll(context, wipeDelivery(context), syncs);
}

/** Is called by the cron. Returns how many could not be delivered. */
export function redeliverWipes(context: Delivering, timeIsUp: TimeIsUp = untilDone): Promise<number> {
  return redeliver(context, wipeDelivery(context), timeIsUp);
}

function wipeDelivery({ db, inventories }: Delivering): Delivery<"wipe", null, Acknowledged<"wipe">> {
  return {
    subject: "wipe",
    targetsAPage: 200,
    anyTarget: () => newId("tt"),
    logged: (ticket_type_id) => ({ ticket_type_id }),
    read: () => Promise.resolve(new Map()),
    push: async ({ target, version }) => ((await inventories(target).wipe()).ok ? { target, version } : "away"),
    conflict: null,
    settle: (wiped) => dropSyncs(db, "wipe", wiped),
  };
}
