// Plants bugs in returns (rule O7).

import { type Mutant, NO_NET } from "./parts.ts";

export const RETURN_MUTANTS: Readonly<Record<string, Mutant>> = {
  "a return applied twice at another type": {
    edits: [
      ...NO_NET,
      {
        file: "domain/ledger/decisions/claim-holds.ts",
        from: "const returning = returned - before.returned - withdrawing;",
        to: "const returning = returned - withdrawn;",
      },
    ],
  },
  "a cancel that crosses a confirm": {
    edits: [
      {
        file: "domain/orders/order.ts",
        from: 'if (order.status !== "reserved") return refuse({ code: "order_not_reserved"',
        to: 'if (order.status !== "reserved" && wanted === "confirmed") return refuse({ code: "order_not_reserved"',
      },
    ],
  },
  "a return that does not know its key": {
    edits: [
      {
        file: "domain/ledger/decisions/change-tickets.ts",
        from: "const existing = draftReturn(draft, returnId);",
        to: "const existing = draftReturn(draft, returnId.slice(1) as typeof returnId);",
      },
      {
        file: "inventory/storage/sql-store.ts",
        from: "putReturns: `INSERT INTO",
        to: "putReturns: `INSERT OR REPLACE INTO",
      },
    ],
  },
  "withdrawn tickets that come back when the total is raised": {
    edits: [
      {
        file: "domain/ledger/decisions/take-terms.ts",
        from: "{ total: total - before }",
        to: "{ total: total - before, withdrawn: total > before ? -withdrawn : 0 }",
      },
    ],
  },
  "a return of more than is left by two requests": {
    edits: [
      ...NO_NET,
      { file: "domain/orders/order-return.ts", from: "if (quantity > left)", to: "if (quantity > item.quantity)" },
    ],
  },
  "withdrawn tickets that are counted as available": {
    edits: [
      ...NO_NET,
      {
        file: "domain/ledger/chain.ts",
        from: "return counts.total - committedOf(counts);",
        to: "return counts.total - counts.sold - counts.held;",
      },
    ],
  },
  "an order of several types that forgets what was returned": {
    edits: [{ file: "inventory/storage/sql-store.ts", from: "items = excluded.items, updated_at", to: "updated_at" }],
  },
};
