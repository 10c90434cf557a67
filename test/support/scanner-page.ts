// A phone's scanner page in a test: an evening whose doors are open, a crew code, and the page paired with it.

import type { Browser, BrowserContext, Page } from "playwright-core";
import { must } from "../../src/domain/result.ts";
import { type Client, openClient } from "./client.ts";
import { buildDoors, type Entry, type Evening, openEvening } from "./door-show.ts";
import type { TestServer } from "./server.ts";
import { created } from "./show.ts";
import type { Resource } from "./wire.ts";

export type ScannerEvening = Evening & {
  readonly client: Client;
  readonly ownerKey: string;
  readonly gateIds: readonly string[];
  /** A crew code of any gate. */
  crewCode(): Promise<string>;
  inside(): Promise<number>;
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
    async crewCode() {
      const path = `/v1/events/${evening.eventId}/crew-codes`;
      const made = await created<Resource & { readonly secret: string }>(client, ownerKey, path, { uses: 50 });
      return made.secret;
    },
    async inside() {
      const path = `/v1/events/${evening.eventId}/door`;
      const { body } = await client.ask<{ readonly inside: number }>("GET", path, { token: ownerKey });
      return body.inside;
    },
  };
}

export type Phone = { readonly context: BrowserContext; readonly page: Page };

/** Pairs a phone by a link with the code behind its `#`, and goes to the screen that scans, without its camera. */
export async function pairPhone(page: Page, baseUrl: string, code: string, gate = "Gate 1"): Promise<void> {
  await page.goto(`${baseUrl}/scan#${code}`, { waitUntil: "load", timeout: 60_000 });
  await page.getByLabel("Name of this phone").fill("North gate");
  await page.getByRole("button", { name: "Pair this phone" }).click();
  await page.getByRole("button", { name: gate }).click();
  await page.getByRole("heading", { name: "Ready?" }).waitFor();
  // All that it needs to go on without the network.
  await page.getByText(/may let in \d+ persons? alone/).waitFor();
  await page.getByRole("button", { name: "Start scanning" }).click();
  await page.locator("[data-link=live]").waitFor();
}

export async function openPhone(browser: Browser): Promise<Phone> {
  const context = await browser.newContext({ viewport: { width: 390, height: 800 }, locale: "en-ZA" });
  return { context, page: await context.newPage() };
}

/** As a hardware reader does: a key at a time, without a pause, and Enter. */
export async function wedge(page: Page, code: string): Promise<void> {
  await page.keyboard.type(code);
  await page.keyboard.press("Enter");
}

/** Resolves with the verdict that is shown, once it is one of `names`. */
export async function untilVerdict(page: Page, name: string): Promise<string> {
  const shown = page.locator(`[data-verdict=${name}]`);
  await shown.waitFor({ timeout: 15_000 });
  return must(await shown.textContent(), "it says something");
}
