// Telling the inventories how orders ended (rule O3): by the verb that settled, and by the cron for what was left over.

import { dropSettlement, listSettlements, type Settlement } from "../db/settlements.ts";
import type { Context } from "./context.ts";

const A_RUN = 200;
/** An inventory that comes back hears of it within a second (rule O3), while the platform lets a request work on. */
const RETRY_EVERY_MS = 800;
const RETRIES = 30;

/** The cron's part: the oldest that wait. Answers how many could not be delivered. */
export async function deliverSettlements(context: Context): Promise<number> {
  return (await deliverOnce(context, await listSettlements(context.db, A_RUN))).length;
}

/** Delivers now; what does not get through is tried again behind the answer, and after that by the cron. */
export async function deliverAll(context: Context, settlements: readonly Settlement[]): Promise<void> {
  const left = await deliverOnce(context, settlements);
  if (left.length > 0) context.waitUntil(deliverLater(context, left));
}

async function deliverLater(context: Context, settlements: readonly Settlement[]): Promise<void> {
  let left = settlements;
  for (let retry = 0; retry < RETRIES && left.length > 0; retry++) {
    await new Promise((resolve) => setTimeout(resolve, RETRY_EVERY_MS));
    left = await deliverOnce(context, left);
  }
}

/** Answers those that were not delivered. A row goes only after its inventory has followed. */
async function deliverOnce(context: Context, settlements: readonly Settlement[]): Promise<Settlement[]> {
  const delivered = await Promise.all(settlements.map((settlement) => deliver(context, settlement)));
  return settlements.filter((_, index) => !delivered[index]);
}

async function deliver({ db, inventories, requestId }: Context, settlement: Settlement): Promise<boolean> {
  const { ticketTypeId, orderId, status } = settlement;
  const told = await inventories(ticketTypeId).settle({ orderId, status, actor: "system", requestId });
  // Why not_found counts: an inventory without terms has no claim to settle.
  if (!told.ok && told.refusal.code !== "not_found") return false;
  await dropSettlement(db, settlement);
  return true;
}
