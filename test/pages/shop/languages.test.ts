// The shop for readers of another language and in another zone: every page in Afrikaans from the shop to the tickets, and
// an event's time where the reader's clocks were changed since.

import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { type Look, openPage } from "../../support/pages/chromium.ts";
import { openClient } from "../../support/server/client.ts";
import { openHostSite } from "../../support/pages/host-site.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";
import { buildShow } from "../../support/server/catalogue/show.ts";
import { confirmed, EVENT } from "./states.ts";

const { server, browser } = await openServerAndBrowser();
const PHONE: Look = { theme: "light", width: 390 };

/** What the demonstration's organisers called their things. */
const NAMES =
  /Bushveld (Sounds|Exhibition)|Winter Sessions|Bosveld (Live|Showgrounds)|Harbour (Hall|Jazz)|Kaap Nights|Free/g;
const ENGLISH = new RegExp(
  `\\b(${[
    ...["the", "your", "you", "and", "this", "that", "tickets?", "orders?", "basket", "with", "please", "left", "time"],
    ...["for", "free", "from", "are", "until", "each", "sold", "out", "page", "events?", "who", "what", "not", "we"],
    ...["(mon|tues|wednes|thurs|fri|satur|sun)day", "january", "march", "may", "october", "december", "total"],
  ].join("|")})\\b`,
  "i",
);

/** All that a reader sees or hears of the page, hidden parts and its title included. */
async function englishOn(page: Page): Promise<string | null> {
  const text = await page.evaluate<string>(`[
    document.title,
    ...[...document.body.querySelectorAll("*")].flatMap((each) => ["aria-label", "alt", "title", "placeholder"].map((name) => each.getAttribute(name) ?? "")),
    ...[...document.body.querySelectorAll(":not(script)")].flatMap((each) => [...each.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data)),
  ].join(" · ")`);
  const found = ENGLISH.exec(text.replaceAll(NAMES, ""));
  return found && text.replaceAll(NAMES, "").slice(Math.max(0, found.index - 60), found.index + 60);
}

test("[S15] every page of the shop to the ticket itself is in Afrikaans without a word of English", async () => {
  const { page, close } = await openPage(browser, `${server.baseUrl}/?lang=af`, PHONE);
  const isAfrikaans = async (what: string) => expect(await englishOn(page), what).toBeNull();
  await isAfrikaans("the front page");
  for (const path of [
    "/o/bosveld-live",
    `/b/${server.demo.event_id}`,
    "/t",
    "/nowhere",
    `/r/ord_${"0".repeat(52)}`,
    EVENT,
  ]) {
    await page.goto(`${server.baseUrl}${path}?lang=af`);
    await isAfrikaans(path);
  }
  await page.locator("select.amount").nth(0).selectOption("2");
  await page.locator("select.amount").nth(2).selectOption("1");
  await page.locator("form[data-event] button[type=submit]").click();
  await page.getByRole("heading", { name: "Amper joune" }).waitFor();
  await isAfrikaans("the basket");
  await page.locator("#name").fill("X");
  await page.locator("#email").fill("nobody@x");
  await page.locator("#email").press("Enter");
  await page.locator(".errors").waitFor();
  await isAfrikaans("the basket with wrong details");
  await page.locator("#email").fill("x@example.com");
  await page.locator("#email").press("Enter");
  await page.getByRole("heading", { name: "Jou kaartjies is gereserveer" }).waitFor();
  await isAfrikaans("the reserved order");
  await confirmed(page, server);
  await isAfrikaans("the confirmed order");
  const link = await page.locator("article.ticket a[href*='#']").first().getAttribute("href");
  // A ticket that is given away has no language in its link: its new owner reads it in their own.
  const given = new URL(String(link), server.baseUrl);
  given.searchParams.set("lang", "af");
  await page.goto(given.href);
  await page.locator("svg.qr").waitFor();
  await isAfrikaans("a ticket by its link");
  await close();
});

test("[S15] a reader in London reads their own time of events before and after their clocks change", async () => {
  const client = openClient(server.baseUrl, 1);
  const { demo } = server;
  const showAt = async (day: string) => {
    const times = { start_time: `${day}T16:00:00.000Z`, end_time: `${day}T20:00:00.000Z` };
    const slug = `clocks-${randomUUID()}`;
    const changes = { ...times, name: "Clocks", slug, capacity: 100 };
    const show = await buildShow(client, demo.api_keys.owner, [{ total: 9 }], { at: demo.venue_id, changes });
    return { show, path: `/e/${demo.organization.slug}/${slug}` };
  };
  // The clocks of London go back on the last Sunday of October, those of the venue never.
  const [summer, winter] = [await showAt("2027-10-30"), await showAt("2027-10-31")];
  client.close();
  const site = await openHostSite(server.baseUrl, `event="${winter.show.eventId}" lang="en"`);
  const { page, close } = await openPage(browser, server.baseUrl + summer.path, { ...PHONE, zone: "Europe/London" });
  await page.getByText("Saturday, 30 October 2027 at 18:00").first().waitFor();
  await page.getByText("Saturday, 30 October 2027 at 17:00 for you (British Summer Time)").waitFor();
  const WINTER = "Sunday, 31 October 2027 at 16:00 for you (Greenwich Mean Time)";
  for (const url of [server.baseUrl + winter.path, site.url]) {
    await page.goto(url);
    await page.getByText(WINTER).waitFor();
  }
  await Promise.all([close(), site.close()]);
});
