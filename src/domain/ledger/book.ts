// The memory of an inventory: a cache of its rows. Holds that no longer count against the stock are not in it.

import { countsAsHeld, type Hold } from "../hold.ts";
import type { HolderId, HoldId, OrderId } from "../ids.ts";
import type { Terms, TotalOutcome } from "../terms.ts";
import { shownStatus } from "../terms.ts";
import { EMPTY_HEAD, type Head } from "./chain.ts";
import type { Occupancy } from "./command.ts";
import { type Deadline, dropStale, firstDeadline, pushDeadline } from "./deadlines.ts";

/** The terms in force, and how the total that came with them was taken. */
export type StoredTerms = { readonly terms: Terms; readonly outcome: TotalOutcome };

/** What the rows say: read on wake, and again after a transaction that failed. */
export type StoredBook = {
  readonly terms: StoredTerms | null;
  readonly head: Head | null;
  readonly liveHolds: Iterable<Hold>;
};

export type Book = {
  terms: StoredTerms | null;
  head: Head;
  /** Those that count as held: active, or taken by an order that is in doubt or reserved. */
  readonly holds: Map<HoldId, Hold>;
  readonly orders: Map<OrderId, readonly HoldId[]>;
  /** Rule H7: what each shopper has of this type, in tickets. Door sales are not counted. */
  readonly quantities: Map<HolderId, number>;
  readonly expiries: Deadline<HoldId>[];
  readonly claims: Deadline<OrderId>[];
};

export function openBook(stored: StoredBook): Book {
  const book: Book = {
    terms: stored.terms,
    head: stored.head ?? EMPTY_HEAD,
    holds: new Map(),
    orders: new Map(),
    quantities: new Map(),
    expiries: [],
    claims: [],
  };
  for (const hold of stored.liveHolds) keepHold(book, hold);
  return book;
}

/** Takes `hold` as it now is into the memory's maps, in place of what was known of it. */
export function keepHold(book: Book, hold: Hold): void {
  const before = book.holds.get(hold.id);
  addQuantity(book.quantities, hold.userId, countedQuantity(hold) - (before ? countedQuantity(before) : 0));
  if (before?.claim && before.claim.orderId !== hold.claim?.orderId) dropFromOrder(book, before.claim.orderId, hold.id);
  if (!countsAsHeld(hold)) {
    book.holds.delete(hold.id);
    if (hold.claim) dropFromOrder(book, hold.claim.orderId, hold.id);
    return;
  }
  book.holds.set(hold.id, hold);
  if (hold.status === "active") pushDeadline(book.expiries, { at: hold.heldUntil, id: hold.id });
  if (!hold.claim) return;
  const { orderId, deadline } = hold.claim;
  const known = book.orders.get(orderId) ?? [];
  if (!known.includes(hold.id)) book.orders.set(orderId, [...known, hold.id]);
  pushDeadline(book.claims, { at: deadline, id: orderId });
}

function dropFromOrder(book: Book, orderId: OrderId, holdId: HoldId): void {
  const rest = (book.orders.get(orderId) ?? []).filter((id) => id !== holdId);
  if (rest.length > 0) book.orders.set(orderId, rest);
  else book.orders.delete(orderId);
}

/** What a hold adds to its shopper's quantity (rule H7). */
export function countedQuantity(hold: Hold): number {
  return hold.source === "web" && countsAsHeld(hold) ? hold.quantity : 0;
}

export function addQuantity(quantities: Map<HolderId, number>, userId: HolderId, quantity: number): void {
  if (quantity === 0) return;
  const sum = (quantities.get(userId) ?? 0) + quantity;
  if (sum === 0) quantities.delete(userId);
  else quantities.set(userId, sum);
}

/** Rule H3: the inventory's clock never runs backwards past its own ledger. */
export function inventoryNow(book: Pick<Book, "head">, clock: number): number {
  return Math.max(clock, book.head.at);
}

/** When the next active hold runs out, epoch ms, or null. */
export function nextExpiry(book: Book): number | null {
  return firstDeadline(book.expiries, (entry) => isExpiry(book, entry))?.at ?? null;
}

function isExpiry(book: Book, { id, at }: Deadline<HoldId>): boolean {
  const hold = book.holds.get(id);
  return hold?.status === "active" && hold.heldUntil === at;
}

/** The claim of a live order: the same on each of its holds. */
export function claimOf(book: Book, orderId: OrderId): Hold["claim"] {
  const first = book.orders.get(orderId)?.[0];
  return (first === undefined ? undefined : book.holds.get(first)?.claim) ?? null;
}

/** When the next order has to be asked about in D1, epoch ms, or null: a doubt's end or an order's expiry. */
export function nextClaimDeadline(book: Book): number | null {
  return firstDeadline(book.claims, (entry) => isClaimDeadline(book, entry))?.at ?? null;
}

function isClaimDeadline(book: Book, { id, at }: Deadline<OrderId>): boolean {
  return claimOf(book, id)?.deadline === at;
}

/** The memory grows with what is live, not with what was released or settled before its time. */
export function dropStaleDeadlines(book: Book): void {
  dropStale(book.expiries, book.holds.size, (entry) => isExpiry(book, entry));
  dropStale(book.claims, book.orders.size, (entry) => isClaimDeadline(book, entry));
}

/** The live orders whose deadline is at or before `now`, apart by what is to be asked. */
export function dueOrders(book: Book, now: number): { readonly doubts: OrderId[]; readonly reserved: OrderId[] } {
  const due = { doubts: [] as OrderId[], reserved: [] as OrderId[] };
  for (const orderId of book.orders.keys()) {
    const claim = claimOf(book, orderId);
    if (!claim || claim.deadline > now) continue;
    (claim.state === "doubt" ? due.doubts : due.reserved).push(orderId);
  }
  return due;
}

/** What is shown of the type as of the last ledger row; null without terms. */
export function occupancyOf(book: Pick<Book, "terms" | "head">): Occupancy | null {
  if (!book.terms) return null;
  const { ticketTypeId, hidden } = book.terms.terms;
  const { seq, total, sold, held } = book.head;
  return {
    id: ticketTypeId,
    seq,
    status: shownStatus(hidden, total, sold),
    total,
    sold,
    held,
    available: total - sold - held,
  };
}
