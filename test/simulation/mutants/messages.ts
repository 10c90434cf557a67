// Plants bugs (mutants.ts) in what objects send to others: orders to ticket types, verdicts of homes, mails.

import type { Mutant } from "./parts.ts";

export const MESSAGE_MUTANTS: Readonly<Record<string, Mutant>> = {
  "an object that asks nobody after waking": {
    edits: [
      {
        file: "inventory/orders/remote-work.ts",
        from: "const unanswered = new Map<OrderId, Turn>();",
        to: `const unanswered = new Map<OrderId, Turn>();
  const before = new Set(ledger.book().claims.byId.keys());`,
      },
      {
        file: "inventory/orders/remote-work.ts",
        from: "const due = dueAmong(live, clock()).filter((id) => clock() >= againAt(id));",
        to: "const due = dueAmong(live, clock()).filter((id) => !before.has(id) && clock() >= againAt(id));",
      },
      {
        file: "inventory/orders/remote-work.ts",
        from: "return Math.min(...dueAmong(ledger.book().claims, clock()).map(againAt));",
        to: "return Math.min(...dueAmong(ledger.book().claims, clock()).filter((id) => !before.has(id)).map(againAt), 9e15);",
      },
    ],
  },
  "a mail that is marked before it is sent": {
    edits: [
      {
        file: "inventory/orders/order-mails.ts",
        from: `await inTime(mail().send(message));
      store.markMailed(found.id, found.status);`,
        to: `store.markMailed(found.id, found.status);
      await inTime(mail().send(message));`,
      },
    ],
  },
  "a mail that is sent and not marked": {
    edits: [
      {
        file: "inventory/orders/order-mails.ts",
        from: "await inTime(mail().send(message));\n      store.markMailed(found.id, found.status);",
        to: "await inTime(mail().send(message));",
      },
    ],
  },
  "a mail that is lost with the object that was to send it": {
    edits: [
      {
        file: "inventory/orders/order-mails.ts",
        from: "let mayBeDue = store.unmailed(1, []).length > 0;",
        to: "let mayBeDue = false;",
      },
    ],
  },
  "a mail to a contact that is erased": {
    edits: [
      {
        file: "inventory/orders/order-mails.ts",
        from: "function readIfStillDue({ id, status }: Order)",
        to: "function readIfStillDue({ id, status, contact: before }: Order)",
      },
      {
        file: "inventory/orders/order-mails.ts",
        from: "const contact = contactIn(order.contact);",
        to: "const contact = contactIn(before);",
      },
    ],
  },
};
