// What moves on the pages of the shop while they are open: counts, times, orders, and links that are tried again.

import { expect, test } from "vitest";
import { type Look, openPage } from "../../support/pages/chromium.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";
import { typeOf } from "../../support/server/catalogue/show.ts";
import { holdByAnother, openOwnShow } from "./own-shows.ts";
import { confirmed, EVENT, fillBasket, order } from "./states.ts";

const { server, browser } = await openServerAndBrowser();
const PHONE: Look = { theme: "light", width: 390 };

test("[S11] an event's page shows by itself that the last ticket is in a basket; what was chosen stays", async () => {
  const { page, complaints, strays, close } = await openPage(browser, server.baseUrl, PHONE);
  let sockets = 0;
  page.on("websocket", () => (sockets += 1));
  const show = await openOwnShow(page, server, [{ total: 9 }, { total: 1 }]);
  await page.getByLabel("How many: Type 1").selectOption("3");
  await holdByAnother(server, typeOf(show, 1));
  await page.getByText("All are in baskets; up to 1 may come back").waitFor();
  expect(await page.getByLabel("How many: Type 1").inputValue()).toBe("3");
  await page.getByRole("button", { name: "Get tickets" }).click();
  await page.getByRole("heading", { name: "Almost yours" }).waitFor();
  expect([sockets, complaints, strays]).toEqual([1, [], []]);
  await close();
});

test("[S15] a viewer in another zone reads their own time beside the venue's, nobody else does", async () => {
  const event = server.baseUrl + EVENT;
  const abroad = await openPage(browser, event, { ...PHONE, zone: "Europe/London" });
  await abroad.page.getByText(/for you \((British Summer|Greenwich Mean) Time\)/).waitFor();
  await abroad.close();
  const home = await openPage(browser, event, PHONE);
  expect(await home.page.getByText("for you (").isVisible()).toBe(false);
  await home.close();
});

test("[S9] the basket counts the time down, and is read out as the page opens", async () => {
  const { page, close } = await openPage(browser, server.baseUrl + EVENT, PHONE);
  await fillBasket(page);
  const left = () => page.locator("[data-left]").textContent();
  const first = await left();
  await expect.poll(left).not.toBe(first);
  expect(await left()).toMatch(/^4 min \d+ s left$/);
  expect(await page.locator("body > p[role=status]").textContent()).toMatch(/ left$/);
  await close();
});

test("[S14] a reserved order turns confirmed by itself, for its buyer and by its link", async () => {
  const buyer = await openPage(browser, server.baseUrl + EVENT, PHONE);
  await order(buyer.page);
  const link = await buyer.page.getByRole("link", { name: "The link of this order" }).getAttribute("href");
  const elsewhere = await openPage(browser, server.baseUrl + String(link), PHONE);
  const [own, other] = [buyer.page, elsewhere.page];
  for (const page of [own, other]) await page.getByText("your tickets appear here by themselves").waitFor();
  const id = new URL(own.url()).pathname.slice("/r/".length);
  const headers = { Authorization: `Bearer ${server.demo.api_keys.owner}` };
  await fetch(`${server.baseUrl}/v1/orders/${id}/confirm`, { method: "POST", headers });
  for (const page of [own, other]) await page.locator("svg.qr").first().waitFor();
  expect([buyer.complaints, elsewhere.complaints]).toEqual([[], []]);
  await Promise.all([buyer.close(), elsewhere.close()]);
});

test("[S14] a link that comes to a busy server says so, is tried again by itself, and opens", async () => {
  const buyer = await openPage(browser, server.baseUrl + EVENT, PHONE);
  await order(buyer.page);
  await confirmed(buyer.page, server);
  const link = await buyer.page
    .getByRole("link", { name: "Link to give this ticket away" })
    .first()
    .getAttribute("href");
  await buyer.close();
  const { page, close } = await openPage(browser, server.baseUrl + String(link), PHONE, async (page) => {
    let asked = 0;
    await page.route("**/t", (route) =>
      route.request().method() === "POST" && asked++ === 0 ? route.fulfill({ status: 503 }) : route.continue(),
    );
  });
  await page.getByText("We try again by ourselves").waitFor();
  await page.locator("svg.qr").waitFor();
  await close();
});
