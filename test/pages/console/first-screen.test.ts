// What comes in one after the other on the console's first screens: it moves nothing, and asks for nothing twice. And
// the first screen of a role that has nothing else there.

import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { type Look, openPage } from "../../support/pages/chromium.ts";
import { openClient } from "../../support/server/client.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";
import { buildShow, created, type Show, typeOf } from "../../support/server/catalogue/show.ts";
import type { Resource } from "../../support/server/wire.ts";
import { buyOne, holdByAnother } from "../shop/own-shows.ts";
import { says, signedInAs, titled } from "./session.ts";

const { server, browser } = await openServerAndBrowser();
const client = openClient(server.baseUrl, 2);
afterAll(() => client.close());

const PHONE: Look = { theme: "light", width: 320 };
const owner = server.demo.api_keys.owner;

function ownShow(): Promise<Show> {
  const changes = { name: `A night ${randomUUID()}`, slug: `night-${randomUUID()}`, capacity: 1_000 };
  return buildShow(client, owner, [{ total: 20 }], { at: server.demo.venue_id, changes });
}

/** Holds back the responses to such requests until it is called. */
async function holdBack(page: Page, requests: string | RegExp): Promise<() => void> {
  let release = (): void => undefined;
  const released = new Promise<void>((settle) => {
    release = settle;
  });
  await page.route(requests, (route) => released.then(() => route.continue()));
  return () => release();
}

/** What has come by now is drawn. */
const drawn = (page: Page) =>
  page.evaluate(
    "new Promise((settle) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(settle)), 50))",
  );

const NOTE_SHIFTS = `globalThis.shifted = 0;
new PerformanceObserver((list) => { for (const { value } of list.getEntries()) globalThis.shifted += value; })
  .observe({ type: "layout-shift", buffered: true });`;

test("[C12] the list of events comes with what needs attention, and later numbers move nothing", async () => {
  const show = await ownShow();
  await holdByAnother(server, typeOf(show));
  const draft = { venue_id: server.demo.venue_id, name: "Not yet", capacity: 10 };
  const times = { start_time: "2027-01-05T17:00:00Z", end_time: "2027-01-05T21:00:00Z" };
  const sale = { sale_start: "2026-12-01T06:00:00Z", sale_end: "2027-01-05T17:00:00Z" };
  await created<Resource>(client, owner, "/v1/events", { ...draft, ...times, ...sale });
  const held: (() => void)[] = [];
  let read: Promise<unknown> = Promise.resolve();
  const { page, complaints, close } = await openPage(browser, `${server.baseUrl}/console`, PHONE, async (page) => {
    await signedInAs(page, server, "owner");
    await page.addInitScript(NOTE_SHIFTS);
    for (const requests of [/\/v1\/attention/, /\/ticket-types\?/]) held.push(await holdBack(page, requests));
    read = Promise.all([/\/v1\/events\?limit=12/, /\/v1\/venues\?/].map((url) => page.waitForResponse(url)));
  });
  const [attention, numbers] = held;
  await read;
  await drawn(page);
  expect(await page.locator("a.event-card").count(), "not before it is known what comes above it").toBe(0);
  attention?.();
  const card = page.locator(`a[href="/console/events/${show.eventId}"]`);
  await card.waitFor();
  await says(page, "Needs your attention");
  await drawn(page);
  const before = await card.boundingBox();
  await page.evaluate("globalThis.shifted = 0");
  numbers?.();
  await card.getByText("0 of 20 sold").waitFor();
  await card.getByText(/^1 not paid yet · as of \d/).waitFor();
  expect(await card.boundingBox()).toEqual(before);
  expect(await page.evaluate("globalThis.shifted")).toBe(0);
  expect(complaints).toEqual([]);
  await close();
});

test("[C8] while venues are on their way, the list of orders does not read its events one by one", async () => {
  const show = await ownShow();
  const { id } = await buyOne(client, show.eventId);
  const list = `/v1/orders?event_id=${show.eventId}&limit=10`;
  const listed = async () =>
    (await client.ask<{ data: { id: string }[] }>("GET", list, { token: owner })).body.data.map((each) => each.id);
  await expect.poll(listed, { timeout: 20_000 }).toContain(id);
  const asked: string[] = [];
  let release = (): void => undefined;
  const { page, close } = await openPage(browser, `${server.baseUrl}/console/orders`, undefined, async (page) => {
    await signedInAs(page, server, "owner");
    release = await holdBack(page, /\/v1\/venues\?/);
    page.on("request", (request) => void (/\/v1\/events\/evt_/.test(request.url()) && asked.push(request.url())));
  });
  await page.locator("tbody").getByText("A night").first().waitFor();
  await drawn(page);
  expect(asked).toEqual([]);
  release();
  await close();
});

test("[C2] a person who may only scan is led to the scanner from the console, in both languages", async () => {
  const { page, complaints, close } = await openPage(browser, `${server.baseUrl}/console?lang=af`, PHONE, (page) =>
    signedInAs(page, server, "scanner_only"),
  );
  await titled(page, "Jou rol is vir die deure");
  await says(page, "laat dit die spankode lees");
  expect(await page.getByRole("link", { name: "Maak die skandeerder oop" }).getAttribute("href")).toBe("/scan");
  await page.goto(`${server.baseUrl}/console?lang=en`);
  await titled(page, "Your role is for the doors");
  await says(page, "the crew code that your supervisor shows you");
  await page.getByRole("link", { name: "Open the scanner" }).click();
  await page.getByRole("button", { name: "Pair this phone" }).waitFor();
  expect(complaints).toEqual([]);
  await close();
});
