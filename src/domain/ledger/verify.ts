// Verifies a ledger: whether each row follows from the ones before it, by its place, its chain, its counts and the life of
// its hold and order; and whether the rows that were noted elsewhere are still the same.

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

/** `seq` is where the ledger breaks; the rows before it are right. */
export type LedgerBreak = { readonly seq: number; readonly why: string };
export type LedgerVerdict = { readonly rows: number; readonly head: Head; readonly broken: LedgerBreak | null };

type Effect = {
  readonly held: -1 | 0 | 1;
  readonly sold: -1 | 0 | 1;
  readonly withdrawn: 0 | 1;
  readonly names: readonly ("holdId" | "orderId")[];
};

/** How a row of each kind changes the counts by its quantity, and which ids it names. */
const EFFECTS: Readonly<Record<LedgerKind, Effect>> = {
  terms: { held: 0, sold: 0, withdrawn: 0, names: [] },
  hold: { held: 1, sold: 0, withdrawn: 0, names: ["holdId"] },
  release: { held: -1, sold: 0, withdrawn: 0, names: ["holdId"] },
  // An `expire` row that gives back many holds names none of them (rule H4).
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

/** A row that was noted outside the ledger, where somebody who rewrites the ledger cannot rewrite the note. */
export type NotedHead = Pick<Head, "seq" | "hash"> & { readonly by: "D1" | "the log" };

/** `holdMs`: how long a hold lasts where the ledger was written, if not as in rule H3. */
export type VerifyOptions = { readonly noted?: readonly NotedHead[]; readonly holdMs?: number };

const HOLD_MS = 300_000;

export type Verifier = {
  /** False from the first row on that does not follow from the one before it. */
  take(row: LedgerRow): boolean;
  verdict(): LedgerVerdict;
};

/** Takes rows one by one, after `from` (a checkpoint, or EMPTY_HEAD), since a ledger need not fit into memory. */
export function openVerifier(
  from: Head,
  sha256: Sha256Hex,
  { noted = [], holdMs = HOLD_MS }: VerifyOptions = {},
): Verifier {
  const lives = openLives(from, holdMs);
  let head = from;
  let rows = 0;
  const otherwise = explainNotNoted(from, noted);
  let broken: LedgerBreak | null = otherwise === null ? null : { seq: from.seq, why: otherwise };
  return {
    take(row) {
      if (broken) return false;
      const why = explainBroken(head, row, sha256) ?? lives.take(row) ?? explainNotNoted(row, noted);
      if (why !== null) {
        broken = { seq: head.seq + 1, why };
        return false;
      }
      head = row;
      rows += 1;
      return true;
    },
    verdict() {
      const beyond = noted.find(({ seq }) => seq > head.seq);
      if (broken || !beyond) return { rows, head, broken };
      const why = `${beyond.by} has a row ${beyond.seq} of this ledger, which ends at row ${head.seq}, so its last rows are missing`;
      return { rows, head, broken: { seq: head.seq + 1, why } };
    },
  };
}

function explainNotNoted({ seq, hash }: Head, noted: readonly NotedHead[]): string | null {
  const other = noted.find((note) => note.seq === seq && note.hash !== hash);
  if (!other) return null;
  return `${other.by} has another row at this place, with the hash ${other.hash}, so the rows up to here were rewritten`;
}

/** Runs the verifier over all rows at once. */
export function verifyLedger(
  from: Head,
  rows: Iterable<LedgerRow>,
  sha256: Sha256Hex,
  options: VerifyOptions = {},
): LedgerVerdict {
  const verifier = openVerifier(from, sha256, options);
  for (const row of rows) if (!verifier.take(row)) break;
  return verifier.verdict();
}

function explainBroken(before: Head, row: LedgerRow, sha256: Sha256Hex): string | null {
  if (row.seq !== before.seq + 1) return `row ${row.seq} stands where row ${before.seq + 1} belongs`;
  if (breaksChain(before, row, sha256)) return "its hash is not that of its content after the row before it";
  if (runsBack(before, row.at)) return "its time is before that of the row before it";
  return explainUnbalanced(before, row);
}

function explainUnbalanced(before: Head, row: LedgerRow): string | null {
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
