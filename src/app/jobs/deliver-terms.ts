// Telling inventories their terms (rule K6): by the verb that changed them, and by the cron for what was left over.

import { type Delivered, listUndelivered, readUndelivered, settleDeliveries } from "../../db/outbox/outbox.ts";
import { type KeptTotal, takeTotals } from "../../db/ticket-types/kept-totals.ts";
import { type PlacedTerms, readTermsOf } from "../../db/ticket-types/terms.ts";
import type { TicketTypeId } from "../../domain/ids.ts";
import { isNewer } from "../../domain/ledger/decisions/take-terms.ts";
import { must } from "../../domain/result.ts";
import { type Context, newId } from "../context.ts";
import { roundFrom, type TimeIsUp, untilDone, workInPages } from "./work-in-pages.ts";
import { logError } from "../../shared/log.ts";

type Delivery = Pick<Context, "db" | "inventories" | "requestId" | "now">;

const A_PAGE = 200;

/**
 * Delivers what of `ids` is not delivered yet, to all inventories side by side. Whether all have now what D1 holds;
 * what they have not, the cron delivers.
 */
export async function deliverTerms(context: Delivery, ids: readonly TicketTypeId[]): Promise<boolean> {
  const waiting = await readUndelivered(context.db, ids);
  if (waiting.length === 0) return true;
  return (await deliver(context, waiting)) === 0;
}

/** The cron's part; those that fail or never answer keep no others waiting. Answers how many failed. */
export async function redeliverTerms(context: Delivery, timeIsUp: TimeIsUp = untilDone): Promise<number> {
  const { db } = context;
  let failed = 0;
  const ids = roundFrom<TicketTypeId, TicketTypeId>(
    newId("tt"),
    (id) => id,
    (after, until) => listUndelivered(db, { after, until, limit: A_PAGE }),
  );
  await workInPages(
    {
      next: async () => {
        const page = await ids();
        return page && readTermsOf(db, page);
      },
      each: (placed) => push(context, placed),
      settle: async (page, replies) => {
        failed += await settle(context, page, replies);
      },
    },
    timeIsUp,
  );
  return failed;
}

/** Answers to how many of them nothing could be delivered. */
async function deliver(context: Delivery, ids: readonly TicketTypeId[]): Promise<number> {
  const all = await readTermsOf(context.db, ids);
  return ids.length - all.length + (await deliverAll(context, all));
}

async function deliverAll(context: Delivery, all: readonly PlacedTerms[]): Promise<number> {
  return settle(context, all, await Promise.all(all.map((placed) => push(context, placed))));
}

type Reply = Delivered | "not taken" | "not reached";

/** Takes note of what the inventories answered. How many of them have not what D1 holds. */
async function settle(context: Delivery, all: readonly PlacedTerms[], replies: readonly Reply[]): Promise<number> {
  const { db, requestId, now } = context;
  const delivered = replies.filter((reply) => typeof reply === "object");
  const kept = delivered.filter(({ total }) => total.applied && total.kept);
  // First, so that a lower total that waited in the restored D1 is dropped and not taken.
  if (kept.length > 0) await takeTotals(db, kept.map(totalKept), { requestId, now });
  await settleDeliveries(db, delivered, now);
  const refused = all.filter((_, index) => replies[index] === "not taken");
  const failed = all.length - delivered.length - refused.length;
  return failed + (refused.length === 0 ? 0 : await deliverNewer(context, refused));
}

/**
 * Reads again what was refused. While D1 has newer terms of a type, a delivery beside this one was faster with them, and
 * it is no conflict. How many of them have not what D1 holds.
 */
async function deliverNewer(context: Delivery, refused: readonly PlacedTerms[]): Promise<number> {
  const before = new Map(refused.map(({ terms }) => [terms.ticketTypeId, terms]));
  const waiting = await readUndelivered(context.db, [...before.keys()]);
  if (waiting.length === 0) return 0;
  const all = await readTermsOf(context.db, waiting);
  const newer = all.filter(({ terms }) => isNewer(terms, must(before.get(terms.ticketTypeId), "it was refused")));
  const same = all.filter((placed) => !newer.includes(placed));
  logRefused(
    context,
    same.map(({ terms }) => terms.ticketTypeId),
  );
  return waiting.length - newer.length + (newer.length === 0 ? 0 : await deliverAll(context, newer));
}

async function push({ inventories, requestId }: Delivery, { terms, country, countsSeq }: PlacedTerms): Promise<Reply> {
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
  for (const ticket_type_id of ids) logError({ event: "terms_not_taken", ticket_type_id, request_id: requestId });
}
