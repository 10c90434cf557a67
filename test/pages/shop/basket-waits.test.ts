// A basket that waits: on a slow connection, and on a laptop that slept, where most systems stop the steady clock of a
// page. After the sleep the page shows the true time that is left, and queries the server when it is over (rules S1,
// S6, S9, S10).

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { type Look, openPage } from "../../support/pages/chromium.ts";
import { openClient } from "../../support/server/client.ts";
import { openHostSite } from "../../support/pages/host-site.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";
import { buildShow } from "../../support/server/catalogue/show.ts";
import { openOwnShow } from "./own-shows.ts";

const { server, browser } = await openServerAndBrowser();
const SCREEN: Look = { theme: "light", width: 1280 };
const MINUTE = 60_000;
const LEFT = /(\d+) min (\d+) s left/;

/** The page's own clocks, which the test moves. */
async function holdTwo(page: Page): Promise<void> {
  await page.clock.install();
  await page.reload();
  await page.getByLabel("How many: Type 1").selectOption("2");
  await page.getByRole("button", { name: "Get tickets" }).click();
  await page.getByRole("heading", { name: "Almost yours" }).waitFor();
}

/** Sleeps: the clock on the wall goes on, and nothing of the page runs. */
async function sleep(page: Page, ms: number): Promise<void> {
  await page.clock.setSystemTime((await page.evaluate<number>("Date.now()")) + ms);
}

const secondsShown = async (page: Page): Promise<number> => {
  const [, minutes, seconds] = LEFT.exec(await page.getByText(LEFT).first().innerText()) ?? [];
  return Number(minutes) * 60 + Number(seconds);
};

async function readsTheTruth(page: Page, reads: (url: URL) => boolean): Promise<void> {
  expect(await secondsShown(page)).toBeGreaterThan(240);
  await sleep(page, 3 * MINUTE);
  await expect.poll(() => secondsShown(page)).toBeLessThan(121);
  expect(await secondsShown(page)).toBeGreaterThan(60);
  // By the page's clock all time is over now; the server has slept less, and says what is left.
  const asked = page.waitForRequest((request) => reads(new URL(request.url())));
  await sleep(page, 10 * MINUTE);
  await asked;
  await expect.poll(() => secondsShown(page)).toBeGreaterThan(200);
}

test("[S9] [S10] a basket after a sleep shows what is left, and queries when it is over", async () => {
  const { page, close } = await openPage(browser, server.baseUrl, SCREEN);
  await openOwnShow(page, server, [{ total: 9 }]);
  await holdTwo(page);
  await page.getByLabel("Name and surname").fill("A Shopper");
  await readsTheTruth(page, ({ pathname }) => pathname.startsWith("/b/"));
  expect(await page.getByLabel("Name and surname").inputValue()).toBe("A Shopper");
  await close();
});

test("[S9] the element after a sleep shows what is left, and queries when it is over", async () => {
  const client = openClient(server.baseUrl, 1);
  const show = await buildShow(client, server.demo.api_keys.owner, [{ total: 9 }]);
  client.close();
  const site = await openHostSite(server.baseUrl, `event="${show.eventId}"`);
  const { page, close } = await openPage(browser, site.url, SCREEN);
  await holdTwo(page);
  await readsTheTruth(page, ({ pathname }) => pathname.startsWith("/v1/holds/"));
  await close();
  await site.close();
});

test("[S1] a pressed button shows it until the next page is there, which leads to more tickets", async () => {
  const { page, close } = await openPage(browser, server.baseUrl, SCREEN);
  await openOwnShow(page, server, [{ total: 9 }]);
  // Noted as the form is sent, since a page that is about to go cannot be read.
  await page.evaluate(
    "addEventListener('submit', ({ submitter }) => sessionStorage.setItem('pressed', submitter.ariaBusy))",
  );
  await page.getByLabel("How many: Type 1").selectOption("2");
  await page.getByRole("button", { name: "Get tickets" }).click();
  await page.getByRole("link", { name: "Choose more tickets" }).waitFor();
  expect(await page.evaluate("sessionStorage.getItem('pressed')")).toBe("true");
  await page.goBack();
  await page.getByRole("button", { name: "Get tickets" }).waitFor();
  await expect.poll(() => page.locator("button[aria-busy]").count()).toBe(0);
  await close();
});
