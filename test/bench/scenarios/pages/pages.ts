// The pages of the shop on a slow phone (rule S17): when the largest thing is painted, and what moves under the reader.

import type { Browser, Page } from "playwright-core";
import { openChromium } from "../../../support/pages/chromium.ts";
import { openHostSite } from "../../../support/pages/host-site.ts";
import type { TestServer } from "../../../support/server/server.ts";
import {
  loadPage,
  type Network,
  type PageLoad,
  type PageToLoad,
  SLOW_4G,
  SLOW_4G_HANDSHAKES,
} from "../../load/page-load.ts";
import { progress } from "../../progress.ts";
import { type Judged, results } from "../../report/report.ts";
import { openSide, withSides } from "../../rig/rig.ts";
import { median } from "../../report/rounds.ts";
import type { Scenario } from "../../scenario.ts";

const EVENT = "/e/bosveld-live/bushveld-sounds";
const [LCP_MS, SHIFT] = [1_500, 0.02];

type Loaded = { readonly page: PageToLoad; readonly loads: readonly PageLoad[] };

export const pages: Scenario = {
  name: "pages",
  describe: "pages of the shop in Chromium, its processor four times slower, on slow 4G, with an empty cache",
  run: ({ rounds }) =>
    withSides([() => openSide("shop", "real", { shoppers: 0 })], async ([{ server }]) => {
      const browser = await openChromium();
      const site = await openHostSite(server.baseUrl, `event="${server.demo.event_id}" lang="en"`);
      try {
        const all = await pagesOf(browser, server, site.url);
        const loaded: Loaded[] = [];
        for (const page of all) {
          const loads: PageLoad[] = [];
          while (loads.length < rounds) loads.push(await loadPage(browser, page));
          loaded.push({ page, loads });
          progress(lineOf({ page, loads }).join(" · "));
          for (const moved of new Set(loads.flatMap(({ shifted }) => shifted))) progress(`  moved: ${moved}`);
        }
        return reportOf(loaded);
      } finally {
        await browser.close();
        await site.close();
      }
    }),
};

/** Beforehand, at full speed, one shopper fills a basket and another one orders. */
async function pagesOf(browser: Browser, server: TestServer, siteUrl: string): Promise<PageToLoad[]> {
  const { baseUrl } = server;
  const own = (name: string, path: string, more: Partial<PageToLoad> = {}): PageToLoad => ({
    ...{ name, url: baseUrl + path, origins: [baseUrl], network: SLOW_4G },
    ...more,
  });
  const element = (name: string, network: Network, more: Partial<PageToLoad> = {}): PageToLoad => ({
    ...{ name, url: siteUrl, origins: [new URL(siteUrl).origin, baseUrl], network },
    ...more,
  });
  const basket = await asShopper(browser, server, hold);
  const order = await asShopper(browser, server, buy);
  return [
    own("event", EVENT),
    own("event, its script blocked", EVENT, { withScripts: false }),
    own("event, then a hold", EVENT, { act: hold }),
    own("basket", basket.path, { cookies: basket.cookies }),
    own("order, its buyer's", order.path, { cookies: order.cookies }),
    own("order, by its link", order.link),
    own("front page", "/"),
    own("organiser", "/o/bosveld-live"),
    element("element on another site", SLOW_4G),
    element("element, then a hold", SLOW_4G, { act: hold }),
    own("event", EVENT, { network: SLOW_4G_HANDSHAKES }),
    element("element on another site", SLOW_4G_HANDSHAKES),
  ];
}

type Visited = { readonly path: string; readonly link: string; readonly cookies: NonNullable<PageToLoad["cookies"]> };

async function asShopper(
  browser: Browser,
  { baseUrl, demo }: TestServer,
  act: (page: Page, ownerKey: string) => Promise<string>,
): Promise<Visited> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(baseUrl + EVENT);
  const link = await act(page, demo.api_keys.owner);
  const cookies = await context.cookies();
  const path = new URL(page.url()).pathname;
  await context.close();
  return { path, link, cookies };
}

/** On our own page or in the element: three tickets of two types. */
async function hold(page: Page): Promise<string> {
  await page.locator("select.amount").nth(0).selectOption("2");
  await page.locator("select.amount").nth(2).selectOption("1");
  await page.getByRole("button", { name: "Get tickets" }).click();
  await page.locator("[data-left]").waitFor();
  return "";
}

/** Returns the order's link, once the organiser has confirmed it. */
async function buy(page: Page, ownerKey: string): Promise<string> {
  await hold(page);
  await page.getByLabel("Name and surname").fill("A shopper");
  await page.getByLabel("E-mail address").fill("shopper@example.com");
  await page.getByRole("button", { name: "Place the order" }).last().click();
  const link = page.getByRole("link", { name: "The link of this order" });
  const href = await link.getAttribute("href");
  const id = new URL(page.url()).pathname.slice("/r/".length);
  const { origin } = new URL(page.url());
  const headers = { Authorization: `Bearer ${ownerKey}` };
  const answer = await fetch(`${origin}/v1/orders/${id}/confirm`, { method: "POST", headers });
  if (!answer.ok) throw new Error(await answer.text());
  return String(href);
}

const worst = (loads: readonly PageLoad[], figure: (load: PageLoad) => number) => Math.max(...loads.map(figure));

function lineOf({ page, loads }: Loaded): string[] {
  const each = (figure: (load: PageLoad) => number) => median(loads.map(figure));
  return [
    page.name,
    page.network.name,
    each(({ lcpMs }) => lcpMs).toFixed(0),
    worst(loads, ({ lcpMs }) => lcpMs).toFixed(0),
    worst(loads, ({ shift }) => shift).toFixed(4),
    each(({ requests }) => requests).toFixed(0),
    (each(({ bytes }) => bytes) / 1_000).toFixed(1),
    worst(loads, ({ otherOrigins }) => otherOrigins).toFixed(0),
    worst(loads, ({ cookies }) => cookies).toFixed(0),
  ];
}

const HEAD = ["page", "network", "LCP ms", "worst", "CLS, worst", "requests", "KB", "other origins", "cookies"];

function reportOf(loaded: readonly Loaded[]) {
  const judged = loaded.flatMap(({ page, loads }): Judged[] => {
    if (page.network !== SLOW_4G) return [];
    const what = (figure: string) => `${figure}: ${page.name}`;
    const lcp = median(loads.map(({ lcpMs }) => lcpMs));
    const shift = worst(loads, (load) => load.shift);
    return [
      { what: what("LCP, ms"), against: SLOW_4G.name, figure: lcp, reach: LCP_MS, most: true, digits: 0 },
      { what: what("CLS"), against: "worst load", figure: shift, reach: SHIFT, most: true, digits: 3 },
    ];
  });
  const nothing = (what: string, figure: (load: PageLoad) => number): Judged => ({
    ...{ what, against: "exact", reach: 0, most: true, digits: 0 },
    figure: Math.max(...loaded.map(({ loads }) => worst(loads, figure))),
  });
  const none = [
    nothing("other origins that pages of the shop ask", ({ otherOrigins }) => otherOrigins),
    nothing("cookies that they set before something is held", ({ cookies }) => cookies),
  ];
  return {
    tables: [{ head: HEAD, rows: loaded.map(lineOf) }, results([...judged, ...none])],
    figures: Object.fromEntries(
      loaded
        .filter(({ page }) => page.network === SLOW_4G)
        .map(({ page, loads }) => [page.name, median(loads.map(({ lcpMs }) => lcpMs))]),
    ),
    notes: ["Answers come without compression here; deployed, the platform compresses them."],
  };
}
