// A real browser, and what it says of a page.

import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { CHROMIUM } from "./chromium-path.ts";

export function openChromium(): Promise<Browser> {
  // A container's root has no sandbox to give; what is opened here is our own.
  return chromium.launch({ executablePath: CHROMIUM, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
}

export type Watched = {
  readonly page: Page;
  /** What the browser complained of: refused by the page's policy, not found, thrown. */
  readonly complaints: string[];
  /** Requests to anywhere but the page's own origin. */
  readonly strays: string[];
  close(): Promise<void>;
};

/** A page at `url`, in a browser that remembers nothing. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions): Promise<Watched> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const strays: string[] = [];
  page.on("console", (line) => void (line.type() === "error" && complaints.push(line.text())));
  page.on("pageerror", (fault) => void complaints.push(String(fault)));
  page.on(
    "request",
    (request) => void (new URL(request.url()).origin !== new URL(url).origin && strays.push(request.url())),
  );
  await page.goto(url, { waitUntil: "load" });
  return { page, complaints, strays, close: () => context.close() };
}

/** What axe finds wrong with the page as it is shown now: rule, how grave, and the first place. */
export async function inaccessible(page: Page): Promise<string[]> {
  const path = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  const devtools = await page.context().newCDPSession(page);
  // By the debugger's way, which the page's policy does not refuse.
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
