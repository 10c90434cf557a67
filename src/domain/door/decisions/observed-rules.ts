// Derives from the rows of a door's log what they show of the rules of ticket types (rule D8): how many persons a ticket
// admits, and whether it may enter again without an exit. The log only records when the rules changed, not the rules.

import { MAX_ADMITS } from "../admission.ts";

/**
 * The rules of a type between two changes of the terms. `free`: its entry is of that kind. Null: no row has shown it yet.
 */
export type ObservedRule = { readonly free: boolean | null; readonly admits: number | null };

/** Possible rules by name, consistent with the rows so far. `adopt` makes them the known ones. */
export type Guess = { readonly rule: (name: string) => ObservedRule; readonly adopt: () => void };

export type ObservedRules = {
  /** What the rows have shown. */
  readonly observed: Guess;
  note(name: string, rule: Partial<ObservedRule>): void;
};

const NOTHING: ObservedRule = { free: null, admits: null };

export function openObservedRules(): ObservedRules {
  const rules = new Map<string, ObservedRule>();
  const rule = (name: string) => rules.get(name) ?? NOTHING;
  return {
    observed: { rule, adopt: () => {} },
    note(name, { free = null, admits = null }) {
      const before = rule(name);
      rules.set(name, { free: free ?? before.free, admits: admits ?? before.admits });
    },
  };
}

/**
 * Yields first what is known, then every alternative for one of these rules, then for two of them. Three could only be
 * needed at one row if a ticket went in and out while its rules changed three times.
 */
export function* guesses(rules: ObservedRules, names: readonly string[]): Generator<Guess> {
  yield rules.observed;
  const isOpen = (name: string) => Object.values(rules.observed.rule(name)).includes(null);
  const open = [...new Set(names)].filter(isOpen);
  const others = open.flatMap((name) => candidates(rules.observed.rule(name)).map((rule) => ({ name, rule })));
  for (const one of others) yield guessOf(rules, [one]);
  for (const [index, one] of others.entries())
    for (const two of others.slice(index + 1)) if (one.name !== two.name) yield guessOf(rules, [one, two]);
}

type Named = { readonly name: string; readonly rule: ObservedRule };

function guessOf(rules: ObservedRules, guessed: readonly Named[]): Guess {
  return {
    rule: (of) => guessed.find(({ name }) => name === of)?.rule ?? rules.observed.rule(of),
    adopt: () => {
      for (const { name, rule } of guessed) rules.note(name, rule);
    },
  };
}

/** The alternatives to what is assumed while nothing is known: not free, and as many persons as the row has. */
function candidates(observed: ObservedRule): ObservedRule[] {
  const kinds = observed.free === null ? [null, true] : [observed.free];
  const numbers =
    observed.admits === null
      ? [null, ...Array.from({ length: MAX_ADMITS }, (_, index) => index + 1)]
      : [observed.admits];
  const all = numbers.flatMap((admits) => kinds.map((free) => ({ free, admits })));
  return all.filter(({ free, admits }) => free !== observed.free || admits !== observed.admits);
}
