// Opens a phone's scanner page in a test: an evening with open doors, a crew code, and the page paired by it.

import { expect } from "vitest";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { ALONE_AFTER_MS } from "../../../src/ui/scanner/door/link/link.ts";
import { must } from "../../../src/domain/result.ts";
import { type Client, openClient } from "../server/client.ts";
import { buildDoors, type Entry, type Evening, openEvening } from "../server/catalogue/door-show.ts";
import type { TestServer } from "../server/server.ts";
import { created } from "../server/catalogue/show.ts";
import type { Page as PageOf, Resource } from "../server/wire.ts";

export type ScannerEvening = Evening & {
  readonly client: Client;
  readonly ownerKey: string;
  readonly gateIds: readonly string[];
  /** A crew code of any gate, for so many phones. */
  crewCode(uses?: number): Promise<string>;
  inside(): Promise<number>;
  /** Takes the phone with this token off duty, and waits until nothing takes it any more. */
  endPhone(token: string): Promise<void>;
};

/** Two gates. */
export async function openScannerEvening(server: TestServer, entries: readonly Entry[]): Promise<ScannerEvening> {
  const client = openClient(server.baseUrl);
  const ownerKey = server.demo.api_keys.owner;
  const venue = await buildDoors(client, ownerKey, { gates: 2, scanners: 0 });
  const evening = await openEvening(server, client, venue, entries);
  return {
    ...evening,
    ...{ client, ownerKey, gateIds: venue.gateIds },
    async crewCode(uses = 50) {
      const path = `/v1/events/${evening.eventId}/crew-codes`;
      const made = await created<Resource & { readonly secret: string }>(client, ownerKey, path, { uses });
      return made.secret;
    },
    async endPhone(token) {
      const path = `/v1/devices?event_id=${evening.eventId}`;
      const { body } = await client.ask<PageOf<Resource>>("GET", path, { token: ownerKey });
      for (const { id } of body.data) await client.ask("DELETE", `/v1/devices/${id}`, { token: ownerKey });
      const door = `/v1/events/${evening.eventId}/door`;
      await expect.poll(async () => (await client.ask("GET", door, { token })).status, { timeout: 20_000 }).toBe(401);
    },
    async inside() {
      const path = `/v1/events/${evening.eventId}/door`;
      const { body } = await client.ask<{ readonly inside: number }>("GET", path, { token: ownerKey });
      return body.inside;
    },
  };
}

const VERDICT_MS = 20_000;

export type Phone = { readonly context: BrowserContext; readonly page: Page };

/** All that a phone needs to go on without the network, as its ready check says it. */
const READY = /may let in \d+ persons? alone/;

/**
 * Pairs a phone by a link with the code behind its `#`, and goes to the screen that scans once its ready check says
 * `ready`.
 */
export async function pairPhone(
  page: Page,
  baseUrl: string,
  code: string,
  gate = "Gate 1",
  ready = READY,
): Promise<void> {
  await page.goto(`${baseUrl}/scan#${code}`, { waitUntil: "load", timeout: 60_000 });
  await page.getByLabel("Name of this phone").fill("North gate");
  await page.getByRole("button", { name: "Pair this phone" }).click();
  await page.getByRole("button", { name: gate }).click();
  await page.getByRole("heading", { name: "Ready?" }).waitFor();
  await page.getByText(ready).waitFor();
  await page.getByRole("button", { name: "Start scanning" }).click();
  await page.locator("[data-link=live]").waitFor();
}

/** Paired by `pairPhone`. It waits for the door while it is LIVE, unless the test has the page's clock in its hand. */
export async function openPhone(browser: Browser): Promise<Phone> {
  const context = await browser.newContext({ viewport: { width: 390, height: 800 }, locale: "en-ZA" });
  await context.addInitScript(NOTE_VERDICTS);
  await context.addInitScript(WAIT_FOR_DOOR);
  return { context, page: await context.newPage() };
}

/**
 * On a busy machine 800 ms pass before the door's reply is there, and the phone decides alone, as it should: with this
 * it waits. A phone that is ALONE waits for nobody, with this or without.
 */
export const WAIT_FOR_DOOR = `{
  const later = globalThis.setTimeout;
  globalThis.setTimeout = (then, ms, ...given) => later(then, ms === ${ALONE_AFTER_MS} ? 60_000 : ms, ...given);
}`;

export type ShownVerdict = { readonly verdict: string; readonly text: string };

/** Notes whatever comes over the screen: a green screen is gone before a busy test reads the page. */
const NOTE_VERDICTS = `globalThis.verdicts = [];
let last = null;
new MutationObserver(() => {
  const shown = document.querySelector("[data-verdict]");
  const text = shown?.textContent ?? null;
  if (text !== last && shown !== null)
    globalThis.verdicts.push({ verdict: shown.dataset.verdict, text });
  last = text;
}).observe(document, { childList: true, subtree: true, attributes: true, characterData: true });`;
const TAKE_VERDICT = `(() => {
  const next = globalThis.verdicts.findIndex(({ verdict }) => verdict !== "reading");
  return next < 0 ? null : globalThis.verdicts.splice(0, next + 1);
})()`;

/**
 * As a hardware reader does: a key at a time, without a pause, and Enter. In the page, where a busy machine puts no
 * pause.
 */
export async function typeLikeReader(page: Page, code: string): Promise<void> {
  const keys = [...code].map((key) => ({ key, code: /\d/.test(key) ? `Digit${key}` : `Key${key}` }));
  const typed = JSON.stringify([...keys, { key: "Enter", code: "Enter" }]);
  await page.evaluate(`for (const key of ${typed})
    (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { ...key, bubbles: true, cancelable: true }))`);
}

/** All that was over the screen since the last call, up to the next verdict. */
export async function untilVerdict(page: Page): Promise<readonly ShownVerdict[]> {
  for (const until = Date.now() + VERDICT_MS; Date.now() < until; ) {
    const shown = await page.evaluate<ShownVerdict[] | null>(TAKE_VERDICT);
    if (shown !== null) return shown;
    await page.waitForTimeout(50);
  }
  throw new Error(`no verdict is shown: ${await page.locator("body").innerText()}`);
}

/** Its name and its words. */
export async function nextVerdict(page: Page): Promise<string> {
  const { verdict, text } = must((await untilVerdict(page)).at(-1), "it ends with a verdict");
  return `${verdict}: ${text}`;
}
