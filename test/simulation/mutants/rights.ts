// Plants bugs (mutants.ts) in who may do what, when and at what price.

import { type Mutant, NO_NET } from "./parts.ts";

export const RIGHTS_MUTANTS: Readonly<Record<string, Mutant>> = {
  "a checkout of holds of others": {
    edits: [
      {
        file: "domain/ledger/decisions/parts.ts",
        from: "if (!hold || !isOwn(draft, hold, buyer)) return",
        to: "if (!hold) return",
      },
    ],
  },
  "a release and an extension by anybody": {
    edits: [
      {
        file: "domain/ledger/decisions/parts.ts",
        from: "return hold && mayAct(draft, hold, by) ? hold : null;",
        to: "return hold;",
      },
    ],
  },
  "an organiser of another organisation who settles": {
    edits: [
      {
        file: "domain/ledger/decisions/parts.ts",
        from: "owned.userId === by.id : by.organizationId === draftTerms(draft).organizationId;",
        to: "owned.userId === by.id : true;",
      },
    ],
  },
  "a sale that closes a moment late": {
    edits: [{ file: "domain/terms.ts", from: "if (now >= closedAt) return", to: "if (now > closedAt) return" }],
  },
  "a suspended organisation that sells": {
    edits: [
      {
        file: "domain/ledger/decisions/place-hold.ts",
        from: 'if (terms.organizationStatus === "suspended") return',
        to: 'if (terms.organizationStatus === "suspended" && terms.hidden) return',
      },
    ],
  },
  "a price of the day of the checkout": {
    edits: [
      {
        file: "domain/ledger/decisions/keep-order.ts",
        from: "add({ holdId: id, placedSeq, quantity, source, unitPrice });",
        to: "add({ holdId: id, placedSeq, quantity, source, unitPrice: draftTerms(draft).unitPrice });",
      },
    ],
  },
  "a repeat with another body that is answered": {
    edits: [
      {
        file: "domain/ledger/decisions/place-hold.ts",
        from: "isSameRequest(existing, command) ? replay(draft, existing)",
        to: "isSameRequest(existing, existing as never) || existing ? replay(draft, existing)",
      },
    ],
  },
  "an order of two events": {
    edits: [
      {
        file: "domain/ledger/decisions/keep-order.ts",
        from: "if (command.claimed.some((each) => each.eventId !== eventId)) return",
        to: "if (command.claimed.some(() => eventId === null)) return",
      },
    ],
  },
  "a checkout's key that takes other holds": {
    edits: [
      {
        file: "domain/ledger/decisions/keep-order.ts",
        from: "if (hasNewHold || !takesHolds(order, command.holdIds)) return",
        to: "if (hasNewHold) return",
      },
    ],
  },
  "a returned ticket that is counted at home and where it is": {
    edits: [
      ...NO_NET,
      {
        file: "domain/ledger/decisions/change-tickets.ts",
        from: "const own = taken.filter(({ holdId }) => ticketTypeOfHold(holdId) === ticketTypeId);",
        to: "const own = taken;",
      },
    ],
  },
};
