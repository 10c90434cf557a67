// The shop in a real browser: buying without JavaScript, links that need it, and whether everybody can use each page.

import { describe, expect, test } from "vitest";
import { inaccessible, openPage } from "../../support/pages/chromium.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";
import { openOwnShow } from "./own-shows.ts";
import { confirmed, EVENT, fillBasket, order, placeOrder } from "./states.ts";

const { server, browser } = await openServerAndBrowser();

/** What a page that was meant to be refused makes a browser say is no complaint. */
const grave = (complaints: readonly string[]) => complaints.filter((line) => !/status of (404|409|422)/.test(line));

test("[S17] no page of the shop sets a cookie before the basket", async () => {
  const { page, close } = await openPage(browser, `${server.baseUrl}/`);
  for (const path of ["/o/bosveld-live", "/nowhere", "/t", EVENT]) await page.goto(server.baseUrl + path);
  expect(await page.context().cookies()).toEqual([]);
  await fillBasket(page);
  expect(await page.context().cookies()).not.toEqual([]);
  await close();
});

describe("with JavaScript off, on a phone", () => {
  const PHONE = { theme: "light", width: 390, javaScript: false } as const;

  test("[S1] [S13] a stranger buys two types and has the tickets, and the first response is at most 20 KB", async () => {
    const answer = await fetch(server.baseUrl + EVENT);
    expect((await answer.arrayBuffer()).byteLength).toBeLessThanOrEqual(20_000);
    const { page, complaints, strays, close } = await openPage(browser, server.baseUrl + EVENT, PHONE);
    await order(page);
    await confirmed(page, server);
    expect(await page.locator("svg.qr").count()).toBe(3);
    expect(await page.getByText(/^[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}$/).count()).toBe(3);
    expect([grave(complaints), strays]).toEqual([[], []]);
    await close();
  });

  test("[S1] a form that is sent twice by two clicks holds once", async () => {
    const { page, close } = await openPage(browser, server.baseUrl + EVENT, PHONE);
    await page.locator("select.amount").nth(1).selectOption("1");
    await page.getByRole("button", { name: "Get tickets" }).dblclick();
    await page.getByRole("heading", { name: "Almost yours" }).waitFor();
    expect(await page.getByRole("heading", { name: "VIP" }).count()).toBe(1);
    expect(await page.locator("select.amount").inputValue()).toBe("1");
    await close();
  });

  test("[S14] a link says that it needs JavaScript", async () => {
    const { page, close } = await openPage(browser, `${server.baseUrl}/t#vgt_x`, PHONE);
    expect(await page.getByText("The link of a ticket needs JavaScript").count()).toBe(1);
    await close();
  });
});

describe("a link, on another device", () => {
  const ELSEWHERE = { theme: "dark", width: 390 } as const;

  test("[S14] opens the order with its tickets, or one ticket, and keeps its secret in the address bar only", async () => {
    const buyer = await openPage(browser, server.baseUrl + EVENT, ELSEWHERE);
    await order(buyer.page);
    await confirmed(buyer.page, server);
    const linkOf = async (name: string) =>
      String(await buyer.page.getByRole("link", { name }).first().getAttribute("href"));
    const [orderLink, ticketLink] = [
      await linkOf("The link of this order"),
      await linkOf("Link to give this ticket away"),
    ];
    await buyer.close();
    for (const [link, codes] of [
      [orderLink, 3],
      [ticketLink, 1],
    ] as const) {
      const { page, complaints, strays, close } = await openPage(browser, server.baseUrl + link, ELSEWHERE);
      await page.locator("svg.qr").first().waitFor();
      expect(await page.locator("svg.qr").count()).toBe(codes);
      expect(page.url()).toBe(server.baseUrl + link);
      expect(await inaccessible(page)).toEqual([]);
      expect(await page.getByText("A shopper").count()).toBe(0);
      expect(await page.context().cookies()).toEqual([]);
      expect([complaints, strays]).toEqual([[], []]);
      await close();
    }
    const wrong = await openPage(browser, `${server.baseUrl}/t#vgt_wrong`, ELSEWHERE);
    await wrong.page.getByText("This link does not open a ticket").waitFor();
    expect(grave(wrong.complaints)).toEqual([]);
    await wrong.close();
  });

  test("[S14] [S17] opens tickets beyond the first page in either language, at the heading of the new ones", async () => {
    const buyer = await openPage(browser, `${server.baseUrl}/`, ELSEWHERE);
    await openOwnShow(buyer.page, server, [{ total: 50, maxPerOrder: 30 }]);
    await buyer.page.locator("select.amount").selectOption("21");
    await buyer.page.getByRole("button", { name: "Get tickets" }).click();
    await placeOrder(buyer.page);
    await confirmed(buyer.page, server);
    const link = await buyer.page.getByRole("link", { name: "The link of this order" }).getAttribute("href");
    await buyer.close();
    const { page, complaints, close } = await openPage(browser, server.baseUrl + String(link), ELSEWHERE);
    const shows = async (tickets: number, url: string) => {
      await page.locator("svg.qr").first().waitFor();
      expect(await page.locator("article.ticket").count()).toBe(tickets);
      expect(await page.evaluate<string>("document.activeElement.tagName")).toBe("H1");
      expect(page.url()).toBe(server.baseUrl + url);
    };
    const [path = "", secret = ""] = String(link).split("#");
    await shows(20, `${path}#${secret}`);
    await page.getByRole("link", { name: "More tickets of this order" }).click();
    await page.getByText("Ticket 21 of 21").waitFor();
    await shows(1, `${path}?from=21#${secret}`);
    await page.getByRole("link", { name: "Afrikaans" }).click();
    await page.getByText("Kaartjie 21 van 21").waitFor();
    await shows(1, `${path}?from=21&lang=af#${secret}`);
    await page.locator("a.skip").focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(`**?from=21&lang=af#${secret}`);
    expect(await page.locator("article.ticket").count()).toBe(1);
    expect(complaints).toEqual([]);
    await close();
  });

  test("[S14] tickets are printed one on a page", async () => {
    const { page, close } = await openPage(browser, server.baseUrl + EVENT, ELSEWHERE);
    await order(page);
    await confirmed(page, server);
    const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(3);
    await close();
  });
});
