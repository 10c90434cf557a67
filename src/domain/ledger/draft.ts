// A batch's view over the memory: decisions see the commands before them, the memory sees nothing until it is adopted.

import type { Hold } from "../hold.ts";
import type { HolderId, HoldId, OrderId } from "../ids.ts";
import { assert, must } from "../result.ts";
import type { Terms } from "../terms.ts";
import {
  addQuantity,
  type Book,
  countedQuantity,
  dropStaleDeadlines,
  keepHold,
  nextClaimDeadline,
  nextExpiry,
  type StoredTerms,
} from "./book.ts";
import { type Head, hashRow, type LedgerKind, type LedgerRow, type Sha256Hex } from "./chain.ts";

/** Finds those of these holds that have rows, by their primary key and in any order; final holds are only there. */
export type FindHolds = (ids: readonly HoldId[]) => readonly Hold[];

export type Draft = {
  readonly base: Book;
  readonly now: number;
  /** The holds that the batch names and the memory does not have. */
  readonly found: ReadonlyMap<HoldId, Hold>;
  readonly sha256: Sha256Hex;
  terms: StoredTerms | null;
  head: Head;
  readonly holds: Map<HoldId, Hold>;
  readonly orders: Map<OrderId, readonly HoldId[]>;
  readonly quantities: Map<HolderId, number>;
  readonly rows: LedgerRow[];
};

/** A line for the ledger. `sold`, `held` and `total` say what it adds to them. */
export type Entry = {
  readonly kind: LedgerKind;
  readonly orderId: OrderId | null;
  readonly quantity: number;
  readonly sold: number;
  readonly held: number;
  readonly total: number;
  readonly actor: string;
  readonly requestId: string | null;
};

/** One step of a decision: a row as it is to be, and the ledger line that tells of it (none where no one needs it). */
export type Change =
  | { readonly hold: Hold; readonly entry: Entry | null }
  | { readonly terms: StoredTerms; readonly entry: Entry | null };

/** What a command does to the books, and its answer, which is read after the changes were made. */
export type Decision<Reply> = { readonly changes: readonly Change[]; readonly answer: (draft: Draft) => Reply };

export function openDraft(base: Book, now: number, found: readonly Hold[], sha256: Sha256Hex): Draft {
  assert(now >= base.head.at, "the inventory's clock never runs backwards");
  const { terms, head } = base;
  return {
    base,
    now,
    found: new Map(found.map((hold) => [hold.id, hold])),
    sha256,
    terms,
    head,
    holds: new Map(),
    orders: new Map(),
    quantities: new Map(),
    rows: [],
  };
}

export function draftHold(draft: Draft, id: HoldId): Hold | null {
  return draft.holds.get(id) ?? draft.base.holds.get(id) ?? draft.found.get(id) ?? null;
}

/** The holds that a live order has in this inventory; none when it has come to an end or was never here. */
export function draftOrder(draft: Draft, orderId: OrderId): Hold[] {
  const ids = draft.orders.get(orderId) ?? draft.base.orders.get(orderId) ?? [];
  return ids
    .map((id) => must(draftHold(draft, id), "an order's holds have rows"))
    .filter((hold) => hold.claim?.orderId === orderId);
}

export function draftQuantity(draft: Draft, userId: HolderId): number {
  return (draft.base.quantities.get(userId) ?? 0) + (draft.quantities.get(userId) ?? 0);
}

/** The terms, which the caller has made sure of: without them no command but `terms` gets this far (rule X5). */
export function draftTerms(draft: Draft): Terms {
  return must(draft.terms, "an inventory decides only with terms").terms;
}

/** Makes all of a decision's changes, or throws before the first: a broken balance is a bug (rule H1). */
export function applyChanges(draft: Draft, changes: readonly Change[]): void {
  let { total, sold, held } = draft.head;
  for (const { entry } of changes) {
    if (!entry) continue;
    total += entry.total;
    sold += entry.sold;
    held += entry.held;
    assert(
      held >= 0 && sold >= 0 && held + sold <= total,
      `a ${entry.kind} leaves total ${total}, sold ${sold}, held ${held}`,
    );
  }
  for (const change of changes) {
    if (change.entry) appendRow(draft, "hold" in change ? change.hold.id : null, change.entry);
    if ("terms" in change) draft.terms = change.terms;
    else applyHold(draft, change.entry ? { ...change.hold, seq: draft.head.seq } : change.hold);
  }
}

function appendRow(draft: Draft, holdId: HoldId | null, entry: Entry): void {
  const { head } = draft;
  const row = {
    seq: head.seq + 1,
    at: draft.now,
    kind: entry.kind,
    holdId,
    orderId: entry.orderId,
    quantity: entry.quantity,
    total: head.total + entry.total,
    sold: head.sold + entry.sold,
    held: head.held + entry.held,
    actor: entry.actor,
    requestId: entry.requestId,
  };
  const full: LedgerRow = { ...row, hash: hashRow(head.hash, row, draft.sha256) };
  draft.rows.push(full);
  draft.head = full;
}

function applyHold(draft: Draft, hold: Hold): void {
  const before = draftHold(draft, hold.id);
  addQuantity(draft.quantities, hold.userId, countedQuantity(hold) - (before ? countedQuantity(before) : 0));
  draft.holds.set(hold.id, hold);
  if (!hold.claim || before?.claim?.orderId === hold.claim.orderId) return;
  const { orderId } = hold.claim;
  const known = draft.orders.get(orderId) ?? draft.base.orders.get(orderId) ?? [];
  if (!known.includes(hold.id)) draft.orders.set(orderId, [...known, hold.id]);
}

/** The memory takes the draft: only after the rows of the draft are written (rule H11). */
export function adoptDraft(draft: Draft): void {
  const { base } = draft;
  base.head = draft.head;
  base.terms = draft.terms;
  for (const hold of draft.holds.values()) keepHold(base, hold);
  nextExpiry(base); // drops the deadlines that the draft has used up
  nextClaimDeadline(base);
  dropStaleDeadlines(base);
}
