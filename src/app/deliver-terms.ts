// Telling inventories their terms (rule K6): by the verb that changed them, and by the cron for what was left over.

import {
  type Delivered,
  listUndelivered,
  readUndelivered,
  settleDeliveries,
  type SyncPosition,
} from "../db/sync-rows.ts";
import { type PlacedTerms, readTermsOf } from "../db/terms.ts";
import type { TicketTypeId } from "../domain/ids.ts";
import type { Context } from "./context.ts";

type Delivery = Pick<Context, "db" | "inventories" | "requestId" | "now">;

const A_PAGE = 100;
const PAGES_A_RUN = 10;

/**
 * Delivers what of `ids` is not delivered yet, to all inventories side by side. Whether all have now what D1 holds;
 * what they have not, the cron delivers.
 */
export async function deliverTerms(context: Delivery, ids: readonly TicketTypeId[]): Promise<boolean> {
  const waiting = await readUndelivered(context.db, ids);
  if (waiting.length === 0) return true;
  return (await deliver(context, waiting)) === 0;
}

/** The cron's part, oldest first; those that fail do not keep the others waiting. Answers how many failed. */
export async function redeliverTerms(context: Delivery): Promise<number> {
  let failed = 0;
  let after: SyncPosition | null = null;
  for (let page = 0; page < PAGES_A_RUN; page++) {
    const rows: SyncPosition[] = await listUndelivered(context.db, after, A_PAGE);
    if (rows.length === 0) break;
    failed += await deliver(
      context,
      rows.map((row) => row.target),
    );
    after = rows.at(-1) ?? null;
  }
  return failed;
}

async function deliver({ db, inventories, requestId, now }: Delivery, ids: readonly TicketTypeId[]): Promise<number> {
  const all = await readTermsOf(db, ids);
  const replies = await Promise.all(all.map((placed) => push(placed)));
  const delivered = replies.filter((reply) => reply !== null);
  await settleDeliveries(db, delivered, now);
  return ids.length - delivered.length;

  async function push({ terms, country }: PlacedTerms): Promise<Delivered | null> {
    const reply = await inventories(terms.ticketTypeId, country).terms(terms, requestId);
    return reply.ok ? { ticketTypeId: terms.ticketTypeId, ...reply.value } : null;
  }
}
