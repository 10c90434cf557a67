// The form of an event that comes again, or at its limits (rules S1, S5, S12, S17).

import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { UNAVAILABLE } from "../../../src/domain/errors.ts";
import { must, refuse } from "../../../src/domain/result.ts";
import { TicketTypeInventory } from "../../../src/inventory/ticket-type-inventory.ts";
import { countsOf, held, HOUR } from "../support/fixture.ts";
import { saysToWait, shopper } from "../support/http.ts";
import { DETAILS, formOf, holdsOf, openBrowser, openShop, type Opened, textOf, withBasket } from "./shop.ts";

const typeOf = (shop: { typeIds: readonly string[] }, index = 0) => must(shop.typeIds[index], "it was made") as never;
const fieldOf = ({ html }: Opened) => formOf(html).sent.find(([name]) => name === "field")?.[1];
const waitsFor = ({ headers }: Opened, seconds: number) => saysToWait(new Response(null, { headers }), seconds);
const isShopper = (name: string) => name.endsWith(".shopper");

it("[S1] [S5] that comes again while a type was refused finds what is held, in the same basket", async () => {
  const shop = await openShop([
    { total: 9, name: "General" },
    { total: 1, name: "VIP" },
  ]);
  await held(typeOf(shop, 1), (await shopper()).id, 1);
  const [general, vip] = shop.typeIds;
  const page = await openBrowser().open(shop.path);
  const filled = { fields: { [`n_${general}`]: "2", [`n_${vip}`]: "1" } };
  expect((await openBrowser().submit(page, filled)).status).toBe(303);
  const twin = openBrowser();
  const basket = await twin.press(page, filled);
  expect(holdsOf(basket)).toHaveLength(1);
  expect(textOf(basket.html)).toContain("VIP: We cannot tell yet whether that was done.");
  expect(await countsOf(typeOf(shop))).toMatchObject({ held: 2 });
});

it.each(["temporarily_unavailable", "overloaded"] as const)(
  "[S1] [S5] [S17] a form whose response was lost (%s) is shown with its own field, to repeat it",
  async (code) => {
    const shop = await openShop([{ total: 9 }]);
    const browser = openBrowser();
    const page = await browser.open(shop.path);
    const real = TicketTypeInventory.prototype.hold;
    const lost = vi.spyOn(TicketTypeInventory.prototype, "hold").mockImplementation(async function (
      this: TicketTypeInventory,
      ...args: Parameters<typeof real>
    ) {
      await real.apply(this, args);
      return refuse({ code, retryAfterSeconds: 1 });
    });
    const fields = { [`n_${shop.typeIds[0]}`]: "2" };
    const unsure = await browser.submit(page, { fields });
    lost.mockRestore();
    expect([unsure.status, waitsFor(unsure, 1), fieldOf(unsure)]).toEqual([503, true, fieldOf(page)]);
    expect([...browser.cookies.keys()].map(isShopper)).toEqual([true]);
    expect(holdsOf(await browser.press(unsure, { fields }))).toHaveLength(1);
    expect(await countsOf(typeOf(shop))).toMatchObject({ held: 2 });
  },
);

it("[S5] [S12] of which one type's reply was lost finds in the basket what is held of it all the same", async () => {
  const shop = await openShop([{ total: 9 }, { total: 9 }]);
  const browser = openBrowser();
  const page = await browser.open(shop.path);
  const real = TicketTypeInventory.prototype.hold;
  const lost = vi.spyOn(TicketTypeInventory.prototype, "hold").mockImplementationOnce(async function (
    this: TicketTypeInventory,
    ...args: Parameters<typeof real>
  ) {
    await real.apply(this, args);
    return refuse(UNAVAILABLE);
  });
  const basket = await browser.press(page, {
    fields: { [`n_${shop.typeIds[0]}`]: "2", [`n_${shop.typeIds[1]}`]: "3" },
  });
  lost.mockRestore();
  expect(holdsOf(basket)).toHaveLength(2);
  const counts = [await countsOf(typeOf(shop, 0)), await countsOf(typeOf(shop, 1))].map((each) => each.held);
  expect(counts).toEqual([2, 3]);
});

it("[S1] a form repeated after a change of amount leads to what is held now, and to its order", async () => {
  const shop = await openShop([{ total: 9 }]);
  const { browser, page, fields, basket } = await withBasket(shop, 2);
  const [first] = holdsOf(basket);
  const changed = await browser.press(basket, { button: "change", fields: { [`n_${first}`]: "4" } });
  const again = await browser.press(page, { fields });
  expect([again.path, holdsOf(again)]).toEqual([shop.basketPath, holdsOf(changed)]);
  const order = await browser.press(again, { button: "order", fields: DETAILS });
  expect((await browser.press(page, { fields })).path).toBe(order.path);
  expect(await countsOf(typeOf(shop))).toMatchObject({ held: 4 });
});

it("[S1] that comes again when its time ran out says so, and not that it was given back", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  try {
    const shop = await openShop([{ total: 9 }]);
    const { browser, page, fields } = await withBasket(shop, 2);
    vi.setSystemTime(Date.now() + 301_000);
    expect(textOf((await browser.press(page, { fields })).html)).toContain("The time for those tickets ran out");
  } finally {
    vi.useRealTimers();
  }
});

it.each(["constructor", "toString", "__proto__", "nothing"])("[S1] says nothing for ?said=%s", async (said) => {
  const shop = await openShop([{ total: 9 }]);
  const page = await openBrowser().open(`${shop.path}?said=${said}`);
  expect([page.status, page.html.includes("notice-warn")]).toEqual([200, false]);
});

it("[S12] the basket has room for ten holds: those given back or expired take none, nor does a copy", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  try {
    const shop = await openShop(Array.from({ length: 6 }, () => ({ total: 99 })));
    const all = [1, 1, 1, 1, 1, 1];
    const { browser, page, fields, basket } = await withBasket(shop, ...all);
    const more = await browser.open(shop.path);
    const full = await browser.submit(more, { fields });
    expect([full.status, textOf(full.html)]).toEqual([422, expect.stringContaining("has room for ten lines")]);
    expect((await browser.submit(page, { fields })).status, "a copy of the form").toBe(303);
    vi.setSystemTime(Date.now() + 301_000);
    expect(holdsOf(await browser.press(more, { fields }))).toHaveLength(6);
    expect(textOf((await browser.open(shop.basketPath)).html)).not.toContain("ran out");
    expect(holdsOf(basket)).toHaveLength(6);
    const last = await browser.open(shop.basketPath);
    await browser.press(last, { button: "release_all" });
    expect((await browser.submit(await browser.open(shop.path), { fields })).status).toBe(303);
  } finally {
    vi.useRealTimers();
  }
});

it("[S17] of which nothing was held sets no cookie", async () => {
  const shop = await openShop([{ total: 1 }]);
  await held(typeOf(shop), (await shopper()).id, 1);
  const browser = openBrowser();
  const page = await browser.open(shop.path);
  const answer = await browser.submit(page, { fields: { [`n_${shop.typeIds[0]}`]: "1" } });
  expect([answer.status, answer.headers.getSetCookie()]).toEqual([409, []]);
});

it.each(["SHOPPER_LIMIT", "HOLD_LIMIT"] as const)("[X2] is limited by %s: 429 with Retry-After", async (limiter) => {
  const shop = await openShop([{ total: 9 }]);
  const browser = openBrowser();
  const page = await browser.open(shop.path);
  vi.spyOn(env[limiter], "limit").mockResolvedValue({ success: false });
  const answer = await browser.submit(page, { fields: { [`n_${shop.typeIds[0]}`]: "1" } });
  expect([answer.status, waitsFor(answer, 60), answer.headers.getSetCookie()]).toEqual([429, true, []]);
  expect(fieldOf(answer)).toBe(fieldOf(page));
});

it("[S12] [S15] whose types were refused says in the basket why each was, with its number and its time", async () => {
  const now = Date.now();
  const shop = await openShop([
    { total: 99, name: "General" },
    { total: 99, name: "Mine", max_per_order: 4 },
    { total: 99, name: "Later", sale_start: now + HOUR },
    { total: 99, name: "Past", sale_start: now - HOUR, sale_end: now - 1 },
  ]);
  const [general, mine, later, past] = shop.typeIds;
  const browser = openBrowser();
  await browser.press(await browser.open(shop.path), { fields: { [`n_${mine}`]: "3" } });
  const fields = { [`n_${general}`]: "1", [`n_${mine}`]: "2", [`n_${later}`]: "1", [`n_${past}`]: "1" };
  const text = textOf((await browser.press(await browser.open(shop.path), { fields })).html);
  for (const said of [
    "Mine: You can take 1 more of them.",
    "Later: They are on sale from ",
    "Past: Their sale has closed.",
  ])
    expect(text).toContain(said);
});
