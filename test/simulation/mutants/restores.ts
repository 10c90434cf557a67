// Plants the bugs (mutants.ts) that show only when D1 is restored to an earlier state (rule X6).

import type { Mutant } from "./parts.ts";

export const RESTORE_MUTANTS: Readonly<Record<string, Mutant>> = {
  "terms of an epoch before the object's that are taken": {
    edits: [
      {
        file: "domain/ledger/decisions/take-terms.ts",
        from: "next.version > current.version : epoch > before",
        to: "next.version > current.version : true",
      },
    ],
  },
  "a restored D1 that sets the total": {
    edits: [
      {
        file: "domain/ledger/decisions/take-terms.ts",
        from: "restored ? keepTotal(draft, terms) : judgeTotal(draft, terms)",
        to: "judgeTotal(draft, terms)",
      },
    ],
  },
  "a total that the restored D1 does not take over": {
    edits: [
      { file: "app/deliveries/deliver-terms.ts", from: "if (ownTotals.length > 0)", to: "if (ownTotals.length > 100)" },
    ],
  },
  "a total that D1 takes over without an audit row": {
    edits: [
      {
        file: "db/ticket-types/restored-totals.ts",
        from: "FROM ${ticketTypes}, json_each(${rows}) AS said WHERE ${differs}",
        to: "FROM ${ticketTypes}, json_each(${rows}) AS said WHERE ${differs} AND 0",
      },
    ],
  },
  "a delivery of the epoch before that settles the new one's": {
    edits: [
      {
        file: "cli/rows/restore-rows.ts",
        from: "terms_version = MAX(terms_version + 1, ${EPOCH} / 1000)",
        to: "terms_version = terms_version",
      },
    ],
  },
  "a projection that does not go back to where D1 is": {
    edits: [
      {
        file: "inventory/projection/project.ts",
        from: "countsSeq !== undefined && countsSeq < seq",
        to: "countsSeq !== undefined && countsSeq < 0",
      },
    ],
  },
  "counts over rows that D1 has lost": {
    edits: [{ file: "db/projection/projection.ts", from: " AND counts_seq >= ${counts.from}", to: "" }],
  },
};
