// The basket (rules S1, S5 to S13): what its buttons do, and the order that it becomes, all by forms.

import { describe, expect, it, vi } from "vitest";
import { must } from "../../../src/domain/result.ts";
import { countsOf, held, HOUR } from "../support/fixture.ts";
import { shopper } from "../support/http.ts";
import { DETAILS, formOf, holdsOf, openBrowser, openShop, type Opened, textOf, withBasket } from "./shop.ts";

type Shop = Awaited<ReturnType<typeof openShop>>;
const typeOf = (shop: Shop, index = 0) => must(shop.typeIds[index], "it was made");

describe("the basket", () => {
  it("[S6] shows what is held, for how many seconds by the server, and what it costs", async () => {
    const shop = await openShop([
      { total: 9, name: "General" },
      { total: 9, name: "Free seats", price: 0 },
    ]);
    const { basket } = await withBasket(shop, 2, 1);
    const text = textOf(basket.html);
    for (const said of [
      "General R 150,00 each",
      "R 300,00",
      "Free seats Free",
      "Total R 300,00",
      "We keep these tickets",
    ])
      expect(text).toContain(said);
    const seconds = Number(/data-seconds="(\d+)"/.exec(basket.html)?.[1]);
    expect(seconds).toBeGreaterThan(280);
    expect(seconds).toBeLessThanOrEqual(300);
    expect(basket.headers.get("Cache-Control")).toBe("private, no-store");
    expect(basket.html).toContain('<meta name="robots" content="noindex">');
  });

  it("is nobody else's, and empty for who has none", async () => {
    const shop = await openShop([{ total: 9, name: "General" }]);
    const { browser } = await withBasket(shop, 2);
    const stranger = openBrowser();
    for (const [name, value] of browser.cookies) if (name.includes("basket")) stranger.cookies.set(name, value);
    expect(textOf((await stranger.open(shop.basketPath)).html)).toContain("Your basket is empty.");
    stranger.cookies.set("__Host-voelgoed.shopper", (await shopper()).token);
    expect(textOf((await stranger.open(shop.basketPath)).html)).toContain("Your basket is empty.");
    expect(textOf((await openBrowser().open(shop.basketPath)).html)).toContain("Your basket is empty.");
    expect((await openBrowser().open("/b/evt_x")).status).toBe(404);
  });

  it("[S8] changes an amount by one swap, once however often the form is sent", async () => {
    const shop = await openShop([{ total: 9, name: "General" }]);
    const { browser, basket } = await withBasket(shop, 2);
    const [holdId] = holdsOf(basket);
    const filled = { button: "change", fields: { [`n_${holdId}`]: "4" } };
    const twins = await Promise.all([browser.submit(basket, filled), browser.submit(basket, filled)]);
    expect(twins.map(({ status }) => status)).toEqual([303, 303]);
    const after = await browser.open(shop.basketPath);
    expect([holdsOf(after).length, textOf(after.html).includes("Total R 600,00")]).toEqual([1, true]);
    expect(holdsOf(after)).not.toContain(holdId);
    expect(await countsOf(typeOf(shop))).toMatchObject({ held: 4 });
  });

  it("[S8] whose change is refused remains as it was, and says why", async () => {
    const shop = await openShop([{ total: 5, name: "General" }]);
    const { browser, basket } = await withBasket(shop, 2);
    await held(typeOf(shop), (await shopper()).id, 2);
    const [holdId] = holdsOf(basket);
    const answer = await browser.submit(basket, { button: "change", fields: { [`n_${holdId}`]: "4" } });
    expect([answer.status, textOf(answer.html)]).toEqual([409, expect.stringContaining("General: Only 3 left.")]);
    expect(holdsOf(answer)).toEqual([holdId]);
    expect(await countsOf(typeOf(shop))).toMatchObject({ held: 4 });
  });

  it("[S12] gives back one line, or all", async () => {
    const shop = await openShop([{ total: 9 }, { total: 9 }]);
    const { browser, basket } = await withBasket(shop, 2, 3);
    const [first] = holdsOf(basket);
    const one = await browser.press(basket, { button: `release:${first}` });
    expect(holdsOf(one)).toEqual(holdsOf(basket).slice(1));
    await browser.press(one, { button: "release_all" });
    expect(textOf((await browser.open(shop.basketPath)).html)).toContain("Your basket is empty.");
    for (const index of [0, 1]) expect(await countsOf(typeOf(shop, index))).toMatchObject({ held: 0 });
  });

  it("[S7] is one for two tabs: an older form sees the other's change, and orders nothing that it lacked", async () => {
    const shop = await openShop([{ total: 9, name: "General" }]);
    const { browser, basket: older } = await withBasket(shop, 2);
    const [holdId] = holdsOf(older);
    await browser.press(older, { button: "change", fields: { [`n_${holdId}`]: "3" } });
    const refused = await browser.submit(older, { button: "order", fields: DETAILS });
    expect([refused.status, textOf(refused.html)]).toEqual([
      409,
      expect.stringContaining("has changed since this page"),
    ]);
    expect(refused.html, "what was typed is there").toContain('value="shopper@example.com"');
    const changed = await browser.submit(older, { button: "change", fields: { [`n_${holdId}`]: "4" } });
    expect(changed.status).toBe(303);
    expect(await countsOf(typeOf(shop))).toMatchObject({ held: 4 });
  });

  it("[S10] that ran out keeps what was typed, and gets the tickets back, or says how many are left", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    try {
      const shop = await openShop([{ total: 4, name: "General" }]);
      const { browser, basket } = await withBasket(shop, 3);
      vi.setSystemTime(Date.now() + 301_000);
      const late = await browser.submit(basket, { button: "order", fields: DETAILS });
      expect(late.status).toBe(409);
      expect(textOf(late.html)).toContain("The time for 3 × General ran out. Nothing was bought");
      expect(formOf(late.html).sent).toContainEqual(["email", "shopper@example.com"]);
      const other = await shopper();
      await held(typeOf(shop), other.id, 2);
      const refused = await browser.submit(late, { button: "again" });
      expect([refused.status, textOf(refused.html)]).toEqual([409, expect.stringContaining("General: Only 2 left.")]);
      vi.setSystemTime(Date.now() + 301_000);
      const back = await browser.submit(refused, { button: "again" });
      expect([back.status, textOf(back.html)]).toEqual([200, expect.stringContaining("You have them again.")]);
      expect(back.html).toContain('value="shopper@example.com"');
      expect(await countsOf(typeOf(shop))).toMatchObject({ held: 3 });
    } finally {
      vi.useRealTimers();
    }
  });

  it("[S9] says beforehand whether there can be more time, and gives it", async () => {
    const shop = await openShop([{ total: 4, name: "General" }]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    try {
      const { browser, basket } = await withBasket(shop, 1);
      vi.setSystemTime(Date.now() + 200_000);
      const before = await browser.open(shop.basketPath);
      const after = await browser.press(before, { button: "extend" });
      const seconds = (page: Opened) => Number(/data-seconds="(\d+)"/.exec(page.html)?.[1]);
      expect(seconds(before)).toBeLessThanOrEqual(100);
      expect(seconds(after)).toBeGreaterThan(280);
      expect(textOf(basket.html)).toContain("You can ask for more time here");
    } finally {
      vi.useRealTimers();
    }
    const never = await openShop([{ total: 4 }], { hold_extension: "never" });
    const { basket } = await withBasket(never, 1);
    expect([textOf(basket.html).includes("gives no more time"), basket.html.includes('value="extend"')]).toEqual([
      true,
      false,
    ]);
  });
});

describe("the details", () => {
  it("[S13] that are wrong are marked at the field and in a summary with links, and order nothing", async () => {
    const shop = await openShop([{ total: 4 }]);
    const { browser, basket } = await withBasket(shop, 1);
    const answer = await browser.submit(basket, {
      button: "order",
      fields: { name: " ", email: "shopper@", phone: "12" },
    });
    expect(answer.status).toBe(422);
    for (const name of ["name", "email", "phone"]) {
      expect(answer.html).toContain(`<a href="#${name}">`);
      expect(answer.html).toContain(`id="${name}-error"`);
      expect(new RegExp(`<input[^>]* id="${name}"[^>]* aria-invalid="true"`).test(answer.html)).toBe(true);
    }
    expect(answer.html).toContain('value="shopper@"');
    for (const token of ["name", "email", "tel"]) expect(answer.html).toContain(`autocomplete="${token}"`);
    const one = await browser.submit(answer, { button: "order", fields: { ...DETAILS, phone: "12" } });
    expect([one.status, one.html.includes('id="email-error"'), one.html.includes('id="phone-error"')]).toEqual([
      ...[422, false, true],
    ]);
  });

  it("[S1] [S5] become one order however often they are sent, with the contact and the page's language", async () => {
    const shop = await openShop([
      { total: 9, name: "General" },
      { total: 9, name: "VIP", price: 90_000 },
    ]);
    const { browser, page, fields, basket } = await withBasket(shop, 2, 1);
    const filled = { button: "order", fields: { ...DETAILS, phone: "082 123-4567" } };
    const twins = await Promise.all([browser.submit(basket, filled), browser.submit(basket, filled)]);
    expect(twins.map(({ status }) => status)).toEqual([303, 303]);
    const [location, other] = twins.map(({ headers }) => headers.get("Location"));
    expect(location).toBe(other);
    const order = await browser.open(location ?? "");
    expect(textOf(order.html)).toContain("Your tickets are reserved");
    expect(textOf(order.html)).toContain("A shopper of note shopper@example.com");
    expect(textOf((await browser.open(shop.basketPath)).html)).toContain("Your basket is empty.");
    const again = await browser.press(page, { fields });
    expect(again.path, "the form of the event leads to its order").toBe(location);
    for (const index of [0, 1]) expect((await countsOf(typeOf(shop, index))).held).toBe(2 - index);
  });

  it("[S1] are taken from our own origin alone", async () => {
    const shop = await openShop([{ total: 9 }]);
    const { browser, basket } = await withBasket(shop, 1);
    const answer = await browser.submit(basket, { button: "order", fields: DETAILS, origin: "https://evil.example" });
    expect(answer.status).toBe(403);
    const stranger = await openBrowser().submit(basket, { button: "release_all" });
    expect(stranger.status).toBe(409);
    expect(await countsOf(typeOf(shop))).toMatchObject({ held: 1 });
  });

  it("of an event whose sale has closed meanwhile are taken all the same, rule O1", async () => {
    const shop = await openShop([{ total: 9 }], { sale_end: Date.now() + HOUR });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR - 60_000 });
    try {
      const { browser, basket } = await withBasket(shop, 1);
      vi.setSystemTime(Date.now() + 61_000);
      expect((await browser.submit(basket, { button: "order", fields: DETAILS })).status).toBe(303);
    } finally {
      vi.useRealTimers();
    }
  });
});
