// What an organiser makes in the console is made once, whatever they press and whatever is lost; a copy of an event is
// one more.

import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { openPage } from "../../support/pages/chromium.ts";
import { openClient } from "../../support/server/client.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";
import { buildShow } from "../../support/server/catalogue/show.ts";
import { fillTimes, press, says, signedInAs, titled, tomorrow } from "./session.ts";

const { server, browser } = await openServerAndBrowser();
const client = openClient(server.baseUrl, 2);
afterAll(() => client.close());

const open = (path: string) =>
  openPage(browser, server.baseUrl + path, undefined, (page) => signedInAs(page, server, "owner"));

type Listed = { readonly id: string; readonly name: string; readonly status: string };
async function eventsCalled(name: string): Promise<readonly Listed[]> {
  const token = server.demo.api_keys.owner;
  const { body } = await client.ask<{ data: Listed[] }>("GET", "/v1/events?limit=100", { token });
  return body.data.filter((each) => each.name === name);
}

test("[C4] five clicks on the button that makes an event, one of their responses lost, make one event", async () => {
  const name = `Five ${randomUUID()}`;
  const { page, close } = await open(`/console/new/${server.demo.venue_id}`);
  await page.getByLabel("It begins").waitFor();
  await fillTimes(page, name);
  let sent = 0;
  await page.route("**/v1/events", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    sent += 1;
    if (sent > 1) return route.continue();
    await route.fetch();
    return route.abort();
  });
  // At once, in one task of the page, as a hand does that sees nothing happen; then by hand.
  await page.evaluate(`(() => {
    const button = [...document.querySelectorAll("button")].find((each) => each.textContent === "Save as a draft");
    for (let click = 0; click < 4; click++) button.click();
  })()`);
  await says(page, "There is no connection");
  await press(page, "Save as a draft");
  await titled(page, "What tickets are there?");
  expect(sent, "no click sends anything while the first is under way").toBe(2);
  expect(await eventsCalled(name)).toHaveLength(1);
  await close();
});

test("[E13] another event is made like one that sells: its types, at its own time, and nothing sold", async () => {
  const [name, copy] = [`First ${randomUUID()}`, `Second ${randomUUID()}`];
  const changes = { name, slug: `night-${randomUUID()}`, capacity: 1_000 };
  const at = server.demo.venue_id;
  const show = await buildShow(client, server.demo.api_keys.owner, [{ total: 40 }], { at, changes });
  const { page, complaints, close } = await open(`/console/events/${show.eventId}`);
  await press(page, "Make another like it");
  await page.getByLabel("Name", { exact: true }).fill(copy);
  await page.getByLabel("It begins").fill(tomorrow("20:00"));
  await press(page, "Save as a draft");
  await titled(page, "Is everything right?");
  await says(page, "Type 1");
  expect(await eventsCalled(copy)).toMatchObject([{ status: "draft" }]);
  expect(complaints).toEqual([]);
  await close();
});

/** Presses Tab until what has the focus is called so. */
async function tabTo(page: Page, name: string): Promise<void> {
  const focused = `(({ labels, textContent }) => (labels?.[0] ?? { textContent }).textContent.trim())(document.activeElement)`;
  for (let tabs = 0; tabs < 60; tabs++) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate<string>(focused)).startsWith(name)) return;
  }
  throw new Error(`no way by Tab to ${name}`);
}

test("[C10] by keyboard alone somebody signs in, makes an event and publishes it", async () => {
  const { page, complaints, close } = await openPage(browser, `${server.baseUrl}/console`);
  await titled(page, "Sign in");
  const type = async (name: string, text: string) => {
    await tabTo(page, name);
    await page.keyboard.type(text);
  };
  const go = async (name: string, title: string) => {
    await tabTo(page, name);
    await page.keyboard.press("Enter");
    await titled(page, title);
  };
  await type("E-mail address", server.demo.owner.email);
  await type("Password", server.demo.owner.password);
  await page.keyboard.press("Enter");
  await titled(page, "Events");
  await page.getByRole("link", { name: "New event" }).waitFor();
  await go("New event", "Where is it?");
  await page.getByText("Take this place").waitFor();
  await go("Bosveld Showgrounds", "What is it, and when?");
  await page.getByLabel("It begins").waitFor();
  await type("Name", "By keyboard");
  const [year = "", month = "", day = ""] = tomorrow("19:00").slice(0, 10).split("-");
  for (const [name, hour] of [
    ["It begins", "0700PM"],
    ["It ends", "1100PM"],
  ] as const) {
    await type(name, `${month}${day}${year}`);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.type(hour);
  }
  await go("Save as a draft", "What tickets are there?");
  await type("Name", "General");
  await type("Price", "50");
  await type("How many there are", "20");
  await page.keyboard.press("Enter");
  await says(page, "General is saved.");
  await go("Look at it", "Is everything right?");
  await tabTo(page, "Publish and open the sale");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Enter");
  await titled(page, "By keyboard");
  await says(page, "It is published.");
  expect(complaints).toEqual([]);
  await close();
});
