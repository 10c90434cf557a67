// Delivers to inventories the terms of their ticket types (rule K6). When and how often is in deliver.ts.

import { type Delivered, settleDeliveries } from "../../db/outbox/terms-syncs.ts";
import { type InventoryTotal, takeTotals } from "../../db/ticket-types/restored-totals.ts";
import { type PlacedTerms, readTermsOf } from "../../db/ticket-types/terms.ts";
import type { TicketTypeId } from "../../domain/ids.ts";
import { isNewer } from "../../domain/ledger/decisions/take-terms.ts";
import { type Context, newId } from "../context.ts";
import { type Delivery, deliverWaiting, redeliver } from "./deliver.ts";
import { type TimeIsUp, untilDone } from "../jobs/work-in-pages.ts";

type Delivering = Pick<Context, "db" | "inventories" | "requestId" | "now">;

/**
 * Delivers the terms of those of `ids` that have a row, to all inventories side by side. Returns whether all of them
 * now have what D1 has; the cron delivers the rest.
 */
export function deliverTerms(context: Delivering, ids: readonly TicketTypeId[]): Promise<boolean> {
  return deliverWaiting(context, termsOf(context), ids);
}

/** The cron's part. Returns how many could not be delivered. */
export function redeliverTerms(context: Delivering, timeIsUp: TimeIsUp = untilDone): Promise<number> {
  return redeliver(context, termsOf(context), timeIsUp);
}

function termsOf(context: Delivering): Delivery<"terms", PlacedTerms, Delivered> {
  return {
    subject: "terms",
    targetsAPage: 200,
    anyTarget: () => newId("tt"),
    logged: (ticket_type_id) => ({ ticket_type_id }),
    read: async (ids) => new Map((await readTermsOf(context.db, ids)).map((each) => [each.terms.ticketTypeId, each])),
    push: ({ target }, content) => push(context, target, content),
    conflict: {
      isNewer: (content, refused) => isNewer(content.terms, refused.terms),
      notTaken: { event: "terms_not_taken" },
    },
    settle: (delivered) => settle(context, delivered),
  };
}

async function push(
  { inventories, requestId }: Delivering,
  target: TicketTypeId,
  content: PlacedTerms | null,
): Promise<Delivered | "refused" | "away"> {
  // The inventory of a deleted type is wiped instead, by a sync row of its own.
  if (content === null) return "away";
  const reply = await inventories(target, content.country).terms(content.terms, requestId, content.countsSeq);
  if (reply.ok) return { target, ...reply.value };
  return reply.refusal.code === "version_conflict" ? "refused" : "away";
}

async function settle({ db, requestId, now }: Delivering, delivered: readonly Delivered[]): Promise<void> {
  const ownTotals = delivered.filter(({ total }) => total.applied && total.kept);
  // First, so that a lower total that waited in the restored D1 is dropped and not taken.
  if (ownTotals.length > 0) await takeTotals(db, ownTotals.map(totalKept), { requestId, now });
  await settleDeliveries(db, delivered, now);
}

function totalKept({ target, version, total }: Delivered): InventoryTotal {
  return { auditId: newId("aud"), ticketTypeId: target, version, total: total.total };
}
