// Has the parts of which planted bugs are made.

/** `from` occurs exactly once in src/`file`. */
export type Edit = { readonly file: string; readonly from: string; readonly to: string };

export type Mutant = { readonly edits: readonly Edit[] };

/** Nothing below the decision stops an oversell any more. */
export const NO_NET: readonly Edit[] = [
  {
    file: "domain/ledger/memory/draft.ts",
    from: "assert(isBalanced(counts),",
    to: "assert(isBalanced(counts) || true,",
  },
  {
    file: "inventory/storage/schema.ts",
    from: "sold INTEGER NOT NULL CHECK (sold >= 0),",
    to: "sold INTEGER NOT NULL,",
  },
  {
    file: "inventory/storage/schema.ts",
    from: "held INTEGER NOT NULL CHECK (held >= 0),",
    to: "held INTEGER NOT NULL,",
  },
  {
    file: "inventory/storage/schema.ts",
    from: "withdrawn INTEGER NOT NULL CHECK (withdrawn >= 0 AND sold + held + withdrawn <= total),",
    to: "withdrawn INTEGER NOT NULL,",
  },
];
