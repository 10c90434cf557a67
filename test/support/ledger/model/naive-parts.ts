// Has the parts of the naive model, and what its replies share. See naive-model.ts.

import type { Refusal } from "../../../../src/domain/errors.ts";
import type { Hold } from "../../../../src/domain/orders/hold.ts";
import type { AttemptId, HolderId, HoldId } from "../../../../src/domain/ids.ts";
import type * as Ledger from "../../../../src/domain/ledger/command.ts";
import type { Claim, Order, OrderItem } from "../../../../src/domain/orders/order.ts";
import type { OrderReturn } from "../../../../src/domain/orders/order-return.ts";
import type { Result } from "../../../../src/domain/result.ts";
import type { Terms, TotalOutcome } from "../../../../src/domain/terms.ts";

/**
 * `holdsLastMs`: how long a hold lasts here. `rows`: how many ledger rows there must be; `lastRowAt`: when the last was
 * written. The `seq` of holds and orders is not modelled (0).
 */
export type NaiveModel = {
  terms: Terms | null;
  outcome: TotalOutcome | null;
  total: number;
  holds: Hold[];
  /** Those of which this inventory is the home. */
  orders: Order[];
  /** What orders of other homes have taken. */
  claims: Claim[];
  voids: AttemptId[];
  returns: Omit<OrderReturn, "seq">[];
  readonly holdsLastMs: number;
  rows: number;
  lastRowAt: number;
  now: number;
  /** Whether a wrong clock's row was ever found: from then on doubts may be checked sooner than their rows say. */
  wasCorrected: boolean;
};

export function emptyModel(holdsLastMs: number): NaiveModel {
  return {
    terms: null,
    outcome: null,
    total: 0,
    holds: [],
    orders: [],
    claims: [],
    voids: [],
    returns: [],
    holdsLastMs,
    rows: 0,
    lastRowAt: 0,
    now: 0,
    wasCorrected: false,
  };
}

/** Of an order that was cancelled since nothing is left of it, nothing is sold. */
export function soldIn(model: NaiveModel): number {
  const sold = takenBy(model, ["confirmed"]);
  return sold.reduce((before, { quantity, returned }) => before + quantity - returned, 0);
}

export function withdrawnIn(model: NaiveModel): number {
  const all = takenBy(model, ["doubt", "reserved", "confirmed", "cancelled", "expired"]);
  return all.reduce((before, { withdrawn }) => before + withdrawn, 0);
}

export function heldIn(model: NaiveModel): number {
  return sum(activeHolds(model)) + sum(takenBy(model, ["doubt", "reserved"]));
}

export function activeHolds(model: NaiveModel): Hold[] {
  return model.holds.filter((hold) => hold.status === "active");
}

/** The holds that orders in one of these states have of this inventory, with whose they are. */
export function takenBy(model: NaiveModel, states: readonly string[]) {
  const own = model.orders
    .filter(({ status }) => states.includes(status))
    .flatMap((order) => ownItems(order).map((item) => ({ ...item, userId: order.userId })));
  const claimed = model.claims
    .filter(({ state }) => states.includes(state))
    .flatMap((claim) => claim.holds.map((hold) => ({ ...hold, userId: claim.userId })));
  return [...own, ...claimed];
}

export function ownItems(order: Order): OrderItem[] {
  return order.items.filter(({ ticketTypeId }) => ticketTypeId.slice(3) === order.id.slice(4, 30));
}

export function isOver(terms: Terms, now: number): boolean {
  return terms.eventStatus === "ended" || terms.eventStatus === "archived" || now >= terms.eventEnd;
}

export function holdSeenBy(model: NaiveModel, terms: Terms, id: HoldId, by: Ledger.HoldActor): Hold | undefined {
  return model.holds.find((hold) => hold.id === id && isTheirs(terms, hold.userId, by));
}

/** A shopper's own; an organiser's are those of the organisation that they act in. */
export function isTheirs(terms: Terms, owner: HolderId, by: Ledger.OrderReader): boolean {
  return by.organizationId === null ? owner === by.id : by.organizationId === terms.organizationId;
}

export function shownOrder({ eventId, organizationId, currency }: Terms, order: Order): Ledger.OrderView {
  const { unpaid: _, ...shown } = order;
  return { ...shown, eventId, organizationId, currency };
}

/** Rules O1 and O9: after these nobody uses a hold of the type. */
export function explainOver(terms: Terms, now: number): Refusal | null {
  if (terms.organizationStatus === "suspended") return { code: "organization_suspended" };
  return isOver(terms, now) ? { code: "not_on_sale", reason: "event_over" } : null;
}

/** Why a hold is not there to be used any more. */
export function explainGone({ id, status }: Hold): Refusal | null {
  if (status === "expired") return { code: "hold_expired", holdId: id };
  return status === "active" ? null : { code: "hold_not_active", holdStatus: status, holdId: id };
}

export function view(model: NaiveModel, terms: Terms, hold: Hold): Ledger.HoldView {
  return {
    ...hold,
    eventId: terms.eventId,
    organizationId: terms.organizationId,
    currency: terms.currency,
    at: model.now,
  };
}

/** A change that somebody sees: it is a row of the ledger. */
export function change(model: NaiveModel, hold: Hold, to: Partial<Hold>): Hold {
  writeRow(model);
  return replace(model, { ...hold, ...to });
}

export function replace(model: NaiveModel, hold: Hold): Hold {
  model.holds = model.holds.map((known) => (known.id === hold.id ? hold : known));
  return hold;
}

export function writeRow(model: NaiveModel): void {
  model.rows += 1;
  model.lastRowAt = model.now;
}

export function sum(holds: readonly { readonly quantity: number }[]): number {
  return holds.reduce((before, hold) => before + hold.quantity, 0);
}

export function yes<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

export function no(refusal: Refusal): Result<never, Refusal> {
  return { ok: false, refusal };
}
