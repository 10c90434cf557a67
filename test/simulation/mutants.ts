// Bugs to be planted in the product's source, each of a kind that such systems are known to have. The simulation must
// catch every one of them: this is how it shows that it can.

/** `from` stands just once in src/`file`. */
type Edit = { readonly file: string; readonly from: string; readonly to: string };

export type Mutant = { readonly edits: readonly Edit[] };

/** Nothing below the decision stops an oversell any more. */
const NO_NET: readonly Edit[] = [
  {
    file: "domain/ledger/draft.ts",
    from: "held >= 0 && sold >= 0 && held + sold <= total,",
    to: "true,",
  },
  {
    file: "inventory/schema.ts",
    from: "sold INTEGER NOT NULL CHECK (sold >= 0),",
    to: "sold INTEGER NOT NULL,",
  },
  {
    file: "inventory/schema.ts",
    from: "held INTEGER NOT NULL CHECK (held >= 0 AND sold + held <= total),",
    to: "held INTEGER NOT NULL,",
  },
];

export const MUTANTS: Readonly<Record<string, Mutant>> = {
  "an await between check and write": {
    edits: [
      ...NO_NET,
      {
        file: "inventory/ticket-type-inventory.ts",
        from: `  hold(id: TicketTypeId, command: Args<Ledger.HoldCommand>): Promise<Ledger.HoldReply> {`,
        to: `  async hold(id: TicketTypeId, command: Args<Ledger.HoldCommand>): Promise<Ledger.HoldReply> {
    const seen = await this.counts(id);
    const known = await this.read(id, { holdIds: [command.holdId], by: command.holder });
    if (!known.ok && seen.ok && seen.value.available < command.quantity)
      return refuse({ code: "sold_out", availableQuantity: seen.value.available });
    await new Promise((resolve) => setTimeout(resolve, 0));`,
      },
      {
        file: "domain/ledger/decisions/place-hold.ts",
        from: "return command.quantity > available ?",
        to: "return available === Infinity ?",
      },
    ],
  },
  "a second alarm releases again": {
    edits: [
      ...NO_NET,
      {
        file: "domain/ledger/decisions/release-hold.ts",
        from: 'hold?.status === "active" && hold',
        to: "hold && hold",
      },
      {
        file: "domain/ledger/book.ts",
        from: 'return hold?.status === "active" && hold.heldUntil === at;',
        to: "return hold === undefined || hold.heldUntil === at;",
      },
    ],
  },
  "a retry without idempotency": {
    edits: [
      { file: "domain/ledger/decisions/place-hold.ts", from: "if (known)", to: 'if (known?.source === "scanner")' },
    ],
  },
  "a claim at held_until": {
    edits: [
      {
        file: "domain/ledger/decisions/release-hold.ts",
        from: "hold.heldUntil <= draft.now)",
        to: "hold.heldUntil < draft.now)",
      },
    ],
  },
  "a confirmation at expires_at": {
    edits: [
      { file: "domain/order.ts", from: "now >= order.expiresAt", to: "now > order.expiresAt" },
      { file: "db/orders.ts", from: "expires_at > ${now}", to: "expires_at >= ${now}" },
    ],
  },
  "a projection without the guard of its position": {
    edits: [
      { file: "db/projection.ts", from: " AND counts_seq < ${counts.seq}", to: "" },
      { file: "db/projection.ts", from: "WHERE excluded.seq > seat_holds.seq", to: "" },
    ],
  },
  "an unclaim without a void": {
    edits: [
      {
        file: "app/start-checkout.ts",
        from: "if (!claimed.ok) return giveUp(",
        to: "if (!claimed.ok) return undo(",
      },
    ],
  },
  "an unclaim because D1 did not answer": {
    edits: [
      {
        file: "app/start-checkout.ts",
        from: "const { verdict, inserted } = await commit(checkout, order);",
        to: `const committed = await commit(checkout, order).catch(() => null);
  if (!committed) return undo(checkout, orderId, AWAY.refusal);
  const { verdict, inserted } = committed;`,
      },
    ],
  },
  "memory that stays ahead of a failed transaction": {
    edits: [
      {
        file: "inventory/ledger.ts",
        from: `store.write(draft);
        adoptDraft(draft);`,
        to: `adoptDraft(draft);
        store.write(draft);`,
      },
      { file: "inventory/ledger.ts", from: "reload() {\n      book =", to: "reload() {\n      void" },
    ],
  },
  "counters that are not rebuilt on wake": {
    edits: [
      {
        file: "domain/ledger/book.ts",
        from: "head: stored.head ?? EMPTY_HEAD,",
        to: "head: { ...(stored.head ?? EMPTY_HEAD), held: 0 },",
      },
    ],
  },
  "terms out of order": {
    edits: [
      {
        file: "domain/ledger/decisions/take-terms.ts",
        from: "current.terms.version >= terms.version",
        to: "current.terms.version === terms.version",
      },
    ],
  },
  "an order that expires over its confirmation": {
    edits: [
      {
        file: "db/orders.ts",
        from: "AND status = 'reserved' AND expires_at <= ${now}",
        to: "AND expires_at <= ${now}",
      },
    ],
  },
  "a doubt that ends by a guess": {
    edits: [
      {
        file: "inventory/remote-work.ts",
        from: "await deps.ports().arbitrate(doubts, now)",
        to: 'doubts.map((orderId) => ({ kind: "void", orderId }) as const)',
      },
    ],
  },
  "a frame before the write": {
    edits: [
      {
        file: "inventory/ledger.ts",
        from: "store.write(draft);",
        to: "book.head = draft.head;\n        onDraft?.();\n        store.write(draft);",
      },
      {
        file: "inventory/ledger.ts",
        from: "settings: BatchSettings): Ledger {",
        to: "settings: BatchSettings, onDraft?: () => void): Ledger {",
      },
      {
        file: "inventory/ticket-type-inventory.ts",
        from: 'createHash("sha256").update(text).digest("hex"),\n  });',
        to: 'createHash("sha256").update(text).digest("hex"),\n  }, () => this.#live.changed());',
      },
    ],
  },
  "an alarm that is not set again": {
    edits: [
      {
        file: "inventory/ticket-type-inventory.ts",
        from: "this.#alarmRuns = false;\n      this.#armAlarm();",
        to: "this.#alarmRuns = false;",
      },
    ],
  },
};
