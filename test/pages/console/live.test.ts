// The console and what is outside of it: a network that goes away for a while, and the phones of the crew.

import { afterAll, expect, test } from "vitest";
import { openPage } from "../../support/pages/chromium.ts";
import { openClient } from "../../support/server/client.ts";
import { openCutLine } from "../../support/pages/cut-line.ts";
import { openPhone } from "../../support/pages/scanner-page.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";
import { buyOne } from "../shop/own-shows.ts";
import { press, says, signedInAs, titled } from "./session.ts";

const { server, browser } = await openServerAndBrowser();
const client = openClient(server.baseUrl, 2);
afterAll(() => client.close());

const CUT_MS = 20_000;

test("[C6] a connection cut for 20 seconds is said, and what was sold meanwhile shows once it is back", async () => {
  const line = await openCutLine(server.baseUrl);
  const own = { ...server, baseUrl: line.baseUrl };
  const { page, close } = await openPage(
    browser,
    `${line.baseUrl}/console/events/${server.demo.event_id}`,
    undefined,
    (page) => signedInAs(page, own, "staff"),
  );
  await page.locator(".lamp-live").waitFor();
  const tile = page.locator(".tiles > div", { hasText: "Sold" }).first().locator("dd");
  const before = Number(await tile.innerText());
  line.cut();
  const cutAt = Date.now();
  // That it is within five seconds is proved with a clock of its own (test/unit/console/pinged-socket.test.ts).
  await page.locator(".lamp-lost").waitFor();
  await page.locator(".live.is-stale").waitFor();
  await says(page, /Not live: the connection is lost.* \(as of \d/);
  const { id } = await buyOne(client, server.demo.event_id);
  await client.ask("POST", `/v1/orders/${id}/confirm`, { token: server.demo.api_keys.owner });
  await expect.poll(() => Date.now() - cutAt, { timeout: CUT_MS + 1_000, interval: 500 }).toBeGreaterThan(CUT_MS);
  expect(await page.locator(".lamp-live").count(), "nothing comes through yet").toBe(0);
  expect(Number(await tile.innerText())).toBe(before);
  line.join();
  await page.locator(".lamp-live").waitFor({ timeout: 30_000 });
  await expect.poll(async () => Number(await tile.innerText())).toBe(before + 1);
  await close();
  await line.close();
});

test("[D22] by a code for one phone that the console shows one is paired; two more are refused, in words", async () => {
  const { page, complaints, close } = await openPage(
    browser,
    `${server.baseUrl}/console/events/${server.demo.event_id}/door`,
    undefined,
    (page) => signedInAs(page, server, "staff"),
  );
  await titled(page, "At the doors");
  await page.locator("summary", { hasText: "Make a crew code" }).click();
  await page.getByLabel("For how many phones").fill("1");
  await press(page, "Make a crew code");
  await page.locator("svg.qr").waitFor();
  const code = await page.locator(".crew-made .code").innerText();
  const [first, ...others] = [await openPhone(browser), await openPhone(browser), await openPhone(browser)] as const;
  const pair = async ({ page }: typeof first, name: string) => {
    await page.goto(`${server.baseUrl}/scan#${code}`, { waitUntil: "load", timeout: 60_000 });
    await page.getByLabel("Name of this phone").fill(name);
    await press(page, "Pair this phone");
  };
  await pair(first, "North gate");
  await first.page.getByRole("heading", { name: "Which gate?" }).waitFor();
  await page.locator("section[aria-labelledby=devices]").getByText("North gate").waitFor();
  for (const other of others) {
    await pair(other, "A stranger");
    await says(other.page, "This code has paired as many phones as it may");
    expect(await other.page.getByRole("button", { name: "Pair this phone" }).count()).toBe(1);
  }
  const devices = `/v1/devices?event_id=${server.demo.event_id}`;
  const { body } = await client.ask<{ data: { name: string }[] }>("GET", devices, {
    token: server.demo.api_keys.owner,
  });
  expect(body.data.filter(({ name }) => name === "A stranger")).toEqual([]);
  expect(body.data.filter(({ name }) => name === "North gate")).toHaveLength(1);
  await page.reload();
  await says(page, "0 of 1 left");
  expect(complaints).toEqual([]);
  expect(await readsOfUnnamed(), "each of two lists of two pages, and once more since a phone has no name").toBe(8);
  for (const { context } of [first, ...others]) await context.close();
  await close();
});

/** How often a screen reads the lists of devices that never name the one on duty, until it reads no more. */
async function readsOfUnnamed(): Promise<number> {
  let reads = 0;
  const { page, close } = await openPage(
    browser,
    `${server.baseUrl}/console/events/${server.demo.event_id}/door`,
    undefined,
    async (page) => {
      await signedInAs(page, server, "staff");
      await page.route(/\/v1\/devices\?/, (route) => {
        reads += 1;
        const isSecond = new URL(route.request().url()).searchParams.has("cursor");
        return route.fulfill({ json: { data: [], next_cursor: isSecond ? null : "second" } });
      });
    },
  );
  await expect.poll(() => reads).toBeGreaterThanOrEqual(8);
  await page.evaluate(
    "new Promise((settle) => { let left = 60; const next = () => (left-- === 0 ? settle() : requestAnimationFrame(next)); next(); })",
  );
  await close();
  return reads;
}
