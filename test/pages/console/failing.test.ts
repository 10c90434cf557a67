// What the console's lists do when something arrives late, does not come, or is more than a page.

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { type Look, openPage } from "../../support/pages/chromium.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";
import { press, says, signedInAs, titled } from "./session.ts";

const { server, browser } = await openServerAndBrowser();
const event = () => server.demo.event_id;

const PHONE: Look = { theme: "light", width: 320 };
const AWAY = { status: 503, contentType: "application/problem+json", body: JSON.stringify({ code: "overloaded" }) };

const open = (path: string, prepare: (page: Page) => Promise<unknown>) =>
  openPage(browser, server.baseUrl + path, PHONE, async (page) => {
    await signedInAs(page, server, "owner");
    await prepare(page);
  });

const drawn = (page: Page) =>
  page.evaluate(
    "new Promise((settle) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(settle)), 50))",
  );

/** A list of the API in two pages, made of its first row. */
async function inTwoPages(page: Page, list: RegExp, a: number, b: number, changes: (n: number) => object) {
  await page.route(list, async (route) => {
    const { searchParams } = new URL(route.request().url());
    const isSecond = searchParams.has("cursor");
    const answer = await route.fetch(
      isSecond
        ? {
            url: route
              .request()
              .url()
              .replace(/&?cursor=[^&]*/, ""),
          }
        : {},
    );
    const { data } = (await answer.json()) as { data: readonly object[] };
    const [from, to] = isSecond ? [a, a + b] : [0, a];
    const rows = Array.from({ length: to - from }, (_, n) => ({ ...data[0], ...changes(from + n + 1) }));
    await route.fulfill({ json: { data: rows, next_cursor: isSecond ? null : "second" } });
  });
}

test("[C12] a matter that comes later moves nothing, and is shown on request", async () => {
  let isLater = false;
  const late = { ...{ kind: "door_alerts", action: "review_conflicts", path: "", count: 3, at_least: false } };
  const rest = { at: null, due_at: null, missing: [], email: null };
  const { page, complaints, close } = await open("/console", async (page) => {
    await page.clock.install();
    await page.route(/\/v1\/attention/, async (route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as { data: object[] };
      const matter = {
        ...late,
        ...rest,
        event: { id: event(), name: "A late night", start_time: "2027-01-01T00:00:00Z" },
      };
      await route.fulfill({ json: isLater ? { ...body, data: [matter, ...body.data] } : body });
    });
  });
  const card = page.locator(`a.event-card[href="/console/events/${event()}"]`);
  await card.getByText(/as of/).waitFor();
  await drawn(page);
  const before = await card.boundingBox();
  isLater = true;
  await page.clock.fastForward(31_000);
  await page.getByRole("button", { name: "Show 1 more" }).waitFor();
  expect(await card.boundingBox()).toEqual(before);
  expect(await page.getByText("A late night").count()).toBe(0);
  await press(page, "Show 1 more");
  await says(page, "3 conflicts at the doors of A late night");
  expect(await page.evaluate("document.activeElement.id"), "the button went, the focus stayed near").toBe("attention");
  expect(complaints).toEqual([]);
  await close();
});

test("[D22] the 120th phone of a show can be revoked, and its 120th gate chosen for a crew code", async () => {
  const { page, complaints, close } = await open(`/console/events/${event()}/door`, async (page) => {
    const phone = { event_id: event(), gate_id: null, expires_at: null, revoked_at: null };
    await inTwoPages(page, /\/v1\/devices\?/, 100, 20, (n) => ({ ...phone, id: `dev_${n}`, name: `Phone ${n}` }));
    await inTwoPages(page, /\/gates\?/, 100, 20, (n) => ({ id: `gate_${n}`, name: `Gate ${n}`, gate_code: `G_${n}` }));
  });
  await page.locator("summary", { hasText: "Paired, and silent now: 100+" }).click();
  const phones = page.locator("section[aria-labelledby=devices] li");
  expect(await phones.count()).toBe(100);
  await page.locator("section[aria-labelledby=devices]").getByRole("button", { name: "Show more" }).click();
  await page.locator("summary", { hasText: "Paired, and silent now: 120" }).waitFor();
  await phones.filter({ hasText: "Phone 120" }).getByRole("button", { name: "Revoke" }).waitFor();
  await page.locator("summary", { hasText: "Make a crew code" }).click();
  await expect.poll(() => page.locator("section[aria-labelledby=crew] option").count()).toBe(121);
  expect(complaints).toEqual([]);
  await close();
});

test("[C2] gates beyond the first page that do not come are said, and read again by a press", async () => {
  let isAway = true;
  const { page, close } = await open(`/console/events/${event()}/door`, (page) =>
    page.route(/\/gates\?/, async (route) => {
      const isSecond = new URL(route.request().url()).searchParams.has("cursor");
      if (isSecond) return route.fulfill(isAway ? AWAY : { json: { data: [], next_cursor: null } });
      const answer = await route.fetch();
      return route.fulfill({ json: { ...((await answer.json()) as object), next_cursor: "second" } });
    }),
  );
  await page.getByText("Part of this screen could not be loaded").waitFor({ timeout: 20_000 });
  isAway = false;
  await press(page, "Try again");
  await expect.poll(() => page.getByRole("alert").count()).toBe(0);
  await close();
});

test("[C2] [C8] a list of older events that does not come says why, and can be requested again", async () => {
  let isAway = true;
  const { page, close } = await open("/console/orders", async (page) => {
    await page.route(/\/v1\/events\?limit=100/, async (route) => {
      const isSecond = new URL(route.request().url()).searchParams.has("cursor");
      if (isSecond) return route.fulfill(isAway ? AWAY : { json: { data: [], next_cursor: null } });
      const answer = await route.fetch();
      return route.fulfill({ json: { ...((await answer.json()) as object), next_cursor: "second" } });
    });
  });
  await titled(page, "Orders");
  await press(page, "List older events too");
  await page.getByRole("alert").getByText("The server has too much to do").waitFor();
  isAway = false;
  await press(page, "Try again");
  await expect.poll(() => page.getByRole("alert").count()).toBe(0);
  expect(await page.getByRole("button", { name: "List older events too" }).count()).toBe(0);
  await close();
});

test("[C2] what could not be read beside a list, such as its clocks, is said, and read again by a press", async () => {
  let isAway = true;
  const { page, close } = await open(`/console/events/${event()}/holds`, (page) =>
    page.route(/\/v1\/venues\/ven_/, (route) => (isAway ? route.fulfill(AWAY) : route.continue())),
  );
  await page.getByText("Part of this screen could not be loaded").waitFor({ timeout: 20_000 });
  isAway = false;
  await press(page, "Try again");
  await expect.poll(() => page.getByRole("alert").count()).toBe(0);
  await close();
});
