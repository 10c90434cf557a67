// Loads a page as a slow phone on a slow network does, cold, and says what its reader waited for and what moved.

import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";

/** `latencyMs` is added to each request, and speeds are bits a second. */
export type Network = { readonly name: string; readonly latencyMs: number; readonly down: number; readonly up: number };

/** Lighthouse's slow 4G: the round trip, and both ways' speeds. */
export const SLOW_4G: Network = { name: "slow 4G", latencyMs: 150, down: 1_600_000, up: 750_000 };
/** The same with the handshakes of a connection counted into each request, as Lighthouse throttles by DevTools. */
export const SLOW_4G_HANDSHAKES: Network = {
  ...{ name: "slow 4G, handshakes at each request", latencyMs: 562.5 },
  ...{ down: 1_474_560, up: 675_000 },
};

const CPU_SLOWDOWN = 4;
const PHONE = { width: 390, height: 844 };
/** For how long there must be no request and no movement. */
const QUIET_MS = 1_500;

export type PageToLoad = {
  readonly name: string;
  readonly url: string;
  /** Origins that it may call: its own, and for the element on another site ours. */
  readonly origins: readonly string[];
  readonly network: Network;
  readonly withScripts?: boolean;
  readonly cookies?: Parameters<BrowserContext["addCookies"]>[0];
  /** What its reader does once it is quiet; what moves meanwhile counts, too. */
  readonly act?: (page: Page) => Promise<unknown>;
};

export type PageLoad = {
  /** Largest contentful paint, ms after the start of the navigation. */
  readonly lcpMs: number;
  /** The sum of all layout shifts that no press or key had just caused. */
  readonly shift: number;
  readonly shifted: readonly string[];
  readonly requests: number;
  /** As they came over the network, headers of responses included. */
  readonly bytes: number;
  readonly otherOrigins: number;
  /** Before the reader did anything. */
  readonly cookies: number;
};

/** Runs before the page's own scripts. */
const WATCH = `window.seen = { document: performance.timeOrigin, lcpMs: 0, shift: 0, shifted: [] };
const name = (node) => node.nodeName + (node.id ? "#" + node.id : "") + (node.className ? "." + node.className : "");
const place = ({ node, previousRect: from, currentRect: to }) =>
  (node ? name(node) : "in the element") + " from " + [from.y, from.height] + " to " + [to.y, to.height];
new PerformanceObserver((list) => {
  for (const { startTime } of list.getEntries()) seen.lcpMs = startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries()) {
    if (hadRecentInput) continue;
    seen.shift += value;
    seen.shifted.push(value.toFixed(4) + " " + sources.map(place).join("; "));
  }
}).observe({ type: "layout-shift", buffered: true });`;

type Seen = { readonly document: number; readonly lcpMs: number; readonly shift: number; readonly shifted: string[] };
const seenOn = (page: Page) => page.evaluate<Seen>("seen");

export async function loadPage(browser: Browser, asked: PageToLoad): Promise<PageLoad> {
  const { url, origins, network, withScripts = true, cookies = [], act } = asked;
  const context = await browser.newContext({
    ...{ viewport: PHONE, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: "en-ZA" },
    timezoneId: "Africa/Johannesburg",
  });
  try {
    await context.addCookies(cookies);
    const given = (await context.cookies()).length;
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await slowDown(devtools, network);
    // In place of a browser without JavaScript, in which nothing could be measured either.
    if (!withScripts) await devtools.send("Network.setBlockedURLs", { urls: ["*.js"] });
    const traffic = watchTraffic(page, devtools, origins);
    await page.addInitScript(WATCH);
    await page.goto(url, { waitUntil: "load", timeout: 60_000 });
    await untilQuiet(page, traffic);
    // What was painted largest is settled at the first input.
    const loaded = await seenOn(page);
    const { requests, bytes } = traffic;
    const set = (await context.cookies()).length - given;
    await act?.(page);
    await untilQuiet(page, traffic);
    const acted = await seenOn(page);
    // The press may have led to another page, which begins at nothing.
    const parts = acted.document === loaded.document ? [acted] : [loaded, acted];
    return {
      ...{ lcpMs: loaded.lcpMs, requests, bytes, cookies: set, otherOrigins: traffic.others.size },
      shift: parts.reduce((sum, { shift }) => sum + shift, 0),
      shifted: parts.flatMap(({ shifted }) => shifted),
    };
  } finally {
    await context.close();
  }
}

async function slowDown(devtools: CDPSession, { latencyMs, down, up }: Network): Promise<void> {
  await devtools.send("Network.enable");
  await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
  await devtools.send("Network.emulateNetworkConditions", {
    ...{ offline: false, latency: latencyMs },
    ...{ downloadThroughput: down / 8, uploadThroughput: up / 8 },
  });
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
}

type Traffic = { requests: number; bytes: number; open: number; movedAt: number; readonly others: Set<string> };

function watchTraffic(page: Page, devtools: CDPSession, origins: readonly string[]): Traffic {
  const traffic: Traffic = { requests: 0, bytes: 0, open: 0, movedAt: performance.now(), others: new Set() };
  const move = (open: number) => {
    traffic.open += open;
    traffic.movedAt = performance.now();
  };
  const ask = (to: string) => {
    const origin = new URL(to).origin.replace(/^ws/, "http");
    if (!origins.includes(origin)) traffic.others.add(origin);
  };
  page.on("request", (request) => {
    traffic.requests += 1;
    ask(request.url());
    move(1);
  });
  page.on("requestfinished", () => move(-1));
  page.on("requestfailed", () => move(-1));
  page.on("websocket", (socket) => {
    ask(socket.url());
    move(0);
    socket.on("framereceived", () => move(0));
  });
  devtools.on("Network.loadingFinished", ({ encodedDataLength }) => void (traffic.bytes += encodedDataLength));
  return traffic;
}

/** Until nothing has been on its way for a while, the first counts of a socket included. */
async function untilQuiet(page: Page, traffic: Traffic): Promise<void> {
  traffic.movedAt = performance.now();
  while (traffic.open > 0 || performance.now() - traffic.movedAt < QUIET_MS) await page.waitForTimeout(100);
}
