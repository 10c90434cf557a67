// Which work in the console survives a lost response, a reload, a session and a machine, and which must not.

import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { openPage } from "../../support/pages/chromium.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";
import { openClient } from "../../support/server/client.ts";
import { fillTimes, press, says, signedInAs, titled } from "./session.ts";

const { server, browser } = await openServerAndBrowser();
const client = openClient(server.baseUrl, 2);
afterAll(() => client.close());

function open(path: string, role: "owner" | "staff" = "owner") {
  return openPage(browser, server.baseUrl + path, undefined, (page) => signedInAs(page, server, role));
}

test("[C4] one event comes of a lost response, a reload and more clicks", async () => {
  const name = `Lost ${randomUUID()}`;
  const { page, close } = await open(`/console/new/${server.demo.venue_id}`);
  await titled(page, "What is it, and when?");
  await page.getByLabel("It begins").waitFor();
  await fillTimes(page, name);
  let lost = 0;
  await page.route("**/v1/events", async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.continue();
    lost += 1;
    await route.fetch();
    return route.abort();
  });
  await press(page, "Save as a draft");
  await says(page, "There is no connection");
  await page.reload();
  await says(page, "not saved yet");
  await page.getByRole("button", { name: "Save as a draft" }).dblclick();
  await titled(page, "What tickets are there?");
  const listed = await client.ask<{ data: { name: string }[] }>("GET", "/v1/events?limit=100", {
    token: server.demo.api_keys.owner,
  });
  expect(listed.body.data.filter((each) => each.name === name)).toHaveLength(1);
  await close();
});

test("[C5] a draft that was left at its third step is gone on with on another machine", async () => {
  const name = `Left ${randomUUID()}`;
  const first = await open(`/console/new/${server.demo.venue_id}`);
  await first.page.getByLabel("It begins").waitFor();
  await fillTimes(first.page, name);
  await press(first.page, "Save as a draft");
  await titled(first.page, "What tickets are there?");
  await first.page.getByLabel("Price").fill("75");
  await first.close();
  const { page, close } = await open("/console");
  await page.locator(".event-card", { hasText: name }).click();
  await titled(page, "What tickets are there?");
  expect(await page.getByLabel("Price").inputValue(), "typed there, and not saved").toBe("");
  await page.getByLabel("Name", { exact: true }).fill("Table");
  await page.getByLabel("Price").fill("75");
  await page.getByLabel("How many there are").fill("20");
  await press(page, "Add these tickets");
  await titled(page, "Is everything right?");
  await says(page, name);
  await close();
});

test("[C4] a session that ends asks to sign in over the screen, and what was typed is still there", async () => {
  const { page, close } = await open(`/console/new/${server.demo.venue_id}`);
  await page.getByLabel("It begins").waitFor();
  await fillTimes(page, "Typed before");
  await page.context().clearCookies();
  await press(page, "Save as a draft");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("You were signed out").waitFor();
  await dialog.getByLabel("E-mail address").fill(server.demo.owner.email);
  await dialog.getByLabel("Password").fill(server.demo.owner.password);
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Typed before");
  await press(page, "Save as a draft");
  await titled(page, "What tickets are there?");
  await close();
});

test("[C4] a sign-out in one tab shows the sign-in in the others, and leaves nothing that was typed", async () => {
  const { page, close } = await open("/console/venues", "staff");
  await titled(page, "Venues");
  const other = await page.context().newPage();
  await other.goto(`${server.baseUrl}/console/venues`);
  await titled(other, "Venues");
  await page.evaluate("sessionStorage.setItem('voelgoed:typed:venue', '{}')");
  await page.locator(".account > summary").click();
  await press(page, "Sign out");
  await titled(page, "Sign in");
  expect(await page.evaluate("Object.keys(sessionStorage)")).toEqual([]);
  await other.getByRole("dialog").getByText("You were signed out").waitFor();
  await close();
});
