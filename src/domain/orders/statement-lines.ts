// Finds what the lines of a bank statement pay for: it looks for references in their texts, and compares them with the
// orders that have these. It decides nothing; a person confirms.

import { isLapsed, type Order } from "./order.ts";
import { parseReference, referenceBodyOf, showReference } from "./reference.ts";

export const MAX_STATEMENT_LINES = 200;
export const MAX_STATEMENT_TEXT = 500;
/** When a line's text can be read as more references than this, it names none. */
const MAX_CANDIDATES = 4;
const LENGTH = 11;

/** Ten characters that may be a reference's. `whole`: it is separate from the rest of the text. */
type Candidate = { readonly body: string; readonly whole: boolean };

/**
 * All candidates in a text, first those that are separate: people write references with blanks, and banks join words to
 * them.
 */
export function referencesIn(text: string): Candidate[] {
  const words = text.toLowerCase().split(/[^a-z0-9]+/u);
  const letters = words.join("");
  const edges = new Set<number>([0]);
  let length = 0;
  for (const word of words) edges.add((length += word.length));
  const found = new Map<string, boolean>();
  for (let start = 0; start + LENGTH <= letters.length; start++) {
    const body = parseReference(letters.slice(start, start + LENGTH));
    if (body === null) continue;
    found.set(body, found.get(body) === true || (edges.has(start) && edges.has(start + LENGTH)));
  }
  const all = [...found].map(([body, whole]) => ({ body, whole }));
  return [...all.filter(({ whole }) => whole), ...all.filter(({ whole }) => !whole)].slice(0, MAX_CANDIDATES);
}

export const LINE_OUTCOMES = [
  ...(["match", "wrong_amount", "repeated", "already_confirmed", "not_waiting"] as const),
  ...(["several_references", "unknown_reference", "no_reference"] as const),
] as const;
export type LineOutcome = (typeof LINE_OUTCOMES)[number];

type Matchable = Pick<Order, "id" | "status" | "total" | "expiresAt">;

/** `reference` is in the form for people; `sameAs` is the first line that names the same order. */
export type MatchedLine<O> = {
  readonly outcome: LineOutcome;
  readonly reference: string | null;
  readonly order: O | null;
  readonly sameAs: number | null;
};

/**
 * The result for each line, in their order. `amount` is in minor units; `orders` are those that have one of the references;
 * `now` is epoch ms.
 */
export function matchLines<O extends Matchable>(
  lines: readonly { readonly candidates: readonly Candidate[]; readonly amount: number }[],
  orders: readonly O[],
  now: number,
): MatchedLine<O>[] {
  const firstLineOf = new Map<string, number>();
  return lines.map(({ candidates, amount }, line) => {
    const named = ordersNamed(candidates, orders);
    const [order] = named;
    if (order === undefined) return namesNone(candidates);
    if (named.length > 1) return { outcome: "several_references", reference: null, order: null, sameAs: null };
    const reference = showReference(referenceBodyOf(order.id));
    const sameAs = firstLineOf.get(order.id) ?? null;
    if (sameAs !== null) return { outcome: "repeated", reference, order, sameAs };
    firstLineOf.set(order.id, line);
    return { outcome: outcomeOf(order, amount, now), reference, order, sameAs };
  });
}

function ordersNamed<O extends Matchable>(candidates: readonly Candidate[], orders: readonly O[]): O[] {
  return orders.filter(({ id }) => candidates.some(({ body }) => body === referenceBodyOf(id)));
}

function outcomeOf(order: Matchable, amount: number, now: number): LineOutcome {
  if (order.status === "confirmed") return "already_confirmed";
  if (order.status !== "reserved" || isLapsed(order, now)) return "not_waiting";
  return order.total === amount ? "match" : "wrong_amount";
}

/**
 * One in thirty-two words passes the check of a reference by chance, so a candidate without a digit is taken for a word.
 */
function namesNone(candidates: readonly Candidate[]): MatchedLine<never> {
  const read = candidates.find(({ body, whole }) => whole && /[0-9]/.test(body));
  const none = { order: null, sameAs: null };
  if (read === undefined) return { outcome: "no_reference", reference: null, ...none };
  return { outcome: "unknown_reference", reference: showReference(read.body), ...none };
}
