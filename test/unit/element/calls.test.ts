// The calls that a press in the element makes, which parts of them are saved, and the messages about their outcome.

import fc from "fast-check";
import { expect, test } from "vitest";
import { afterDone, changeCalls, contactIn, wrongIn } from "../../../src/ui/element/calls.ts";
import { NOTHING_SAVED, parseSaved, serialiseSaved } from "../../../src/ui/element/saved-state.ts";
import { noticesOf, planOf, pressIn } from "../../../src/ui/element/press.ts";
import type { ShopState } from "../../../src/ui/element/shop.ts";
import { buyingTextsIn } from "../../../src/ui/shared/texts/buying-texts.ts";
import { EVENT, holdOf, OTHER, SHOPPER, TYPE } from "./buying.ts";

let keys = 0;
const newKey = () => `key-${++keys}`;
const wording = await buyingTextsIn("en");
const holding = (...holds: ReturnType<typeof holdOf>[]): ShopState => ({
  ...{ event: EVENT, failed: null, order: null, isBusy: false, waiting: null },
  holds: holds.map((hold) => ({ hold, endsAt: 300_000 })),
});
const plan = (value: string, fields: Record<string, string>, state: ShopState) =>
  planOf({ ...pressIn(value), fields, wording, state, event: EVENT, newKey });

test("[S4] [S5] what is kept comes back as it was, and what somebody else wrote there is nothing", () => {
  const call = { kind: "swap", key: "k", typeId: TYPE, replaces: "hold_a", quantity: 3 } as const;
  const contact = { name: "A shopper", email: "shopper@example.com", phone: null };
  const checkout = { kind: "checkout", key: "c", holdIds: ["hold_a"], contact, locale: "af" } as const;
  const kept = { ...SHOPPER, holdIds: ["hold_a"], pending: [call, checkout] };
  expect(parseSaved(serialiseSaved(kept))).toEqual(kept);
  expect(serialiseSaved(NOTHING_SAVED)).toBeNull();
  for (const text of [
    null,
    "",
    "{",
    "1",
    "[]",
    '{"token":1}',
    '{"token":null,"holdIds":[1],"pending":[],"order":null}',
  ])
    expect(parseSaved(text)).toEqual(NOTHING_SAVED);
  fc.assert(fc.property(fc.json(), (text) => void parseSaved(text)));
});

test("[S7] [S8] only an amount that was chosen other than the form showed it is changed, by one swap", () => {
  const active = [holdOf("hold_a"), holdOf("hold_b", { ticket_type_id: OTHER, quantity: 1 })];
  const fields = { n_hold_a: "3", was_hold_a: "2", n_hold_b: "4", was_hold_b: "4" };
  expect(changeCalls(fields, active, () => "k")).toEqual([
    { kind: "swap", key: "k", typeId: TYPE, replaces: "hold_a", quantity: 3 },
  ]);
});

test("[S8] an order with a newly chosen amount changes the amount, and nothing is ordered", () => {
  const fields = { n_hold_a: "1", was_hold_a: "2", name: "A shopper", email: "shopper@example.com", phone: "" };
  expect(plan("order", fields, holding(holdOf("hold_a"))).calls.map(({ kind }) => kind)).toEqual(["swap"]);
  const outcome = { done: ["swap"], refused: [] } as const;
  const { notices } = noticesOf({ press: "order", outcome, wording, state: holding(), event: EVENT });
  expect(notices[0]?.text).toBe(wording.t.basket.lookAgain);
});

test("[S13] details are checked before they are sent, a phone number as people of the country write it", () => {
  const { contact, wrong } = contactIn({ name: " A shopper ", email: "a@b.co ", phone: "082 123-4567" }, "ZA");
  expect([contact, wrong]).toEqual([{ name: "A shopper", email: "a@b.co", phone: "+27821234567" }, []]);
  expect(contactIn({ name: " ", email: "nobody@x", phone: "12" }, "ZA").wrong).toEqual(["name", "email", "phone"]);
  expect(wrongIn(["/contact/email", "/hold_ids/0"])).toEqual(["email"]);
  const wrongOnes = plan("order", { name: "A", email: "x", phone: "" }, holding(holdOf("hold_a")));
  expect([wrongOnes.calls, wrongOnes.wrong]).toEqual([[], ["email"]]);
});

test("[S10] what ran out is requested again, each type once", () => {
  const gone = (id: string, quantity: number) => holdOf(id, { quantity, status: "expired" });
  const [call] = plan("again", {}, holding(gone("hold_a", 2), gone("hold_b", 1))).calls;
  expect(call).toMatchObject({ kind: "hold", items: [{ typeId: TYPE, quantity: 3 }] });
});

test("[S12] each type that was refused is named with why, and what may be done with the rest", () => {
  const facts = { code: "sold_out", available_quantity: 1 };
  const refused = [{ facts, typeId: OTHER, paths: [] }];
  const outcome = { done: ["hold"], refused } as const;
  const more = (...holds: ReturnType<typeof holdOf>[]) =>
    noticesOf({ press: "hold", outcome, wording, state: holding(...holds), event: EVENT }).notices[0]?.more;
  expect(more(holdOf("hold_a"))).toEqual(["VIP: Only 1 left.", wording.t.basket.refusedMore(1)]);
  expect(wording.t.basket.refusedMore(1)).not.toBe(wording.t.basket.refusedMore(2));
  expect(more()).toEqual(["VIP: Only 1 left."]);
});

test("[S7] a response that comes twice, to two tabs, changes what is kept once", () => {
  const swap = { kind: "swap", key: "k", typeId: TYPE, replaces: "hold_a", quantity: 3 } as const;
  const done = { holds: [holdOf("hold_b", { replaces: "hold_a" })], order: null };
  const once = afterDone({ ...SHOPPER, holdIds: ["hold_a"] }, swap, done);
  expect(once.holdIds).toEqual(["hold_b"]);
  expect(afterDone(once, swap, done)).toEqual(once);
  const hold = { kind: "hold", key: "h", items: [] } as const;
  const held = afterDone(SHOPPER, hold, done);
  expect(afterDone(held, hold, done)).toEqual(held);
});

test("a form without a chosen ticket requests nothing, and says what to do", () => {
  const { calls, notices } = plan("", { n_tt_one: "0" }, holding());
  expect([calls, notices[0]?.text]).toEqual([[], wording.t.event.chooseSome]);
  expect(plan("", { n_tt_one: "2" }, holding()).calls).toMatchObject([{ items: [{ typeId: TYPE, quantity: 2 }] }]);
});

test.each([
  ["limit", wording.t.refusal.extendLimit],
  ["others_waiting", wording.t.refusal.extendOthers],
  ["not_offered", wording.t.refusal.extendNever],
])("[O9] [S9] more time that is refused as %s says why, and offers what is held as before", (reason, text) => {
  const state = holding(holdOf("hold_a", { extensions: 10 }));
  const calls = plan("extend", {}, state).calls;
  expect(calls).toEqual([{ kind: "extend", key: expect.any(String), holdId: "hold_a" }]);
  const refused = [{ facts: { code: "extension_refused", reason }, typeId: null, paths: [] }];
  const outcome = { done: [], refused } as const;
  expect(noticesOf({ press: "extend", outcome, wording, state, event: EVENT })).toEqual({
    notices: [{ kind: "warn", text, more: [] }],
    wrong: [],
  });
});
