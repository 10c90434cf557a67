// Telling inventories their terms (rule K6): by the verb that changed them, and by the cron for what was left over.

import {
  type Delivered,
  listUndelivered,
  readUndelivered,
  settleDeliveries,
  type SyncPosition,
} from "../db/sync-rows.ts";
import { type KeptTotal, takeTotals } from "../db/kept-totals.ts";
import { type PlacedTerms, readTermsOf } from "../db/terms.ts";
import type { TicketTypeId } from "../domain/ids.ts";
import { type Context, newId } from "./context.ts";

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

/** Answers to how many of them nothing could be delivered. */
async function deliver(context: Delivery, ids: readonly TicketTypeId[], isRepeat = false): Promise<number> {
  const { db, requestId, now } = context;
  const all = await readTermsOf(db, ids);
  const replies = await Promise.all(all.map((placed) => push(context, placed)));
  const delivered = replies.filter((reply) => typeof reply === "object");
  const kept = delivered.filter(({ total }) => total.applied && total.kept);
  // First, so that a lower total that waited in the restored D1 is dropped and not taken.
  if (kept.length > 0) await takeTotals(db, kept.map(totalKept), { requestId, now });
  await settleDeliveries(db, delivered, now);
  const refused = all.filter((_, index) => replies[index] === "not taken").map(({ terms }) => terms.ticketTypeId);
  const failed = ids.length - delivered.length - refused.length;
  if (refused.length === 0) return failed;
  if (isRepeat) {
    logRefused(context, refused);
    return failed + refused.length;
  }
  // Read again: a delivery beside this one may have brought newer terms.
  const waiting = await readUndelivered(db, refused);
  return failed + (waiting.length === 0 ? 0 : await deliver(context, waiting, true));
}

async function push(
  { inventories, requestId }: Delivery,
  { terms, country, countsSeq }: PlacedTerms,
): Promise<Delivered | "not taken" | "not reached"> {
  const { ticketTypeId } = terms;
  const reply = await inventories(ticketTypeId, country).terms(terms, requestId, countsSeq);
  if (reply.ok) return { ticketTypeId, ...reply.value };
  return reply.refusal.code === "version_conflict" ? "not taken" : "not reached";
}

function totalKept({ ticketTypeId, version, total }: Delivered): KeptTotal {
  return { auditId: newId("aud"), ticketTypeId, version, total: total.total };
}

/** The inventories have terms that D1 does not know of: D1 was restored, and `npm run restored` has yet to run (rule X6). */
function logRefused({ requestId }: Delivery, ids: readonly TicketTypeId[]): void {
  for (const ticket_type_id of ids) {
    const line = { level: "error", event: "terms_not_taken", ticket_type_id, request_id: requestId };
    console.error(JSON.stringify(line));
  }
}
