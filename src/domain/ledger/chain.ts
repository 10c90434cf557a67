// The ledger's rows, and the hash chain that makes a changed or missing row show.

import type { HoldId, OrderId } from "../ids.ts";
import { CLOCK_AHEAD_MS } from "../limits.ts";

export const LEDGER_KINDS = [
  "terms",
  "hold",
  "release",
  "expire",
  "extend",
  "swap",
  "checkout",
  "claim",
  "unclaim",
  "confirm",
  "cancel",
  "expire_order",
  "lapse",
  "return",
  "withdraw",
  "contact",
] as const;
/**
 * `checkout` is written where the order is kept, `claim` and `unclaim` where another ticket type's order takes holds.
 * `confirm`, `cancel` and `expire_order` end an order; `lapse` follows an order that expired at its home.
 * `contact` tells that an order's contact was erased.
 * `return` and `withdraw` take sold tickets back: to be sold again, or not.
 */
export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** After these a hold never changes again, and counts no more. */
export const FINAL_KINDS = [
  "release",
  "expire",
  "swap",
  "confirm",
  "cancel",
  "expire_order",
  "lapse",
] as const satisfies readonly LedgerKind[];

/** `at` epoch ms; the four counts as they are after the row; `hash` hex over the row and the hash before. */
export type LedgerRow = {
  readonly seq: number;
  readonly at: number;
  readonly kind: LedgerKind;
  readonly holdId: HoldId | null;
  readonly orderId: OrderId | null;
  readonly quantity: number;
  readonly total: number;
  readonly sold: number;
  readonly held: number;
  readonly withdrawn: number;
  readonly actor: string;
  readonly requestId: string | null;
  readonly hash: string;
};

/** Rule H4: whether it gives back all holds that were active and had run out by its time, and so names none of them. */
export function isOfMany({ kind, holdId }: Pick<LedgerRow, "kind" | "holdId">): boolean {
  return kind === "expire" && holdId === null;
}

/** What the last ledger row says: the counts of the inventory, its clock and the end of its chain. */
export type Head = Pick<LedgerRow, "seq" | "at" | "total" | "sold" | "held" | "withdrawn" | "hash">;
export type Counts = Pick<Head, "total" | "sold" | "held" | "withdrawn">;

/** Tickets that are no longer free: the total never goes below them (rules H1, K4). */
export function committedOf({ sold, held, withdrawn }: Omit<Counts, "total">): number {
  return sold + held + withdrawn;
}

export function availableOf(counts: Counts): number {
  return counts.total - committedOf(counts);
}

/** Rule H1. */
export function isBalanced(counts: Counts): boolean {
  const { sold, held, withdrawn } = counts;
  return sold >= 0 && held >= 0 && withdrawn >= 0 && availableOf(counts) >= 0;
}

/** Rule H3: whether this row lies so far ahead of the time `at`, epoch ms, that the clock was wrong which wrote it. */
export function isAhead(row: Pick<Head, "at">, at: number): boolean {
  return row.at - at > CLOCK_AHEAD_MS;
}

/** Rule H3: whether no row may have the time `at` after this one. */
export function runsBack(before: Pick<Head, "at">, at: number): boolean {
  return at < before.at && !isAhead(before, at);
}

/** What is left of the rows up to `seq` after they were cut (rule H13): where chain and counts go on from. */
export type Checkpoint = Head;

/** Rows in their order; `checkpoint` is where the ledger begins now, null when nothing was cut from it. */
export type LedgerPage = { readonly checkpoint: Checkpoint | null; readonly rows: readonly LedgerRow[] };

export const EMPTY_HEAD: Head = { seq: 0, at: 0, total: 0, sold: 0, held: 0, withdrawn: 0, hash: "" };

/** SHA-256 of a text as lower-case hex; it comes in as an argument, since the domain touches no platform. */
export type Sha256Hex = (text: string) => string;

/**
 * What a row's hash covers of the row before it, which after a cut is the checkpoint. Its other counts follow from this
 * row's counts and kind; the time does not, nor does the total of a row that sets another one.
 */
export type Link = Pick<Head, "hash" | "at" | "total">;

export function hashRow(previous: Link, row: Omit<LedgerRow, "hash">, sha256: Sha256Hex): string {
  return sha256(
    JSON.stringify([
      previous.hash,
      previous.at,
      previous.total,
      row.seq,
      row.at,
      row.kind,
      row.holdId,
      row.orderId,
      row.quantity,
      row.total,
      row.sold,
      row.held,
      row.withdrawn,
      row.actor,
      row.requestId,
    ]),
  );
}

/** Whether a row's hash is not that of the row itself after the one before. */
export function breaksChain(before: Link, row: LedgerRow, sha256: Sha256Hex): boolean {
  return row.hash !== hashRow(before, row, sha256);
}

/** The `seq` of the first row that breaks the chain or the sequence after `from`, or null when all hold. */
export function firstBrokenRow(
  from: Link & Pick<Head, "seq">,
  rows: Iterable<LedgerRow>,
  sha256: Sha256Hex,
): number | null {
  let before = from;
  for (const row of rows) {
    if (row.seq !== before.seq + 1 || breaksChain(before, row, sha256)) return row.seq;
    before = row;
  }
  return null;
}
