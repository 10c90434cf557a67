// The shop in a real browser: buying without JavaScript, links that need it, and whether everybody can use each page.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { inaccessible, openChromium, openPage } from "../support/chromium.ts";
import { startServer, type TestServer } from "../support/server.ts";

type Look = { readonly colorScheme: "light" | "dark"; readonly width: number };
const SOME: readonly Look[] = [
  { colorScheme: "light", width: 1_280 },
  { colorScheme: "dark", width: 320 },
];
const OTHERS: readonly Look[] = [
  { colorScheme: "light", width: 320 },
  { colorScheme: "dark", width: 1_280 },
];
const LOOKS = process.env["PAGES"] === "all" ? [...SOME, ...OTHERS] : SOME;

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ env: { RATE_LIMITS: "off" } }), openChromium()]);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

const EVENT = "/e/bosveld-live/bushveld-sounds";

async function confirm(orderUrl: string): Promise<void> {
  const id = new URL(orderUrl).pathname.slice("/r/".length);
  const headers = { Authorization: `Bearer ${server.demo.api_keys.owner}` };
  const answer = await fetch(`${server.baseUrl}/v1/orders/${id}/confirm`, { method: "POST", headers });
  if (!answer.ok) throw new Error(await answer.text());
}

/** From the event to a reserved order, by its forms; `look` is called on each page on the way. */
async function buy(page: Page, look: (state: string) => Promise<void> = async () => undefined): Promise<void> {
  const amounts = page.locator("select.amount");
  await amounts.nth(0).selectOption("2");
  await amounts.nth(2).selectOption("1");
  await page.getByRole("button", { name: "Get tickets" }).click();
  await page.getByRole("heading", { name: "Almost yours" }).waitFor();
  await look("basket");
  await page.getByLabel("Name and surname").fill("Thandi Mokoena");
  await page.getByLabel("E-mail address").fill("nobody@x");
  await page.getByLabel("Phone number").fill("12");
  await page.getByLabel("Phone number").press("Enter");
  await page.getByText("Please look at this once more").waitFor();
  await look("wrong");
  await page.getByLabel("E-mail address").fill("thandi@example.com");
  await page.getByLabel("Phone number").fill("082 123 4567");
  await page.getByRole("button", { name: "Place the order" }).last().click();
  await page.getByRole("heading", { name: "Your tickets are reserved" }).waitFor();
}

/** What a page that was meant to be refused makes a browser say is no complaint. */
const grave = (complaints: readonly string[]) => complaints.filter((line) => !/status of (404|409|422)/.test(line));

describe.each(LOOKS)("the pages of the shop, $colorScheme, $width px wide", ({ colorScheme, width }) => {
  test("[S17] are whole for everybody in each state: no fault of axe, nothing sideways, refused or foreign, no cookie before the basket", async () => {
    const viewport = { width, height: 900 };
    const opened = await openPage(browser, `${server.baseUrl}/`, { viewport, colorScheme, locale: "en-ZA" });
    const { page, complaints, strays } = opened;
    const look = async (state: string) => {
      expect(await inaccessible(page), state).toEqual([]);
      const sideways = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      expect(sideways, state).toBeLessThanOrEqual(0);
    };
    for (const path of ["/", "/o/bosveld-live", "/nowhere", "/t", `${EVENT}?lang=af`, EVENT]) {
      await page.goto(server.baseUrl + path);
      await look(path);
    }
    expect(await page.context().cookies()).toEqual([]);
    await buy(page, look);
    await look("reserved");
    await confirm(page.url());
    await page.reload();
    await look("confirmed");
    expect([grave(complaints), strays]).toEqual([[], []]);
    await opened.close();
  });
});

describe("with JavaScript off, on a phone", () => {
  const PHONE = { viewport: { width: 390, height: 800 }, javaScriptEnabled: false, locale: "en-ZA" };

  test("[S1] [S13] a stranger buys two types and has the tickets, and the first answer is at most 20 KB", async () => {
    const answer = await fetch(server.baseUrl + EVENT);
    expect((await answer.arrayBuffer()).byteLength).toBeLessThanOrEqual(20_000);
    const { page, complaints, strays, close } = await openPage(browser, server.baseUrl + EVENT, PHONE);
    await buy(page);
    await confirm(page.url());
    await page.reload();
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
  const ELSEWHERE = { viewport: { width: 390, height: 800 }, locale: "en-ZA" };

  test("[S14] opens the order with its tickets, and one ticket, and leaves its secret in the address bar alone", async () => {
    const buyer = await openPage(browser, server.baseUrl + EVENT, ELSEWHERE);
    await buy(buyer.page);
    await confirm(buyer.page.url());
    await buyer.page.reload();
    const linkOf = async (name: string) =>
      String(await buyer.page.getByRole("link", { name }).first().getAttribute("href"));
    const [order, ticket] = [await linkOf("The link of this order"), await linkOf("Link to give this ticket away")];
    await buyer.close();
    for (const [link, codes] of [
      [order, 3],
      [ticket, 1],
    ] as const) {
      const { page, complaints, strays, close } = await openPage(browser, server.baseUrl + link, ELSEWHERE);
      await page.locator("svg.qr").first().waitFor();
      expect(await page.locator("svg.qr").count()).toBe(codes);
      expect(page.url()).toBe(server.baseUrl + link);
      expect(await inaccessible(page)).toEqual([]);
      expect(await page.getByText("Thandi").count()).toBe(0);
      expect(await page.context().cookies()).toEqual([]);
      expect([complaints, strays]).toEqual([[], []]);
      await close();
    }
    const wrong = await openPage(browser, `${server.baseUrl}/t#vgt_wrong`, ELSEWHERE);
    await wrong.page.getByText("This link does not open a ticket").waitFor();
    expect(grave(wrong.complaints)).toEqual([]);
    await wrong.close();
  });

  test("[S14] tickets are printed one on a page", async () => {
    const { page, close } = await openPage(browser, server.baseUrl + EVENT, ELSEWHERE);
    await buy(page);
    await confirm(page.url());
    await page.reload();
    const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(3);
    await close();
  });
});
