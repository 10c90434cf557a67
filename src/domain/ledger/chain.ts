// Defines the ledger's rows, and the hash chain that reveals a changed or missing row.

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
 * `checkout` is written at the order's home, `claim` and `unclaim` where another ticket type's order takes holds.
 * `confirm`, `cancel` and `expire_order` end an order; `lapse` follows an order that expired at its home. `contact` records
 * that an order's contact was erased. `return` and `withdraw` take sold tickets back, for sale or not.
 */
export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** After a row of these kinds a hold never changes again, and no longer counts. */
export const FINAL_KINDS = [
  "release",
  "expire",
  "swap",
  "confirm",
  "cancel",
  "expire_order",
  "lapse",
] as const satisfies readonly LedgerKind[];

/** `at` is epoch ms; the four counts are those after the row; `hash` is hex, over the row and the hash before. */
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

/** Rule H4: whether the row gives back all active holds that had expired by its time, and so names none of them. */
export function isOfMany({ kind, holdId }: Pick<LedgerRow, "kind" | "holdId">): boolean {
  return kind === "expire" && holdId === null;
}

/** What the last ledger row has: the counts of the inventory, its clock and the end of its chain. */
export type Head = Pick<LedgerRow, "seq" | "at" | "total" | "sold" | "held" | "withdrawn" | "hash">;
export type Counts = Pick<Head, "total" | "sold" | "held" | "withdrawn">;

/** Tickets that are no longer free: the total never goes below them (rules H1, K4). */
export function committedOf({ sold, held, withdrawn }: Omit<Counts, "total">): number {
  return sold + held + withdrawn;
}

export function availableOf(counts: Counts): number {
  return counts.total - committedOf(counts);
}

/** Whether the counts fit together (rule H1). */
export function isBalanced(counts: Counts): boolean {
  const { sold, held, withdrawn } = counts;
  return sold >= 0 && held >= 0 && withdrawn >= 0 && availableOf(counts) >= 0;
}

/** Rule H3: whether this row lies so far ahead of the time `at`, epoch ms, that a wrong clock must have written it. */
export function isAhead(row: Pick<Head, "at">, at: number): boolean {
  return row.at - at > CLOCK_AHEAD_MS;
}

/** Rule H3: whether a row after this one may not have the time `at`. */
export function runsBack(before: Pick<Head, "at">, at: number): boolean {
  return at < before.at && !isAhead(before, at);
}

/** What is kept of the rows up to `seq` when they are cut (rule H13): the chain and the counts go on from it. */
export type Checkpoint = Head;

/** Rows in their order. `checkpoint` is the row behind which the ledger was cut, null when nothing was. */
export type LedgerPage = { readonly checkpoint: Checkpoint | null; readonly rows: readonly LedgerRow[] };

export const EMPTY_HEAD: Head = { seq: 0, at: 0, total: 0, sold: 0, held: 0, withdrawn: 0, hash: "" };

/** SHA-256 of a text as lower-case hex. It comes in as an argument, since the domain uses no platform API. */
export type Sha256Hex = (text: string) => string;

/**
 * What a row's hash covers of the row before it, or of the checkpoint after a cut. The other counts follow from this row's
 * counts and kind; the time does not, nor the total when the row sets another one.
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

/** Whether the hash of a row is not that of its content after the row before. */
export function breaksChain(before: Link, row: LedgerRow, sha256: Sha256Hex): boolean {
  return row.hash !== hashRow(before, row, sha256);
}

/** The `seq` of the first row after `from` that breaks the chain or the sequence, or null when none does. */
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
