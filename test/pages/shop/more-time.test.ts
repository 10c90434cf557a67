// More time for what is in a basket: ten times, then no more, and none while nothing else is left (rules S9, O9). On our
// own page without a script, and in the element.

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { type Look, openPage } from "../../support/pages/chromium.ts";
import { openClient } from "../../support/server/client.ts";
import { openHostSite } from "../../support/pages/host-site.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";
import { buildShow, expectStatus, type Show, type TypeInput } from "../../support/server/catalogue/show.ts";
import { openOwnShow } from "./own-shows.ts";

const { server, browser } = await openServerAndBrowser();
const PHONE: Look = { theme: "light", width: 390 };
const EXTENSIONS = 10;
const ALL_HAD = "You have had all the time that there is.";

const moreTime = (page: Page) => page.getByRole("button", { name: "I need more time" });

async function holdTwo(page: Page): Promise<void> {
  await page.getByLabel("How many: Type 1").selectOption("2");
  await page.getByRole("button", { name: "Get tickets" }).click();
  await page.getByRole("heading", { name: "Almost yours" }).waitFor();
}

/** How often the only hold of the show was lengthened, as its organiser reads it. */
async function extensionsOf({ eventId }: Show): Promise<number> {
  const client = openClient(server.baseUrl, 1);
  try {
    type Listed = { readonly data: readonly { readonly extensions: number }[] };
    const token = server.demo.api_keys.owner;
    const { data } = expectStatus(await client.ask<Listed>("GET", `/v1/holds?event_id=${eventId}`, { token }), 200);
    expect(data).toHaveLength(1);
    return data[0]?.extensions ?? 0;
  } finally {
    client.close();
  }
}

/** Presses "more time", and resolves once what came of it is shown. */
type Press = (page: Page) => Promise<unknown>;

const onPage: Press = (page) => Promise.all([page.waitForEvent("load"), moreTime(page).click()]);

async function inElement(page: Page): Promise<void> {
  await Promise.all([page.waitForResponse((answer) => answer.request().method() === "POST"), moreTime(page).click()]);
  await page.locator("[aria-busy=true]").waitFor({ state: "detached" });
}

/** A press within a second of the one before gains nothing, and is not counted: it is made again. */
async function extendTenTimes(page: Page, show: Show, press: Press): Promise<void> {
  for (let made = 0; made < EXTENSIONS; made = await extensionsOf(show)) await press(page);
}

/** In the first second an extension would gain nothing, and is not refused. */
async function pressUntilRefused(page: Page, why: string, press: Press): Promise<void> {
  const refusal = page.locator(".notice-warn").getByText(why);
  do await press(page);
  while (!(await refusal.isVisible()));
}

async function hasNoMore(page: Page): Promise<void> {
  await page.getByText(ALL_HAD).first().waitFor();
  expect(await moreTime(page).count()).toBe(0);
}

async function onHostSite(
  types: readonly TypeInput[],
  story: (page: Page, show: Show) => Promise<void>,
): Promise<void> {
  const client = openClient(server.baseUrl, 1);
  const show = await buildShow(client, server.demo.api_keys.owner, types);
  client.close();
  const site = await openHostSite(server.baseUrl, `event="${show.eventId}"`);
  const { page, close } = await openPage(browser, site.url, PHONE);
  try {
    await holdTwo(page);
    await story(page, show);
  } finally {
    await close();
    await site.close();
  }
}

test("[S9] [O9] without a script there is more time ten times; an older page is refused the eleventh", async () => {
  const { page, close } = await openPage(browser, server.baseUrl, { ...PHONE, javaScript: false });
  const show = await openOwnShow(page, server, [{ total: 9 }]);
  await holdTwo(page);
  const older = await page.context().newPage();
  await older.goto(page.url());
  await extendTenTimes(page, show, onPage);
  await hasNoMore(page);
  await onPage(older);
  await older.locator(".notice-warn").getByText(ALL_HAD).waitFor();
  await hasNoMore(older);
  expect(await extensionsOf(show)).toBe(EXTENSIONS);
  await close();
});

test("[S9] [O9] in the element there is more time ten times; then both tabs say that it is all", async () => {
  await onHostSite([{ total: 9 }], async (page, show) => {
    const other = await page.context().newPage();
    await other.goto(page.url());
    await moreTime(other).waitFor();
    await extendTenTimes(page, show, inElement);
    for (const tab of [page, other]) await hasNoMore(tab);
  });
});

test("[S9] [O9] with nothing left, our page and the element say why there is no more time", async () => {
  const before = "as long as others are not waiting for the last tickets";
  const why = "Others are waiting for the last tickets, so there is no more time. Please finish now.";
  const { page, close } = await openPage(browser, server.baseUrl, { ...PHONE, javaScript: false });
  const show = await openOwnShow(page, server, [{ total: 2 }]);
  await holdTwo(page);
  await page.getByText(before).waitFor();
  await pressUntilRefused(page, why, onPage);
  expect(await extensionsOf(show)).toBe(0);
  await close();
  await onHostSite([{ total: 2 }], async (element, shown) => {
    await element.getByText(before).waitFor();
    await pressUntilRefused(element, why, inElement);
    expect(await extensionsOf(shown)).toBe(0);
  });
});
