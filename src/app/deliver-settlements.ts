// Telling the inventories how orders ended (rule O3): by the verb that settled, and by the cron for what was left over.

import { answered, isD1Fault } from "../db/limit.ts";
import {
  dropSettlements,
  listSettlements,
  type Settlement,
  settlementsOf,
  type WaitingSettlement,
} from "../db/settlements.ts";
import type { OrderId } from "../domain/ids.ts";
import type { Context } from "./context.ts";

const A_PAGE = 200;
const PAGES_A_RUN = 10;
/** An inventory that comes back hears of it within a second (rule O3), while the platform lets a request work on. */
const RETRY_EVERY_MS = 800;
const RETRIES = 30;

/**
 * The cron's part, oldest first; those that cannot be delivered do not keep the others waiting. Answers how many could
 * not.
 */
export async function deliverSettlements(context: Context): Promise<number> {
  let left = 0;
  let after: WaitingSettlement | null = null;
  for (let page = 0; page < PAGES_A_RUN; page++) {
    const waiting: WaitingSettlement[] = await listSettlements(context.db, after, A_PAGE);
    if (waiting.length === 0) break;
    left += (await deliverOnce(context, waiting)).length;
    after = waiting.at(-1) ?? null;
  }
  return left;
}

/**
 * Delivers the end of an order now; what does not get through is tried again behind the answer, and after that by the
 * cron. Never rejects: the order has come to its end, whether or not all could be told.
 */
export async function deliverEnd(context: Context, orderId: OrderId): Promise<void> {
  const went = await tryDelivery(context, orderId);
  if (went === "left" || went === "away") deliverEndLater(context, orderId);
}

/** For an end that may yet come to be written: D1 did not answer in time, but may have done what it was asked. */
export function deliverEndLater(context: Context, orderId: OrderId): void {
  context.waitUntil(
    (async () => {
      for (let retry = 0; retry < RETRIES; retry++) {
        await new Promise((resolve) => setTimeout(resolve, RETRY_EVERY_MS));
        if ((await tryDelivery(context, orderId)) === "delivered") return;
      }
    })(),
  );
}

/** `nothing` waits for this order; all of what waited is `delivered`; some is `left`; D1 is `away`. */
async function tryDelivery(context: Context, orderId: OrderId): Promise<"nothing" | "delivered" | "left" | "away"> {
  try {
    const waiting = await answered(settlementsOf(context.db, orderId));
    if (waiting.length === 0) return "nothing";
    return (await deliverOnce(context, waiting)).length === 0 ? "delivered" : "left";
  } catch (fault) {
    if (!isD1Fault(fault)) throw fault;
    return "away";
  }
}

/** Answers those that were not delivered. A row goes only after its inventory has followed. */
async function deliverOnce(context: Context, settlements: readonly Settlement[]): Promise<Settlement[]> {
  const followed = await Promise.all(settlements.map((settlement) => tell(context, settlement)));
  await answered(
    dropSettlements(
      context.db,
      settlements.filter((_, index) => followed[index]),
    ),
  );
  return settlements.filter((_, index) => !followed[index]);
}

/** Whether the inventory has followed. */
async function tell({ inventories, requestId }: Context, settlement: Settlement): Promise<boolean> {
  const { ticketTypeId, orderId, status } = settlement;
  const told = await inventories(ticketTypeId).settle({ orderId, status, actor: "system", requestId });
  // Why not_found counts: an inventory without terms has no claim to settle.
  return told.ok || told.refusal.code === "not_found";
}
