// Lists bugs to plant in the product's source, each of a kind that such systems are known to have. The simulation must
// detect every one of them, which proves that it can.

import { type Mutant, NO_NET } from "./parts.ts";
import { DOOR_MUTANTS } from "./door.ts";
import { LIMIT_MUTANTS } from "./limits.ts";
import { MESSAGE_MUTANTS } from "./messages.ts";
import { RESTORE_MUTANTS } from "./restores.ts";
import { RETURN_MUTANTS } from "./returns.ts";
import { RIGHTS_MUTANTS } from "./rights.ts";

export const MUTANTS: Readonly<Record<string, Mutant>> = {
  ...RETURN_MUTANTS,
  ...RIGHTS_MUTANTS,
  ...MESSAGE_MUTANTS,
  ...LIMIT_MUTANTS,
  ...DOOR_MUTANTS,
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
      return { ok: false, refusal: { code: "sold_out", availableQuantity: seen.value.available } };
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
        file: "domain/ledger/decisions/expire-holds.ts",
        from: '(hold) => hold.status === "active" && hold',
        to: "(hold) => hold",
      },
    ],
  },
  "a retry without idempotency": {
    edits: [
      {
        file: "domain/ledger/decisions/place-hold.ts",
        from: "if (existing)",
        to: 'if (existing?.source === "scanner")',
      },
    ],
  },
  "a basket's repeat that gives back": {
    edits: [
      {
        file: "app/orders/place-basket.ts",
        from: "if (holds.length === 0 && replayed) return report(run, hold);",
        to: "",
      },
      { file: "app/orders/place-basket.ts", from: "if (!replayed) placed.push(hold);", to: "placed.push(hold);" },
    ],
  },
  "a swap that frees twice": {
    edits: [
      {
        file: "domain/ledger/decisions/place-hold.ts",
        from: 'status: "cancelled", updatedAt: draft.now, replacedBy',
        to: "updatedAt: draft.now, replacedBy",
      },
    ],
  },
  "a swap that begins the time anew": {
    edits: [
      {
        file: "domain/ledger/decisions/place-hold.ts",
        from: "heldUntil: replaced?.heldUntil ?? draft.now + settings.holdTtlMs,",
        to: "heldUntil: draft.now + settings.holdTtlMs,",
      },
    ],
  },
  "an expiry of many that is summed up twice": {
    edits: [
      ...NO_NET,
      {
        file: "inventory/storage/stored-book.ts",
        from: 'const ranOutBefore = Number(all(SQL.ranOutBefore)[0]?.["at"] ?? 0);',
        to: "const ranOutBefore = 0;",
      },
    ],
  },
  "a hold that is still active after it expired with many": {
    edits: [
      {
        file: "inventory/storage/schema.ts",
        from: "THEN 'expired' ELSE status END AS status",
        to: "THEN status ELSE status END AS status",
      },
    ],
  },
  "a mark behind which a wake misses what ran out": {
    edits: [
      {
        file: "domain/ledger/memory/book.ts",
        from: "holds: ranOut ? 0 : Math.min(head.seq, (oldestSeq(holds) ?? Infinity) - 1),",
        to: "holds: head.seq,",
      },
      { file: "inventory/storage/stored-book.ts", from: "SETTLED_STEP = 1_000", to: "SETTLED_STEP = 1" },
    ],
  },
  "an extension that is made again by its repeat": {
    edits: [
      {
        file: "domain/ledger/decisions/extend-hold.ts",
        from: "hold.extensionKeys.includes(command.key)",
        to: "hold.extensionKeys.length > 10",
      },
      // So that a repeat gains something.
      { file: "domain/limits.ts", from: "MIN_EXTENSION_MS = 1_000", to: "MIN_EXTENSION_MS = 1" },
    ],
  },
  "an extension that its row does not keep": {
    edits: [
      {
        file: "inventory/storage/sql-store.ts",
        from: "held_until = excluded.held_until,",
        to: "held_until = held_until,",
      },
    ],
  },
  "a claim at held_until": {
    edits: [
      {
        file: "domain/ledger/decisions/expire-holds.ts",
        from: "hold.heldUntil <= draft.now)",
        to: "hold.heldUntil < draft.now)",
      },
    ],
  },
  "a confirmation at expires_at": {
    edits: [{ file: "domain/orders/order.ts", from: "now >= order.expiresAt", to: "now > order.expiresAt" }],
  },
  "a projection without the guard of its position": {
    edits: [
      { file: "db/projection/projection.ts", from: " AND counts_seq < ${counts.seq}", to: "" },
      { file: "db/projection/projection.ts", from: "WHERE excluded.seq > orders.seq", to: "" },
    ],
  },
  "a projection that does not say that a contact was erased": {
    edits: [{ file: "inventory/projection/project.ts", from: "rows.flatMap(({ erased }) => erased ?? [])", to: "[]" }],
  },
  "a late projection that brings a contact back": {
    edits: [
      {
        file: "db/projection/projection.ts",
        from: "updated_at = excluded.updated_at\n    WHERE excluded.seq > orders.seq",
        to: `updated_at = excluded.updated_at, contact = excluded.contact, email = excluded.email`,
      },
      { file: "inventory/projection/project.ts", from: "rows.flatMap(({ erased }) => erased ?? [])", to: "[]" },
    ],
  },
  "an unclaim without a void": {
    edits: [
      {
        file: "app/orders/check-out.ts",
        from: "const resolved = await home.inventory.resolve({ orderId, attempt });",
        to: `await unclaimAll(checkout, attempt);
  const resolved = { ok: true, value: null };`,
      },
    ],
  },
  "an unclaim because the home did not answer": {
    edits: [
      {
        file: "app/orders/check-out.ts",
        from: "return isFinal(refusal) ? giveUp(checkout, attempt, refusal) : refuse(refusal);",
        to: "await unclaimAll(checkout, attempt);\n    return refuse(refusal);",
      },
    ],
  },
  "an order of an attempt that is void": {
    edits: [
      {
        file: "domain/ledger/decisions/keep-order.ts",
        from: "if (isVoid(draft, command.attempt)) return",
        to: "if (command.attempt === null) return",
      },
      // So that attempts are given up more often while their checkout is on its way.
      { file: "domain/limits.ts", from: "DOUBT_MS = 30_000", to: "DOUBT_MS = 1_000" },
    ],
  },
  "a doubt that is never resolved": {
    edits: [
      {
        file: "inventory/orders/remote-work.ts",
        from: "now >= claims && claimQueries.ask()",
        to: "now < 0 && claimQueries.ask()",
      },
    ],
  },
  "an end that is sent once": {
    edits: [
      {
        file: "inventory/orders/order-outbox.ts",
        from: "const reply = await send(ticketTypeId, order);",
        to: `store.dropFromOutbox(order.id, ticketTypeId, order.seq);
      const reply = await send(ticketTypeId, order);`,
      },
      {
        file: "inventory/orders/remote-work.ts",
        from: "now >= claims && claimQueries.ask()",
        to: "now < 0 && claimQueries.ask()",
      },
    ],
  },
  "memory that stays ahead of a failed transaction": {
    edits: [
      {
        file: "inventory/batch-runner.ts",
        from: `store.write(draft);
    adoptDraft(draft);`,
        to: `adoptDraft(draft);
    store.write(draft);`,
      },
      { file: "inventory/batch-runner.ts", from: "reload() {\n      book =", to: "reload() {\n      void" },
    ],
  },
  "counters that are not rebuilt on wake": {
    edits: [
      {
        file: "domain/ledger/memory/book.ts",
        from: "head: stored.head ?? EMPTY_HEAD,",
        to: "head: { ...(stored.head ?? EMPTY_HEAD), held: 0 },",
      },
    ],
  },
  "terms out of order": {
    edits: [
      {
        file: "domain/ledger/decisions/take-terms.ts",
        from: "next.version > current.version",
        to: "next.version !== current.version",
      },
    ],
  },
  "an order that expires over its confirmation": {
    edits: [
      {
        file: "domain/orders/order.ts",
        from: 'return order.status === "reserved" && now >= order.expiresAt;',
        to: "return now >= order.expiresAt;",
      },
    ],
  },
  "a doubt that ends by a guess": {
    edits: [
      {
        file: "inventory/orders/remote-work.ts",
        from: "const reply = await deps.resolve(claim);",
        to: "const reply = { ok: true, value: null } as const;",
      },
      // So that it guesses more often.
      { file: "domain/limits.ts", from: "DOUBT_MS = 30_000", to: "DOUBT_MS = 1_000" },
    ],
  },
  "a frame before the write": {
    edits: [
      {
        file: "inventory/batch-runner.ts",
        from: "store.write(draft);",
        to: "book.head = draft.head;\n        onDraft?.();\n        store.write(draft);",
      },
      {
        file: "inventory/batch-runner.ts",
        from: "isFull: () => boolean = () => false,",
        to: "isFull: () => boolean = () => false, onDraft?: () => void,",
      },
      {
        file: "inventory/ticket-type-inventory.ts",
        from: "() => this.#retention.isFull());",
        to: "() => this.#retention.isFull(), () => this.#live.changed());",
      },
    ],
  },
  "an alarm that is not set again": {
    edits: [
      {
        file: "inventory/ticket-type-inventory.ts",
        from: "this.#alarm.ends();\n      this.#armAlarm();",
        to: "this.#alarm.ends();",
      },
    ],
  },
  ...RESTORE_MUTANTS,
};
