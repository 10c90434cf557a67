// What the rows of a door's log show of the rules of ticket types (rule D8): how many a ticket admits, and whether it walks
// in again without having been seen to leave. The log has no rules, only when they changed.

import { MAX_ADMITS } from "./admission.ts";

/** Of a type, from one change of the terms to the next. `free`: its entry is of that kind. Null: no row has shown it yet. */
export type KnownRule = { readonly free: boolean | null; readonly admits: number | null };

/** Rules that may be, by their names, none of them against what rows have shown. `adopt` takes them for known. */
export type Guess = { readonly rule: (name: string) => KnownRule; readonly adopt: () => void };

export type KnownRules = {
  /** As far as rows have shown them. */
  readonly known: Guess;
  learn(name: string, rule: Partial<KnownRule>): void;
};

const NOTHING: KnownRule = { free: null, admits: null };

export function openKnownRules(): KnownRules {
  const rules = new Map<string, KnownRule>();
  const rule = (name: string) => rules.get(name) ?? NOTHING;
  return {
    known: { rule, adopt: () => {} },
    learn(name, { free = null, admits = null }) {
      const before = rule(name);
      rules.set(name, { free: free ?? before.free, admits: admits ?? before.admits });
    },
  };
}

/** Two that are not known at once are more than a ticket ever has, unless its rules change while it goes in and out. */
const AT_ONCE = 2;

/** First what is known, then what else these rules may be where they are not. */
export function* guesses(rules: KnownRules, names: readonly string[]): Generator<Guess> {
  yield rules.known;
  const isOpen = (name: string) => Object.values(rules.known.rule(name)).includes(null);
  const open = [...new Set(names)].filter(isOpen).slice(-AT_ONCE);
  for (const chosen of combinations(open.map((name) => candidates(rules.known.rule(name))))) {
    const guess = new Map(open.map((name, index) => [name, chosen[index] ?? NOTHING]));
    yield {
      rule: (name) => guess.get(name) ?? rules.known.rule(name),
      adopt: () => {
        for (const [name, rule] of guess) rules.learn(name, rule);
      },
    };
  }
}

function candidates({ free, admits }: KnownRule): KnownRule[] {
  const kinds = free === null ? [false, true] : [free];
  // Null stands for what the row itself says.
  const numbers = admits === null ? [null, ...Array.from({ length: MAX_ADMITS }, (_, index) => index + 1)] : [admits];
  return numbers.flatMap((number) => kinds.map((kind) => ({ free: kind, admits: number })));
}

function combinations<T>([first, ...rest]: readonly (readonly T[])[]): T[][] {
  if (first === undefined) return [[]];
  return first.flatMap((each) => combinations(rest).map((others) => [each, ...others]));
}
