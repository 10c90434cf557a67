// The element in a real browser, on a site of another origin under the strictest policy: what is bought there, what is
// lost and found again, and what the site notices of it.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inaccessible, type Look, openPage } from "../../support/pages/chromium.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";
import { type HostSite, openHostSite } from "../../support/pages/host-site.ts";
import { startServer, type TestServer } from "../../support/server/server.ts";
import { buildShow, type Show, type TypeInput, typeOf } from "../../support/server/catalogue/show.ts";
import { EVENT, fillBasket } from "../shop/states.ts";
import { countsOf, openClient } from "../../support/server/client.ts";

const { server, browser } = await openServerAndBrowser();
const PHONE: Look = { theme: "light", width: 390 };

type Visit = { readonly page: Page; readonly site: HostSite; readonly show: Show; readonly complaints: string[] };

/** A show of its own on a host's page, and who visits it; both are gone afterwards. */
async function visit(
  types: readonly TypeInput[],
  story: (visit: Visit) => Promise<void>,
  { attributes = "", at = server, prepare }: Options = {},
): Promise<void> {
  const client = openClient(at.baseUrl, 1);
  const show = await buildShow(client, at.demo.api_keys.owner, types);
  client.close();
  const site = await openHostSite(at.baseUrl, `event="${show.eventId}" ${attributes}`);
  const { page, complaints, close } = await openPage(browser, site.url, PHONE, prepare);
  try {
    await story({ page, site, show, complaints });
  } finally {
    await close();
    await site.close();
  }
}
type Options = {
  readonly attributes?: string;
  readonly at?: TestServer;
  readonly prepare?: (page: Page) => Promise<unknown>;
};

async function hold(page: Page, amounts: readonly string[]): Promise<void> {
  await page.getByLabel("How many: Type 1").waitFor();
  for (const [index, amount] of amounts.entries())
    await page.getByLabel(`How many: Type ${index + 1}`).selectOption(amount);
  await page.getByRole("button", { name: "Get tickets" }).click();
  await page.getByRole("heading", { name: "Almost yours" }).waitFor();
}

async function giveDetails(page: Page): Promise<void> {
  await page.getByLabel("Name and surname").fill("A shopper");
  await page.getByLabel("E-mail address").fill("shopper@example.com");
  await page.getByLabel("Phone number").fill("082 123 4567");
}

async function heldOf(show: Show, at = server): Promise<number> {
  const client = openClient(at.baseUrl, 1);
  try {
    return (await countsOf(client, show.eventId, typeOf(show))).held;
  } finally {
    client.close();
  }
}

const stored = (page: Page) => page.evaluate<string[]>("Object.keys(localStorage)");

test("[S2] [S3] [S4] [S13] buys two types under a strict policy, with one item stored and no cookie", async () => {
  await visit([{ total: 50 }, { total: 50 }], async ({ page, show, complaints }) => {
    const heard =
      "window.heard = []; for (const n of ['hold', 'order', 'error']) addEventListener('voelgoed:' + n, (e) => heard.push(n + ' ' + Object.keys(e.detail).join()))";
    await page.evaluate(heard);
    await hold(page, ["2", "1"]);
    expect(await inaccessible(page)).toEqual([]);
    await page.getByRole("button", { name: "I need more time" }).click();
    await page.getByText("You have more time").waitFor();
    await giveDetails(page);
    await page.getByLabel("E-mail address").fill("nobody@x");
    await page.getByRole("button", { name: "Place the order" }).last().click();
    await page.getByRole("link", { name: "Please give an e-mail address" }).click();
    expect(await page.evaluate<string>("document.querySelector('voelgoed-tickets').shadowRoot.activeElement.id")).toBe(
      "email",
    );
    await page.getByLabel("E-mail address").fill("shopper@example.com");
    await page.getByRole("button", { name: "Place the order" }).last().click();
    await page.getByRole("heading", { name: "Your tickets are reserved" }).waitFor();
    expect(await inaccessible(page)).toEqual([]);
    expect(await stored(page)).toEqual([`voelgoed:v1:${show.eventId}`]);
    expect(await page.context().cookies()).toEqual([]);
    expect(await page.evaluate("heard")).toEqual(["hold event,holds", "order event,order"]);
    expect(complaints.filter((line) => !line.includes("404"))).toEqual([]);
    const link = await page.getByRole("link", { name: "Go to your order" }).getAttribute("href");
    await page.goto(String(link));
    await page.getByRole("heading", { name: "Your tickets are reserved" }).waitFor();
    expect(await page.getByText("2 × Type 1").count()).toBe(1);
  });
});

test("[S5] a page that is reloaded while the tickets are being held holds them once", async () => {
  await visit([{ total: 9 }], async ({ page, show }) => {
    let done = () => {};
    const held = new Promise<void>((resolve) => (done = resolve));
    // The server does it, and its response never arrives.
    await page.route("**/holds", async (route) => {
      await route.fetch();
      done();
    });
    await page.getByLabel("How many: Type 1").selectOption("2");
    await page.getByRole("button", { name: "Get tickets" }).click();
    await held;
    await page.unroute("**/holds");
    await page.reload();
    await page.getByRole("heading", { name: "Almost yours" }).waitFor();
    expect(await page.getByLabel("Amount of Type 1").inputValue()).toBe("2");
    expect(await heldOf(show)).toBe(2);
  });
});

test("[S8] the last two are mine, and I change 2 to 1 and back to 2; another tab finds it", async () => {
  await visit([{ total: 2 }], async ({ page, site, show }) => {
    await hold(page, ["2"]);
    const tab = await page.context().newPage();
    await tab.goto(site.url);
    for (const amount of ["1", "2"]) {
      await page.getByLabel("Amount of Type 1").selectOption(amount);
      await page.getByRole("button", { name: "Change amounts" }).click();
      await page.getByText("Your basket is changed.").waitFor();
      await expect.poll(() => tab.getByLabel("Amount of Type 1").inputValue()).toBe(amount);
      expect(await heldOf(show)).toBe(Number(amount));
    }
  });
});

test("[S11] the host adds, moves and removes it 20 times: one socket at most, and none at the end", async () => {
  let [open, most] = [0, 0];
  const prepare = (page: Page) => {
    page.on("websocket", (socket) => {
      most = Math.max(most, ++open);
      socket.on("close", () => (open -= 1));
    });
    return Promise.resolve();
  };
  await visit(
    [{ total: 9 }],
    async ({ page }) => {
      await page.getByLabel("How many: Type 1").waitFor();
      await expect.poll(() => open).toBe(1);
      await page.evaluate(`(async () => {
        const [element, place] = [document.querySelector("voelgoed-tickets"), document.createElement("div")];
        document.body.append(place);
        for (let n = 0; n < 20; n++) {
          (n % 2 ? place : document.body).append(element);
          if (n % 3 === 0) element.remove();
          if (n % 4 === 0) await new Promise((then) => setTimeout(then));
          const copy = element.cloneNode(true);
          place.append(element, copy);
          copy.remove();
        }
      })()`);
      await page.getByLabel("How many: Type 1").waitFor();
      await expect.poll(() => open).toBe(1);
      await page.evaluate("document.querySelector('voelgoed-tickets').remove()");
      await expect.poll(() => open).toBe(0);
      expect(most).toBe(1);
    },
    { prepare },
  );
});

test("[S15] [S17] in Afrikaans without a word of English, by the keyboard alone", async () => {
  await visit(
    [{ total: 5, price: "0.00" }],
    async ({ page }) => {
      await page.getByLabel("Hoeveel: Type 1").waitFor();
      const words = () => page.evaluate<string>("document.querySelector('voelgoed-tickets').shadowRoot.textContent");
      const english = /\b(the|your|you|and|this|tickets?|order|basket|with|please|left|time)\b/i;
      const isAfrikaans = async () =>
        expect((await words()).replaceAll(/The (Show|Arena)|Type 1/g, "")).not.toMatch(english);
      await isAfrikaans();
      await tabTo(page, "select");
      await page.keyboard.press("1");
      await tabTo(page, "button");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Amper joune" }).waitFor();
      await isAfrikaans();
      for (const [field, text] of [
        ["name", "A shopper"],
        ["email", "shopper@example.com"],
      ] as const) {
        await tabTo(page, `#${field}`);
        await page.keyboard.type(text);
      }
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Jou kaartjies is gereserveer" }).waitFor();
      await isAfrikaans();
    },
    { attributes: 'lang="af" theme="dark"' },
  );
});

/** Presses Tab until something that fits has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press("Tab");
    const fits = `document.activeElement.shadowRoot?.activeElement?.matches(${JSON.stringify(selector)}) === true`;
    if (await page.evaluate<boolean>(fits)) return;
  }
  throw new Error(`no Tab leads to ${selector}`);
}

describe("where tickets are held for seconds", () => {
  let brief: TestServer;
  beforeAll(async () => {
    brief = await startServer({ env: { RATE_LIMITS: "off", HOLD_TTL_SECONDS: "5" } });
  });
  afterAll(() => brief.stop());

  /** Types while the time runs out, and requests the tickets again: what was typed is still there. */
  async function typeTooLong(page: Page): Promise<void> {
    await giveDetails(page);
    await page.getByRole("button", { name: "Get them back" }).click();
    await page.getByText("You have them again.").waitFor();
    expect(await page.getByLabel("Name and surname").inputValue()).toBe("A shopper");
    expect(await page.getByLabel("E-mail address").inputValue()).toBe("shopper@example.com");
  }

  test("[S4] [S10] [S11] time runs out in the element, without storage and sockets: they get them back", async () => {
    await visit(
      [{ total: 3 }],
      async ({ page, show }) => {
        await hold(page, ["2"]);
        await page.getByText("This browser keeps nothing for this site").waitFor();
        await typeTooLong(page);
        expect(await heldOf(show, brief)).toBe(2);
      },
      {
        at: brief,
        prepare: (page) =>
          page.addInitScript(
            "Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused') } }); window.WebSocket = class { constructor() { throw new Error('refused') } }",
          ),
      },
    );
  });

  test("[S10] time runs out on our own page, without a reload: they get them back", async () => {
    const { page, complaints, close } = await openPage(browser, brief.baseUrl + EVENT, PHONE);
    await fillBasket(page);
    await typeTooLong(page);
    expect(complaints).toEqual([]);
    await close();
  });
});
