// Audits in a ledger who may do what, and when: whether a hold could be placed by the terms of its moment (rules E5,
// H6, O1), and whether a row is by somebody who may act on its hold (rules H9, H10, H12, O2).

import type { Hold } from "../../../../src/domain/orders/hold.ts";
import type { LedgerRow } from "../../../../src/domain/ledger/chain.ts";
import type { Terms } from "../../../../src/domain/terms.ts";
import type { Watched } from "./watch.ts";
import { staffOf } from "../../world/catalogue/neighbours.ts";

/** Why none of the terms that may have been in force lets this hold be placed at that price; null when some do. */
export function explainNotPlaced(hold: Hold, at: number, terms: readonly Terms[]): string | null {
  const reasons = terms.map((each) => explainNot(hold, at, each));
  return reasons.includes(null) ? null : `[H6] placed at ${at}: ${reasons.join("; ")}`;
}

function explainNot({ quantity, unitPrice }: Hold, at: number, terms: Terms): string | null {
  const { eventSaleStart, eventSaleEnd, minPerOrder, maxPerOrder } = terms;
  const opens = Math.max(eventSaleStart, terms.saleStart ?? eventSaleStart);
  const closes = Math.min(eventSaleEnd, terms.saleEnd ?? eventSaleEnd, terms.eventEnd);
  if (terms.organizationStatus !== "active") return "the organisation is suspended";
  if (terms.eventStatus !== "published" && terms.eventStatus !== "live") return `the event is ${terms.eventStatus}`;
  if (terms.hidden) return "the type is hidden";
  if (at < opens || at >= closes) return `the sale is from ${opens} to ${closes}`;
  if (quantity < minPerOrder || quantity > maxPerOrder) return `${quantity} of ${minPerOrder} to ${maxPerOrder}`;
  return unitPrice === terms.unitPrice ? null : `at ${unitPrice}, the price is ${terms.unitPrice}`;
}

type Kinds = ReadonlySet<LedgerRow["kind"]>;
/** What nobody but the buyer does. */
const BUYERS: Kinds = new Set(["checkout", "claim", "swap"]);
/** What the buyer does, and staff of the organisation. */
const ALSO_STAFF: Kinds = new Set(["release", "extend"]);
/** What nobody requests. */
const BY_ITSELF: Kinds = new Set(["expire", "expire_order", "lapse"]);
const SYSTEM = "system";

export function explainNotBy({ id, userId }: Watched, { kind, actor }: LedgerRow): string | null {
  const is = `${kind} of ${id}, which is ${userId}'s, by ${actor}`;
  if (BY_ITSELF.has(kind)) return actor === SYSTEM ? null : `[H10] ${is}`;
  if (BUYERS.has(kind)) return actor === userId ? null : `[H10] ${is}`;
  if (ALSO_STAFF.has(kind)) return actor === userId || actor === staffOf(id) ? null : `[H10] ${is}`;
  return actor === userId || actor === staffOf(id) || actor === SYSTEM ? null : `[H10] ${is}`;
}
