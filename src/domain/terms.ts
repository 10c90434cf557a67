// Defines terms: everything that a ticket type's inventory must know to decide a sale by itself (rules E5, K6, T4).

import type { NotOnSale, Refusal } from "./errors.ts";
import { type EventStatus, type HoldExtension, isPublic } from "./events/event.ts";
import type { EventId, OrganizationId, TicketTypeId } from "./ids.ts";
import type { Sha256Hex } from "./ledger/chain.ts";
import { ORDER_LINK_MS } from "./limits.ts";

export const TICKET_TYPE_STATUSES = ["available", "sold_out", "hidden"] as const;
export type TicketTypeStatus = (typeof TICKET_TYPE_STATUSES)[number];
export type OrganizationStatus = "active" | "suspended";

/**
 * Times are epoch ms, `unitPrice` is in minor units. `pendingTotal`: a lower total that the object has still to judge.
 * `epoch`: when D1 was last restored, epoch ms, 0 when never; it is compared before `version`. `hash` is `hashTerms`. Both
 * are absent in terms of a release that did not know them.
 */
export type Terms = {
  readonly ticketTypeId: TicketTypeId;
  readonly eventId: EventId;
  readonly organizationId: OrganizationId;
  readonly version: number;
  readonly epoch?: number;
  readonly hash?: string;
  readonly total: number;
  readonly pendingTotal: number | null;
  readonly unitPrice: number;
  readonly currency: string;
  readonly hidden: boolean;
  readonly minPerOrder: number;
  readonly maxPerOrder: number;
  /** Rule H15; null: no limit. Absent in terms of a release that did not know it. */
  readonly maxUnpaidPerAddress?: number | null;
  readonly saleStart: number | null;
  readonly saleEnd: number | null;
  readonly eventStatus: EventStatus;
  readonly eventSaleStart: number;
  readonly eventSaleEnd: number;
  readonly eventEnd: number;
  /** When the event was archived. Absent in terms that an earlier release stored; such a ledger is kept. */
  readonly eventArchivedAt?: number | null;
  /** Both are absent in terms of a release that did not know them; the event then has the standard ones. */
  readonly holdExtension?: HoldExtension;
  readonly orderMinutes?: number;
  readonly organizationStatus: OrganizationStatus;
};

/**
 * How the inventory took a total that came with the terms; stored with its version, so that a repeat gets the same reply.
 * `kept`: after a restore of D1 the inventory keeps its own total, and D1 takes it over (rule X6).
 */
export type TotalOutcome =
  | { readonly version: number; readonly applied: true; readonly total: number; readonly kept?: true }
  | {
      readonly version: number;
      readonly applied: false;
      readonly total: number;
      readonly refusal: Extract<Refusal, { code: "capacity_below_committed" }>;
    };

/** SHA-256 over the content of the terms, without version and epoch. */
export function hashTerms(terms: Terms, sha256: Sha256Hex): string {
  const { version: _, epoch: __, hash: ___, ...content } = terms;
  return sha256(JSON.stringify(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** Why nothing may be held now, or null when the type is on sale. Windows are half-open (rule E5). */
export function saleRefusal(terms: Terms, now: number): NotOnSale | null {
  if (terms.eventStatus === "draft") return { code: "not_on_sale", reason: "event_not_published" };
  if (isEventOver(terms, now)) return { code: "not_on_sale", reason: "event_over" };
  if (terms.hidden) return { code: "not_on_sale", reason: "ticket_type_hidden" };
  const opensAt = Math.max(terms.eventSaleStart, terms.saleStart ?? terms.eventSaleStart);
  if (now < opensAt) return { code: "not_on_sale", reason: "sale_not_open", opensAt };
  const closedAt = Math.min(terms.eventSaleEnd, terms.saleEnd ?? terms.eventSaleEnd);
  if (now >= closedAt) return { code: "not_on_sale", reason: "sale_closed", closedAt };
  return null;
}

export function isEventOver(terms: Terms, now: number): boolean {
  return terms.eventStatus === "ended" || terms.eventStatus === "archived" || now >= terms.eventEnd;
}

/** Whether the links of its orders have expired: 30 days after the event's present end (rule O13). */
export function isLinkOver(terms: Terms, now: number): boolean {
  return now >= terms.eventEnd + ORDER_LINK_MS;
}

/** Whether the public may see this type and its counts (rule P3). */
export function isVisible(terms: Terms): boolean {
  return isPublic(terms.eventStatus) && !terms.hidden;
}

/**
 * The status that the public is shown. `sold_out` is derived, and ends by itself (rule K2). Withdrawn tickets are not for
 * sale.
 */
export function publicStatus(
  hidden: boolean,
  { total, sold, withdrawn }: { readonly total: number; readonly sold: number; readonly withdrawn: number },
): TicketTypeStatus {
  if (hidden) return "hidden";
  return sold + withdrawn >= total ? "sold_out" : "available";
}
