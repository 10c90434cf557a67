// Recounts a ledger: whether each row follows from the ones before it, in its place, its chain, its counts and in the life
// of its hold and order; and whether D1 was told of the same.

import {
  breaksChain,
  type Head,
  isBalanced,
  type LedgerKind,
  type LedgerRow,
  runsBack,
  type Sha256Hex,
} from "./chain.ts";
import { openLives } from "./lives.ts";

/** `seq` is the place at which the ledger breaks: what stands before it holds. */
export type LedgerBreak = { readonly seq: number; readonly why: string };
export type LedgerVerdict = { readonly rows: number; readonly head: Head; readonly broken: LedgerBreak | null };

type Effect = {
  readonly held: -1 | 0 | 1;
  readonly sold: -1 | 0 | 1;
  readonly withdrawn: 0 | 1;
  readonly names: readonly ("holdId" | "orderId")[];
};

/** What a row of each kind does with its quantity, and what it names. */
const EFFECTS: Readonly<Record<LedgerKind, Effect>> = {
  terms: { held: 0, sold: 0, withdrawn: 0, names: [] },
  hold: { held: 1, sold: 0, withdrawn: 0, names: ["holdId"] },
  release: { held: -1, sold: 0, withdrawn: 0, names: ["holdId"] },
  // One that gives back many names none of them (rule H4).
  expire: { held: -1, sold: 0, withdrawn: 0, names: [] },
  swap: { held: -1, sold: 0, withdrawn: 0, names: ["holdId"] },
  extend: { held: 0, sold: 0, withdrawn: 0, names: ["holdId"] },
  checkout: { held: 0, sold: 0, withdrawn: 0, names: ["holdId", "orderId"] },
  claim: { held: 0, sold: 0, withdrawn: 0, names: ["holdId", "orderId"] },
  unclaim: { held: 0, sold: 0, withdrawn: 0, names: ["holdId", "orderId"] },
  confirm: { held: -1, sold: 1, withdrawn: 0, names: ["holdId", "orderId"] },
  cancel: { held: -1, sold: 0, withdrawn: 0, names: ["holdId", "orderId"] },
  expire_order: { held: -1, sold: 0, withdrawn: 0, names: ["holdId", "orderId"] },
  lapse: { held: -1, sold: 0, withdrawn: 0, names: ["holdId", "orderId"] },
  return: { held: 0, sold: -1, withdrawn: 0, names: ["holdId", "orderId"] },
  withdraw: { held: 0, sold: -1, withdrawn: 1, names: ["holdId", "orderId"] },
  contact: { held: 0, sold: 0, withdrawn: 0, names: ["orderId"] },
};

/** What D1 was last told of a ledger: the position, and the hash of its row. */
export type Told = Pick<Head, "seq" | "hash">;

export type Verifier = {
  /** False from the first row on that does not follow from the one before it. */
  take(row: LedgerRow): boolean;
  verdict(): LedgerVerdict;
};

/** Takes rows from `from` on (a checkpoint, or EMPTY_HEAD), one by one: a ledger need not fit the memory. */
export function openVerifier(from: Head, sha256: Sha256Hex, told: Told | null = null): Verifier {
  const lives = openLives(from);
  let head = from;
  let rows = 0;
  let broken: LedgerBreak | null = isOther(from, told) ? { seq: from.seq, why: TOLD_OTHERWISE } : null;
  return {
    take(row) {
      if (broken) return false;
      const why = whyBroken(head, row, sha256) ?? lives.take(row) ?? (isOther(row, told) ? TOLD_OTHERWISE : null);
      if (why !== null) {
        broken = { seq: head.seq + 1, why };
        return false;
      }
      head = row;
      rows += 1;
      return true;
    },
    verdict() {
      if (broken || told === null || told.seq <= head.seq) return { rows, head, broken };
      return { rows, head, broken: { seq: head.seq + 1, why: `D1 was told of rows up to ${told.seq}` } };
    },
  };
}

const TOLD_OTHERWISE = "D1 was told of another row at this place: its hash is not this one's";

function isOther({ seq, hash }: Head, told: Told | null): boolean {
  return told !== null && seq > 0 && told.seq === seq && told.hash !== hash;
}

/** As the verifier, over all rows at once. */
export function verifyLedger(
  from: Head,
  rows: Iterable<LedgerRow>,
  sha256: Sha256Hex,
  told: Told | null = null,
): LedgerVerdict {
  const verifier = openVerifier(from, sha256, told);
  for (const row of rows) if (!verifier.take(row)) break;
  return verifier.verdict();
}

function whyBroken(before: Head, row: LedgerRow, sha256: Sha256Hex): string | null {
  if (row.seq !== before.seq + 1) return `row ${row.seq} stands where row ${before.seq + 1} belongs`;
  if (breaksChain(before, row, sha256)) return "its hash is not that of its content after the row before it";
  if (runsBack(before, row.at)) return "it is older than the row before it";
  return whyUnbalanced(before, row);
}

function whyUnbalanced(before: Head, row: LedgerRow): string | null {
  const { held, sold, withdrawn } = EFFECTS[row.kind];
  if (!namesItsSubject(row)) return `a row of kind ${row.kind} lacks what it is about`;
  const expected = {
    total: row.kind === "terms" ? row.total : before.total,
    sold: before.sold + sold * row.quantity,
    held: before.held + held * row.quantity,
    withdrawn: before.withdrawn + withdrawn * row.quantity,
  };
  for (const count of ["total", "sold", "held", "withdrawn"] as const) {
    if (row[count] !== expected[count])
      return `${count} is ${row[count]}, but ${expected[count]} follows from its kind`;
  }
  if (isBalanced(row)) return null;
  const taken = `${row.sold} + ${row.held} + ${row.withdrawn} of ${row.total}`;
  return `more is sold, held and withdrawn than there is (rule H1): ${taken}`;
}

/** A return of other ticket types' holds alone has a row at the order's home that names the order and moves nothing. */
function namesItsSubject(row: LedgerRow): boolean {
  const isNamed = EFFECTS[row.kind].names.every((name) => row[name] !== null);
  if (row.kind === "terms" || row.kind === "contact") return row.quantity === 0 && isNamed;
  const isElsewhere = row.quantity === 0 && row.holdId === null && row.orderId !== null;
  if (isElsewhere && (row.kind === "return" || row.kind === "withdraw")) return true;
  return row.quantity >= 1 && isNamed;
}
