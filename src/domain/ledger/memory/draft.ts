// A batch's view over the memory: decisions see the commands before them, while the memory stays unchanged until it adopts
// the draft.

import type { AddressHash } from "../../people/address-hash.ts";
import type { Hold } from "../../orders/hold.ts";
import type { AttemptId, HolderId, HoldId, OrderId, ChangeId } from "../../ids.ts";
import { type Claim, isLive, type Order } from "../../orders/order.ts";
import type { OrderReturn } from "../../orders/order-return.ts";
import { assert, must } from "../../result.ts";
import type { Terms } from "../../terms.ts";
import {
  addQuantity,
  type Book,
  countedClaim,
  countedHold,
  countedOrder,
  liveCount,
  type StoredTerms,
} from "./book.ts";
import {
  type Counts,
  type Head,
  hashRow,
  isBalanced,
  isOfMany,
  type LedgerKind,
  type LedgerRow,
  runsBack,
  type Sha256Hex,
} from "../chain.ts";
import { givenBackBy } from "./given-back.ts";
import { addShares, type Unpaid, unpaidClaim, unpaidHold, unpaidOrder } from "./unpaid.ts";

/** An attempt that will never make an order. */
export type Voided = { readonly attempt: AttemptId; readonly orderId: OrderId };

/** What a batch looks up, since it is not in memory. `changedBy`: holds by the ledger row that last changed them. */
export type Names = {
  readonly holds: readonly HoldId[];
  readonly changedBy?: readonly number[];
  readonly orders: readonly OrderId[];
  readonly claims: readonly OrderId[];
  readonly voids: readonly AttemptId[];
  readonly returns: readonly Pick<OrderReturn, "orderId" | "id">[];
};
export type Found = {
  readonly holds: readonly Hold[];
  readonly orders: readonly Order[];
  readonly claims: readonly Claim[];
  readonly voids: readonly AttemptId[];
  readonly returns: readonly OrderReturn[];
};
/** Finds those that have rows, each by a primary key and in any order. */
export type FindNamed = (names: Partial<Names>) => Found;

export const NOTHING_FOUND: Found = { holds: [], orders: [], claims: [], voids: [], returns: [] };

export type Draft = {
  readonly base: Book;
  readonly now: number;
  readonly sha256: Sha256Hex;
  readonly found: {
    readonly holds: ReadonlyMap<HoldId, Hold>;
    readonly orders: ReadonlyMap<OrderId, Order>;
    readonly claims: ReadonlyMap<OrderId, Claim>;
    readonly voids: ReadonlySet<AttemptId>;
    readonly returns: ReadonlyMap<ChangeId, OrderReturn>;
  };
  terms: StoredTerms | null;
  head: Head;
  readonly holds: Map<HoldId, Hold>;
  readonly orders: Map<OrderId, Order>;
  /** Null: the claim was taken back, and its row is deleted. */
  readonly claims: Map<OrderId, Claim | null>;
  readonly voids: Map<AttemptId, OrderId>;
  readonly returns: Map<ChangeId, OrderReturn>;
  readonly quantities: Map<HolderId, number>;
  readonly unpaid: Unpaid;
  /** What shoppers have given back in this batch (rule H14). */
  readonly givenBack: Map<HolderId, number>;
  /** Active holds, reserved orders and live claims together (rule X7). */
  live: number;
  /** The row that gave back everything that had expired by its time. */
  ranOut: LedgerRow | null;
  readonly rows: LedgerRow[];
};

/** A line for the ledger. The four counts say what it adds to them. */
export type Entry = {
  readonly kind: LedgerKind;
  readonly holdId: HoldId | null;
  readonly orderId: OrderId | null;
  readonly quantity: number;
  readonly sold: number;
  readonly held: number;
  readonly withdrawn: number;
  readonly total: number;
  readonly actor: string;
  readonly requestId: string | null;
};

/** One step of a decision: a ledger line, and the rows as they are to be written. */
export type Change = {
  readonly entry?: Entry | null;
  readonly hold?: Hold;
  readonly terms?: StoredTerms;
  readonly order?: Order;
  readonly claim?: Claim;
  readonly unclaimed?: OrderId;
  readonly voided?: Voided;
  /** An order whose version stays, since only its pending change or a mark of a ticket has changed. */
  readonly sameVersion?: Order;
  readonly returned?: Omit<OrderReturn, "seq">;
  /** The shopper who gives back what it holds of the type in this step. */
  readonly gaveBack?: HolderId | null;
};

/** What a command changes, and its reply, which is computed after the changes were applied. */
export type Decision<Reply> = { readonly changes: readonly Change[]; readonly reply: (draft: Draft) => Reply };

export function openDraft(base: Book, now: number, found: Found, sha256: Sha256Hex): Draft {
  assert(!runsBack(base.head, now), "the inventory's clock never runs backwards");
  const { terms, head } = base;
  return {
    base,
    now,
    sha256,
    found: {
      holds: new Map(found.holds.map((hold) => [hold.id, hold])),
      orders: new Map(found.orders.map((order) => [order.id, order])),
      claims: new Map(found.claims.map((claim) => [claim.orderId, claim])),
      voids: new Set(found.voids),
      returns: new Map(found.returns.map((each) => [each.id, each])),
    },
    terms,
    head,
    holds: new Map(),
    orders: new Map(),
    claims: new Map(),
    voids: new Map(),
    returns: new Map(),
    quantities: new Map(),
    unpaid: new Map(),
    givenBack: new Map(),
    live: liveCount(base),
    ranOut: null,
    rows: [],
  };
}

export function draftHold(draft: Draft, id: HoldId): Hold | null {
  return draft.holds.get(id) ?? draft.found.holds.get(id) ?? null;
}

/** An order of which this inventory is the home. */
export function draftOrder(draft: Draft, id: OrderId): Order | null {
  return draft.orders.get(id) ?? draft.found.orders.get(id) ?? null;
}

export function draftClaim(draft: Draft, id: OrderId): Claim | null {
  const changed = draft.claims.get(id);
  return changed === undefined ? (draft.found.claims.get(id) ?? null) : changed;
}

export function isVoid(draft: Draft, attempt: AttemptId): boolean {
  return draft.voids.has(attempt) || draft.found.voids.has(attempt);
}

export function draftReturn(draft: Draft, id: ChangeId): OrderReturn | null {
  return draft.returns.get(id) ?? draft.found.returns.get(id) ?? null;
}

export function draftQuantity(draft: Draft, userId: HolderId): number {
  return (draft.base.quantities.get(userId) ?? 0) + (draft.quantities.get(userId) ?? 0);
}

/** How many unpaid tickets this address has (rule H15). */
export function draftUnpaid(draft: Draft, address: AddressHash): number {
  return (draft.base.unpaid.get(address) ?? 0) + (draft.unpaid.get(address) ?? 0);
}

/** How often this shopper has given back lately, this batch included (rule H14). */
export function draftGivenBack({ base, givenBack, now }: Draft, userId: HolderId): number {
  return givenBackBy(base.givenBack, userId, now) + (givenBack.get(userId) ?? 0);
}

/** The terms. The caller has made sure of them: without terms only the command `terms` gets this far (rule X5). */
export function draftTerms(draft: Draft): Terms {
  return must(draft.terms, "an inventory decides only with terms").terms;
}

/** Applies all of a decision's changes, or throws before the first: an unbalanced count is a bug (rule H1). */
export function applyChanges(draft: Draft, changes: readonly Change[]): void {
  let counts: Counts = draft.head;
  for (const { entry } of changes) {
    if (!entry) continue;
    counts = countsAfter(counts, entry);
    assert(isBalanced(counts), leaves(entry, counts));
  }
  const before = draft.head.seq;
  for (const change of changes) applyChange(draft, change, before);
}

function leaves({ kind }: Entry, { total, sold, held, withdrawn }: Counts): string {
  return `a ${kind} leaves total ${total}, sold ${sold}, held ${held}, withdrawn ${withdrawn}`;
}

function countsAfter(before: Counts, entry: Entry): Counts {
  return {
    total: before.total + entry.total,
    sold: before.sold + entry.sold,
    held: before.held + entry.held,
    withdrawn: before.withdrawn + entry.withdrawn,
  };
}

/** `before` is the last ledger row before the decision: the rows after it are the history of the order that it changes. */
function applyChange(draft: Draft, change: Change, before: number): void {
  if (change.entry) appendRow(draft, change.entry);
  const { seq } = draft.head;
  if (change.terms) draft.terms = change.terms;
  if (change.hold) applyHold(draft, change.entry ? stamped(change.hold, seq) : change.hold);
  if (change.order) {
    const newSeqs = Array.from({ length: seq - before }, (_, index) => before + 1 + index);
    applyOrder(draft, { ...change.order, seq, history: [...change.order.history, ...newSeqs] });
  }
  if (change.sameVersion) applyOrder(draft, change.sameVersion);
  if (change.claim) applyClaim(draft, change.claim.orderId, begun(change.claim, seq));
  if (change.unclaimed) applyClaim(draft, change.unclaimed, null);
  if (change.voided) draft.voids.set(change.voided.attempt, change.voided.orderId);
  if (change.gaveBack) addQuantity(draft.givenBack, change.gaveBack, 1);
  if (change.returned) draft.returns.set(change.returned.id, { ...change.returned, seq });
}

/** Whether the order has changed for those who follow it; a pending change alone does not count. */
export function isNewVersion({ base }: Pick<Draft, "base">, { seq }: Pick<Order, "seq">): boolean {
  return seq > base.head.seq;
}

function begun(claim: Claim, seq: number): Claim {
  return claim.startedSeq === 0 ? { ...claim, startedSeq: seq } : claim;
}

function stamped(hold: Hold, seq: number): Hold {
  return { ...hold, seq, placedSeq: hold.placedSeq === 0 ? seq : hold.placedSeq };
}

function appendRow(draft: Draft, entry: Entry): void {
  const { head } = draft;
  const row = {
    seq: head.seq + 1,
    at: draft.now,
    kind: entry.kind,
    holdId: entry.holdId,
    orderId: entry.orderId,
    quantity: entry.quantity,
    ...countsAfter(head, entry),
    actor: entry.actor,
    requestId: entry.requestId,
  };
  const full: LedgerRow = { ...row, hash: hashRow(head, row, draft.sha256) };
  draft.rows.push(full);
  draft.head = full;
  if (isOfMany(full)) draft.ranOut = full;
}

function applyHold(draft: Draft, hold: Hold): void {
  const before = draftHold(draft, hold.id);
  addQuantity(draft.quantities, hold.userId, countedHold(hold) - (before ? countedHold(before) : 0));
  if (before) addShares(draft.unpaid, unpaidHold(before), -1);
  addShares(draft.unpaid, unpaidHold(hold));
  draft.live += one(hold.status === "active") - one(before?.status === "active");
  draft.holds.set(hold.id, hold);
}

function applyOrder(draft: Draft, order: Order): void {
  const terms = draftTerms(draft);
  const before = draftOrder(draft, order.id);
  const counted = countedOrder(order, terms) - (before ? countedOrder(before, terms) : 0);
  addQuantity(draft.quantities, order.userId, counted);
  if (before) addShares(draft.unpaid, unpaidOrder(before), -1);
  addShares(draft.unpaid, unpaidOrder(order));
  draft.live += one(order.status === "reserved") - one(before?.status === "reserved");
  draft.orders.set(order.id, order);
}

function applyClaim(draft: Draft, orderId: OrderId, claim: Claim | null): void {
  const before = draftClaim(draft, orderId);
  if (before) addQuantity(draft.quantities, before.userId, -countedClaim(before));
  if (claim) addQuantity(draft.quantities, claim.userId, countedClaim(claim));
  if (before) addShares(draft.unpaid, unpaidClaim(before), -1);
  if (claim) addShares(draft.unpaid, unpaidClaim(claim));
  draft.live += one(claim !== null && isLive(claim.state)) - one(before !== null && isLive(before.state));
  draft.claims.set(orderId, claim);
}

function one(isCounted: boolean): 0 | 1 {
  return isCounted ? 1 : 0;
}
