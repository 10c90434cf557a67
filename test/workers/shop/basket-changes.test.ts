// The basket's amounts (rules S7, S8, O5): chosen and not yet changed, by two tabs, and of holds that are over.

import { expect, it, vi } from "vitest";
import { UNAVAILABLE } from "../../../src/domain/errors.ts";
import { must, refuse } from "../../../src/domain/result.ts";
import { TicketTypeInventory } from "../../../src/inventory/ticket-type-inventory.ts";
import { countsOf, held } from "../support/fixture.ts";
import { saysToWait, shopper } from "../support/http.ts";
import { DETAILS, formOf, holdsOf, openShop, textOf, withBasket } from "./shop.ts";

const AWAY = refuse(UNAVAILABLE);
const typeOf = (shop: { typeIds: readonly string[] }, index = 0) => must(shop.typeIds[index], "it was made") as never;
const fieldOf = (html: string) => formOf(html).sent.find(([name]) => name === "field")?.[1];

it("[S8] an amount that was chosen is changed and shown before anything is ordered, with what was typed", async () => {
  const shop = await openShop([{ total: 9, name: "General" }]);
  const { browser, basket } = await withBasket(shop, 2);
  const [holdId] = holdsOf(basket);
  const filled = { button: "order", fields: { ...DETAILS, [`n_${holdId}`]: "4" } };
  const shown = await browser.submit(basket, filled);
  const text = textOf(shown.html);
  expect([shown.status, text]).toEqual([409, expect.stringContaining("You changed the amounts")]);
  expect(text).toContain("Total R 600,00");
  expect(shown.html).toContain('value="shopper@example.com"');
  expect(await countsOf(typeOf(shop))).toMatchObject({ held: 4 });
  const copy = await browser.submit(basket, filled);
  expect([copy.status, holdsOf(copy)], "a copy of the form orders nothing").toEqual([409, holdsOf(shown)]);
  expect(await countsOf(typeOf(shop))).toMatchObject({ held: 4 });
  expect((await browser.submit(shown, { button: "order" })).status).toBe(303);
  expect(await countsOf(typeOf(shop))).toMatchObject({ held: 4 });
});

it("[S8] an amount that cannot be had is not ordered at another amount", async () => {
  const shop = await openShop([{ total: 5, name: "General" }]);
  const { browser, basket } = await withBasket(shop, 2);
  await held(typeOf(shop), (await shopper()).id, 2);
  const [holdId] = holdsOf(basket);
  const answer = await browser.submit(basket, { button: "order", fields: { ...DETAILS, [`n_${holdId}`]: "4" } });
  expect([answer.status, textOf(answer.html)]).toEqual([409, expect.stringContaining("General: Only 3 left.")]);
  expect(answer.html).toContain('value="shopper@example.com"');
  expect(await countsOf(typeOf(shop))).toMatchObject({ held: 4 });
});

it("[S8] an amount that the form never showed so is not ordered", async () => {
  const shop = await openShop([{ total: 9, name: "General" }]);
  const { browser, basket } = await withBasket(shop, 2);
  const [holdId] = holdsOf(basket);
  const fields = { ...DETAILS, [`n_${holdId}`]: "4", [`was_${holdId}`]: "4" };
  const answer = await browser.submit(basket, { button: "order", fields });
  expect([answer.status, holdsOf(answer)]).toEqual([409, [holdId]]);
  expect(await countsOf(typeOf(shop))).toMatchObject({ held: 2 });
});

it("[S7] an old tab changes what was chosen in it, and leaves what another tab changed", async () => {
  const shop = await openShop([{ total: 9 }, { total: 9 }]);
  const { browser, basket: older } = await withBasket(shop, 2, 2);
  const [first = "", second = ""] = holdsOf(older);
  await browser.press(older, { button: "change", fields: { [`n_${first}`]: "5" } });
  await browser.press(older, { button: "change", fields: { [`n_${second}`]: "3" } });
  const counts = [await countsOf(typeOf(shop, 0)), await countsOf(typeOf(shop, 1))].map((each) => each.held);
  expect(counts.sort()).toEqual([3, 5]);
});

it("[S10] to get back what did not run out leaves the basket as it is", async () => {
  const shop = await openShop([{ total: 9 }]);
  const { browser, basket } = await withBasket(shop, 2);
  const held = await browser.submit(basket, { button: "again" });
  expect(held.status).toBe(303);
  expect(await countsOf(typeOf(shop))).toMatchObject({ held: 2 });
  await browser.press(basket, { button: "release_all" });
  const none = await browser.submit(basket, { button: "again" });
  expect([none.status, textOf(none.html)]).toEqual([409, expect.stringContaining("has changed since this page")]);
  expect(await countsOf(typeOf(shop))).toMatchObject({ held: 0 });
});

it("[S5] [S10] getting tickets back with an unknown result is retried by the same form, for one hold", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  try {
    const shop = await openShop([{ total: 9 }]);
    const { browser, basket } = await withBasket(shop, 2);
    vi.setSystemTime(Date.now() + 301_000);
    const late = await browser.submit(basket, { button: "order", fields: DETAILS });
    const real = TicketTypeInventory.prototype.hold;
    const lost = vi.spyOn(TicketTypeInventory.prototype, "hold").mockImplementation(async function (
      this: TicketTypeInventory,
      ...args: Parameters<typeof real>
    ) {
      await real.apply(this, args);
      return AWAY;
    });
    const unsure = await browser.submit(late, { button: "again" });
    lost.mockRestore();
    expect([unsure.status, saysToWait(new Response(null, { headers: unsure.headers }), 1)]).toEqual([503, true]);
    expect(fieldOf(unsure.html)).toBe(fieldOf(late.html));
    expect((await browser.submit(unsure, { button: "again" })).status).toBe(200);
    expect(await countsOf(typeOf(shop))).toMatchObject({ held: 2 });
  } finally {
    vi.useRealTimers();
  }
});
