// Matters that need attention: their order, what is shown of each, and when an order's contact can be mailed again.

import { describe, expect, it } from "vitest";
import {
  ATTENTION_KINDS,
  type AttentionFacts,
  attentionOf,
  MAX_ATTENTION,
  ORDERS_LOOKED_AT,
} from "../../../src/domain/events/attention.ts";
import { idFrom } from "../../../src/domain/ids.ts";
import { ORDER_LINK_MS } from "../../../src/domain/limits.ts";
import { explainNoMail } from "../../../src/domain/orders/mail-again.ts";

const ALL = new Set(ATTENTION_KINDS);
const event = (n: number) => ({ id: idFrom("evt", new Uint8Array(16).fill(n)), name: `Event ${n}`, startTime: 9_000 });
const order = (n: number, due: number, looked = 10) => ({ ...event(n), count: n, since: 1, due, looked });
const draft = {
  ...event(1),
  since: 1,
  saleStart: 5,
  endTime: 100,
  venueActive: true,
  hasTicketTypes: true,
  hasOpenSale: true,
};
const NOTHING: AttentionFacts = { doors: [], orders: [], mails: [], drafts: [] };

describe("what waits for somebody", () => {
  it("comes by its kind, and then by what is due first; what one may not list is left out", () => {
    const facts: AttentionFacts = {
      doors: [{ ...event(1), alerts: 2, asOf: 5 }],
      orders: [order(1, 90), order(2, 80)],
      mails: [
        { email: "first@example.com", since: 1, due: 7 },
        { email: "second@example.com", since: 2, due: 8 },
      ],
      drafts: [draft, { ...draft, hasTicketTypes: false, hasOpenSale: false, saleStart: 3 }],
    };
    const matters = attentionOf(facts, ALL, 10).map(({ kind, action, count, email }) => [kind, action, count, email]);
    expect(matters).toEqual([
      ["door_alerts", "review_conflicts", 2, null],
      ["orders_waiting", "confirm_or_cancel", 2, null],
      ["orders_waiting", "confirm_or_cancel", 1, null],
      ["mails_failing", "check_address", 2, "first@example.com"],
      ["draft", "complete", 1, null],
      ["draft", "publish", 1, null],
    ]);
    expect(attentionOf(facts, new Set(["draft"]), 10).map(({ missing }) => missing)).toEqual([["ticket_types"], []]);
    expect(attentionOf(NOTHING, ALL, 10)).toEqual([]);
  });

  it("[X4] is cut, and says where it has not counted all", () => {
    const many = Array.from({ length: MAX_ATTENTION + 9 }, (_, n) => order(n % 200, n, ORDERS_LOOKED_AT));
    const matters = attentionOf({ ...NOTHING, orders: many }, ALL, 10);
    expect(matters.length).toBe(MAX_ATTENTION);
    expect(matters.every(({ atLeast }) => atLeast)).toBe(true);
    expect(attentionOf({ ...NOTHING, orders: [order(1, 1, ORDERS_LOOKED_AT - 1)] }, ALL, 10)[0]?.atLeast).toBe(false);
  });
});

it("[O14] an order's contact can be mailed again until the order expires, or its link has ended", () => {
  const contact = { name: "A buyer", email: "buyer@example.com", phone: null, nameKey: "a buyer" };
  const reserved = { status: "reserved", expiresAt: 100, contact } as const;
  const [end, over] = [1_000, 1_000 + ORDER_LINK_MS];
  expect(explainNoMail(reserved, end, 99)).toBeNull();
  expect(explainNoMail(reserved, end, 100)).toBe("order_expired");
  expect(explainNoMail({ ...reserved, status: "expired" }, end, 1)).toBe("order_expired");
  expect(explainNoMail({ ...reserved, contact: null }, end, 1)).toBe("no_contact");
  expect(explainNoMail({ ...reserved, contact: { erased: true } }, end, 1)).toBe("no_contact");
  expect(explainNoMail({ ...reserved, status: "cancelled" }, end, over - 1)).toBeNull();
  expect(explainNoMail({ ...reserved, status: "confirmed" }, end, over)).toBe("event_long_over");
});
