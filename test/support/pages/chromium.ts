// Drives a real browser, and collects what it reports about a page.

import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { type Browser, chromium, type Page } from "playwright-core";
import { CHROMIUM } from "./chromium-path.ts";

export function openChromium(flags: readonly string[] = []): Promise<Browser> {
  // A container's root has no sandbox to give; what is opened here is our own.
  const args = [...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), ...flags];
  return chromium.launch({ executablePath: CHROMIUM, args });
}

/**
 * A browser whose camera shows a film (test/support/pages/film.ts) again and again, without a request for permission.
 */
export function openWithCamera(film: string): Promise<Browser> {
  const shown = ["--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${film}`];
  return openChromium(["--use-fake-ui-for-media-stream", ...shown]);
}

/**
 * How a page is viewed: the preferences of the reader's system, and the size in CSS pixels. `javaScript`: false
 * switches it off.
 */
export type Look = {
  readonly theme: "light" | "dark";
  readonly width: number;
  readonly javaScript?: boolean;
  /** The reader's zone; left out: that of the events here. */
  readonly zone?: string;
};

/** A phone of the smallest kind and a screen, each light and dark. */
export const LOOKS: readonly Look[] = [
  { theme: "light", width: 1_280 },
  { theme: "dark", width: 320 },
  { theme: "light", width: 320 },
  { theme: "dark", width: 1_280 },
];

export type Watched = {
  readonly page: Page;
  /** The browser's complaints: refused by the page's policy, not found, thrown. */
  readonly complaints: string[];
  /** Requests and sockets to anywhere but the page's own origin. */
  readonly strays: string[];
  close(): Promise<void>;
};

/** A page at `url`, in a browser that remembers nothing. `prepare` runs before it is loaded. */
export async function openPage(
  browser: Browser,
  url: string,
  { theme, width, javaScript = true, zone = "Africa/Johannesburg" }: Look = { theme: "light", width: 1_280 },
  prepare: (page: Page) => Promise<unknown> = () => Promise.resolve(),
): Promise<Watched> {
  const context = await browser.newContext({
    colorScheme: theme,
    viewport: { width, height: 900 },
    javaScriptEnabled: javaScript,
    locale: "en-ZA",
    timezoneId: zone,
    // Animations end at once, so that a picture is the same each time.
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const strays: string[] = [];
  const stray = (to: string) => {
    if (new URL(to).host !== new URL(url).host) strays.push(to);
  };
  page.on("console", (line) => void (line.type() === "error" && complaints.push(line.text())));
  page.on("pageerror", (fault) => void complaints.push(String(fault)));
  page.on("request", (request) => stray(request.url()));
  page.on("websocket", (socket) => stray(socket.url()));
  await prepare(page);
  await page.goto(url, { waitUntil: "load", timeout: 60_000 });
  return { page, complaints, strays, close: () => context.close() };
}

/** How many pixels wider the page is than its window. */
export function sideways(page: Page): Promise<number> {
  return page.evaluate<number>("Math.max(0, document.documentElement.scrollWidth - innerWidth)");
}

/** What axe finds wrong with the page as it is shown now: rule, how grave, and the first place. */
export async function inaccessible(page: Page): Promise<string[]> {
  const path = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  const devtools = await page.context().newCDPSession(page);
  // Through the debugger, which the page's policy does not refuse.
  await devtools.send("Runtime.evaluate", { expression: await readFile(path, "utf8") });
  const run = `axe.run(document).then(({ violations }) => violations.map(
    ({ impact, id, nodes }) => impact + ": " + id + " at " + nodes[0].html.slice(0, 120) + " " + nodes[0].failureSummary.slice(0, 300)))`;
  const { result } = await devtools.send("Runtime.evaluate", {
    expression: run,
    awaitPromise: true,
    returnByValue: true,
  });
  return result.value as string[];
}
