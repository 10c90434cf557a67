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

/**
 * First what is known, then what else one of these rules may be where it is not, and then what two of them may be. That
 * three have to be found out at one row takes a ticket that goes in and out while its rules change three times.
 */
export function* guesses(rules: KnownRules, names: readonly string[]): Generator<Guess> {
  yield rules.known;
  const isOpen = (name: string) => Object.values(rules.known.rule(name)).includes(null);
  const open = [...new Set(names)].filter(isOpen);
  const others = open.flatMap((name) => candidates(rules.known.rule(name)).map((rule) => ({ name, rule })));
  for (const one of others) yield guessOf(rules, [one]);
  for (const [index, one] of others.entries())
    for (const two of others.slice(index + 1)) if (one.name !== two.name) yield guessOf(rules, [one, two]);
}

type Named = { readonly name: string; readonly rule: KnownRule };

function guessOf(rules: KnownRules, guessed: readonly Named[]): Guess {
  return {
    rule: (of) => guessed.find(({ name }) => name === of)?.rule ?? rules.known.rule(of),
    adopt: () => {
      for (const { name, rule } of guessed) rules.learn(name, rule);
    },
  };
}

/** All that the rule may be beside what it is taken for while nothing is known: not free, and as many as the row says. */
function candidates(known: KnownRule): KnownRule[] {
  const kinds = known.free === null ? [null, true] : [known.free];
  const numbers =
    known.admits === null ? [null, ...Array.from({ length: MAX_ADMITS }, (_, index) => index + 1)] : [known.admits];
  const all = numbers.flatMap((admits) => kinds.map((free) => ({ free, admits })));
  return all.filter(({ free, admits }) => free !== known.free || admits !== known.admits);
}
