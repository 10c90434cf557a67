// Defines the memory of an inventory, a cache of its rows. Of active holds and live orders it has only what deadlines and
// limits need.

import type { AddressShare } from "../../people/address-hash.ts";
import type { Hold } from "../../orders/hold.ts";
import type { HolderId, OrderId } from "../../ids.ts";
import { type Claim, isLive, itemsOf, type Order } from "../../orders/order.ts";
import type { Terms, TotalOutcome } from "../../terms.ts";
import { publicStatus } from "../../terms.ts";
import { availableOf, EMPTY_HEAD, type Head, runsBack } from "../chain.ts";
import type { Occupancy, PublicOccupancy } from "../command.ts";
import { type Deadline, dropStale, dueDeadlines, firstDeadline, pushDeadline } from "./deadlines.ts";
import { type GivenBack, nothingGivenBack } from "./given-back.ts";
import { firstHeldUntil, type HeldSlot, type LiveHolds, oldestSeq, openLive } from "./live-holds.ts";
import { addShares, type Unpaid } from "./unpaid.ts";

/** The terms in force, and how the inventory took the total that came with them. */
export type StoredTerms = { readonly terms: Terms; readonly outcome: TotalOutcome };

/** An active hold; `counted` is what it adds to its shopper's quantity (rule H7), `unpaid` to its address's (rule H15). */
export type LiveHold = HeldSlot & {
  readonly userId: HolderId;
  readonly counted: number;
  readonly unpaid: readonly AddressShare[];
};

/**
 * A live order of this home, or a live claim. `deadline`, epoch ms, is that of its row; `startedSeq` is the ledger row that
 * began it; `counted` is what it adds to its buyer's quantity (rule H7), `unpaid` what it adds to those of addresses (rule
 * H15).
 */
export type LiveOrder = {
  readonly orderId: OrderId;
  readonly userId: HolderId;
  readonly counted: number;
  readonly deadline: number;
  readonly startedSeq: number;
  readonly unpaid: readonly AddressShare[];
};

/**
 * Holds that have expired by `at` and are too many to be given back one by one (rule H4), so only their sum is read.
 * `firstHeldUntil` is when the first of them expired.
 */
export type RanOut = { readonly at: number; readonly quantity: number; readonly firstHeldUntil: number };

/** What is read from the rows on wake, and again after a transaction failed. Orders and claims come oldest first. */
export type StoredBook = {
  readonly terms: StoredTerms | null;
  readonly head: Head | null;
  /** Without those of `ranOut`. */
  readonly activeHolds: Iterable<LiveHold>;
  readonly ranOut: RanOut | null;
  readonly orders: Iterable<LiveOrder>;
  readonly claims: Iterable<LiveOrder>;
};

/** Live orders or claims by their id, oldest first, and a heap of their deadlines. */
export type LiveOrders = {
  readonly byId: Map<OrderId, { readonly deadline: number; readonly startedSeq: number }>;
  readonly deadlines: Deadline<OrderId>[];
};

export type Book = {
  terms: StoredTerms | null;
  head: Head;
  /** The active holds; anything else about a hold is in its row. */
  readonly holds: LiveHolds;
  /** What was found expired on wake and is still to be given back. It is counted in `head.held`, but is not in `holds`. */
  ranOut: RanOut | null;
  /** Reserved orders of which this inventory is the home. */
  readonly orders: LiveOrders;
  /** Claims for other homes' orders, in doubt or reserved. */
  readonly claims: LiveOrders;
  /** How many tickets of this type each shopper has (rule H7). Door sales are not counted. */
  readonly quantities: Map<HolderId, number>;
  readonly unpaid: Unpaid;
  /** How much each shopper has given back lately (rule H14). */
  readonly givenBack: GivenBack;
};

export function openBook(stored: StoredBook): Book {
  const quantities: Book["quantities"] = new Map();
  const unpaid: Unpaid = new Map();
  /** Read once, with one page in memory at a time. */
  function* counted(): Generator<HeldSlot> {
    for (const hold of stored.activeHolds) {
      addQuantity(quantities, hold.userId, hold.counted);
      addShares(unpaid, hold.unpaid);
      yield hold;
    }
  }
  const book: Book = {
    terms: stored.terms,
    head: stored.head ?? EMPTY_HEAD,
    holds: openLive(counted()),
    ranOut: stored.ranOut,
    orders: { byId: new Map(), deadlines: [] },
    claims: { byId: new Map(), deadlines: [] },
    quantities,
    unpaid,
    givenBack: nothingGivenBack(),
  };
  for (const kind of ["orders", "claims"] as const) {
    for (const order of stored[kind]) {
      addQuantity(quantities, order.userId, order.counted);
      addShares(unpaid, order.unpaid);
      keepLive(book[kind], order.orderId, order.deadline, order.startedSeq);
    }
  }
  return book;
}

/** `deadline` null: the order is no longer live. An order that stays live keeps its place in the order of beginning. */
export function keepLive(live: LiveOrders, id: OrderId, deadline: number | null, startedSeq: number): void {
  if (deadline === null) {
    live.byId.delete(id);
    return;
  }
  const listed = live.byId.get(id);
  // A claim that was taken back and made again in one batch is listed by its new row.
  if (listed?.startedSeq !== startedSeq) live.byId.delete(id);
  live.byId.set(id, { deadline, startedSeq });
  if (listed?.deadline !== deadline) pushDeadline(live.deadlines, { at: deadline, id });
}

/** What an active hold adds to its shopper's quantity (rule H7). */
export function countedHold(hold: Hold): number {
  return hold.source === "web" && hold.status === "active" ? hold.quantity : 0;
}

/** What a reserved order adds to its buyer's quantity at its home. */
export function countedOrder(order: Order, terms: Pick<Terms, "ticketTypeId">): number {
  return order.status === "reserved" ? webQuantity(itemsOf(order, terms.ticketTypeId)) : 0;
}

/** What a live claim adds to its buyer's quantity. */
export function countedClaim(claim: Claim): number {
  return isLive(claim.state) ? webQuantity(claim.holds) : 0;
}

function webQuantity(items: readonly { readonly source: Hold["source"]; readonly quantity: number }[]): number {
  return items.reduce((sum, { source, quantity }) => sum + (source === "web" ? quantity : 0), 0);
}

export function addQuantity(quantities: Map<HolderId, number>, userId: HolderId, quantity: number): void {
  if (quantity === 0) return;
  const sum = (quantities.get(userId) ?? 0) + quantity;
  if (sum === 0) quantities.delete(userId);
  else quantities.set(userId, sum);
}

/** Rule H3: the inventory's clock is never before the last row of its ledger, unless a wrong clock wrote that row. */
export function inventoryNow({ head }: Pick<Book, "head">, clock: number): number {
  return runsBack(head, clock) ? head.at : clock;
}

/** When the next active hold or order of this home expires, epoch ms, or null. */
export function nextExpiry(book: Book): number | null {
  const ranOut = book.ranOut?.firstHeldUntil ?? null;
  const times = [ranOut, firstHeldUntil(book.holds), nextLive(book.orders)].filter((at) => at !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/** When to query a home about a claim, epoch ms, or null. */
export function nextClaimDeadline(book: Book): number | null {
  return nextLive(book.claims);
}

function nextLive(live: LiveOrders): number | null {
  return firstDeadline(live.deadlines, (entry) => isLiveDeadline(live, entry))?.at ?? null;
}

function isLiveDeadline({ byId }: LiveOrders, { id, at }: Deadline<OrderId>): boolean {
  return byId.get(id)?.deadline === at;
}

/** So the memory grows with what is live, not with what was settled before its deadline. */
export function dropStaleDeadlines(book: Book): void {
  for (const live of [book.orders, book.claims]) {
    dropStale(live.deadlines, live.byId.size, (entry) => isLiveDeadline(live, entry));
  }
}

/** Those whose deadline is at or before `now`, earliest first. */
export function dueAmong(live: LiveOrders, now: number): OrderId[] {
  const due = dueDeadlines(live.deadlines, now).filter((entry) => isLiveDeadline(live, entry));
  return [...new Set(due.map(({ id }) => id))];
}

/** How many live things the memory has to keep (rule X7). */
export function liveCount({ holds, orders, claims }: Book): number {
  return holds.size + orders.byId.size + claims.byId.size;
}

/**
 * Ledger rows after which a wake finds everything that is live: orders and claims that began after `orders`, and active
 * holds that were last changed after `holds`.
 */
export type Settled = { readonly orders: number; readonly holds: number };

export function settledUpTo({ head, holds, ranOut, orders, claims }: Book): Settled {
  const oldest = [orders, claims].map(({ byId }) => byId.values().next().value?.startedSeq ?? Infinity);
  return {
    orders: Math.min(head.seq, ...oldest.map((seq) => seq - 1)),
    // Holds that have expired but are not given back yet must be found again, and the memory does not have their rows.
    holds: ranOut ? 0 : Math.min(head.seq, (oldestSeq(holds) ?? Infinity) - 1),
  };
}

/** The part of the counts that the public is shown. */
export function publicOccupancy({ withdrawn: _, ...shown }: Occupancy): PublicOccupancy {
  return shown;
}

/** The counts of the type as of the last ledger row; null without terms. */
export function occupancyOf(book: Pick<Book, "terms" | "head">): Occupancy | null {
  if (!book.terms) return null;
  const { ticketTypeId, hidden } = book.terms.terms;
  const { seq, total, sold, held, withdrawn } = book.head;
  return {
    id: ticketTypeId,
    seq,
    status: publicStatus(hidden, book.head),
    total,
    sold,
    held,
    withdrawn,
    available: availableOf(book.head),
  };
}
