// What the console does beyond the first page and the first choice: older events, another venue, a form that is given
// up.

import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { openPage } from "../../support/pages/chromium.ts";
import { openClient } from "../../support/server/client.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";
import { buildShow, created } from "../../support/server/catalogue/show.ts";
import type { Resource } from "../../support/server/wire.ts";
import { buyOne } from "../shop/own-shows.ts";
import { press, says, signedInAs, titled } from "./session.ts";

const { server, browser } = await openServerAndBrowser();
const client = openClient(server.baseUrl, 2);
afterAll(() => client.close());

const token = () => server.demo.api_keys.owner;
const open = (path: string) =>
  openPage(browser, server.baseUrl + path, undefined, (page) => signedInAs(page, server, "owner"));

test("[C8] orders of an event older than those of the first page name it, and are found by it", async () => {
  const changes = { name: "A newer night", slug: `night-${randomUUID()}`, capacity: 1_000 };
  await buildShow(client, token(), [{ total: 5 }], { at: server.demo.venue_id, changes });
  const { id } = await buyOne(client, server.demo.event_id);
  const path = "/v1/orders?limit=100";
  const listed = async () => {
    const { body } = await client.ask<{ data: { id: string }[] }>("GET", path, { token: token() });
    return body.data.map((each) => each.id);
  };
  await expect.poll(listed, { timeout: 20_000 }).toContain(id);
  const { page, close } = await openPage(browser, `${server.baseUrl}/console/orders`, undefined, async (page) => {
    await signedInAs(page, server, "owner");
    // As if there were more than a page of events: each page has one.
    await page.route(/\/v1\/events\?limit=100/, (route) =>
      route.continue({ url: route.request().url().replace("limit=100", "limit=1") }),
    );
  });
  await page.locator("tbody").getByText("Bushveld Sounds").first().waitFor();
  const options = () => page.getByLabel("Event", { exact: true }).locator("option").allInnerTexts();
  expect(await options()).toEqual(["All events", "A newer night"]);
  for (let pages = 0; pages < 4 && !(await options()).includes("Bushveld Sounds"); pages++) {
    const before = (await options()).length;
    await press(page, "List older events too");
    await expect.poll(async () => (await options()).length).toBeGreaterThan(before);
  }
  await page.getByLabel("Event", { exact: true }).selectOption({ label: "Bushveld Sounds" });
  await page.waitForURL(/event=evt_/);
  await page.locator("tbody tr").first().waitFor();
  expect(await page.getByRole("link", { name: "Download as CSV" }).count()).toBe(1);
  await page.reload();
  await expect.poll(options).toContain("Bushveld Sounds");
  await page.getByLabel("Find an order").fill("A shopper");
  await press(page, "Search");
  await page.waitForURL(/q=/);
  const file = page.getByRole("link", { name: "Download as CSV" });
  await expect.poll(() => file.getAttribute("href")).toMatch(/\?q=A\+shopper&event_id=evt_/);
  await close();
});

test("[C5] a draft moves to another venue, where the clocks show the times that they showed before", async () => {
  const at = { address: "1 Road", city: "Tzaneen", country: "ZA", capacity: 5_000 };
  const [here, there] = await Promise.all([
    created<Resource>(client, token(), "/v1/venues", { name: "Old hall", timezone: "Africa/Johannesburg", ...at }),
    created<Resource>(client, token(), "/v1/venues", { name: "Far hall", timezone: "Europe/Berlin", ...at }),
    created<Resource>(client, token(), "/v1/venues", { name: "Attic", timezone: "UTC", ...at, capacity: 10 }),
  ]);
  const times = { start_time: "2027-01-05T17:00:00Z", end_time: "2027-01-05T21:00:00Z" };
  const sale = { sale_start: "2026-12-01T06:00:00Z", sale_end: "2027-01-05T17:00:00Z" };
  const input = { venue_id: here.id, name: "A moved night", capacity: 100, ...times, ...sale };
  const draft = await created<Resource>(client, token(), "/v1/events", input);
  const early = { name: "Early", price: "10.00", total_quantity: 5, sale_end: "2026-12-20T10:00:00Z" };
  await created<Resource>(client, token(), `/v1/events/${draft.id}/ticket-types`, early);
  const { page, complaints, close } = await open(`/console/events/${draft.id}/setup`);
  await titled(page, "Is everything right?");
  await page.getByRole("link", { name: "Place" }).click();
  await titled(page, "Where is it?");
  await says(page, "This is its place now.");
  await says(page, "Too small for 100 tickets");
  expect(await page.getByRole("button", { name: "Take this place Attic" }).count()).toBe(0);
  await page.getByRole("button", { name: "Take this place Far hall" }).click();
  await titled(page, "What is it, and when?");
  await says(page, "It is at Far hall now.");
  await expect.poll(() => page.getByLabel("It begins").inputValue()).toBe("2027-01-05T19:00");
  const { body } = await client.ask<{ venue_id: string; start_time: string }>("GET", `/v1/events/${draft.id}`, {
    token: token(),
  });
  expect(body).toMatchObject({ venue_id: there.id, start_time: "2027-01-05T18:00:00.000Z" });
  const { body: types } = await client.ask<{ data: object[] }>("GET", `/v1/events/${draft.id}/ticket-types`, {
    token: token(),
  });
  expect(types.data, "its own sale ends at noon there, too").toMatchObject([
    { sale_start: null, sale_end: "2026-12-20T11:00:00.000Z" },
  ]);
  expect(complaints).toEqual([]);
  await close();
});

test("[C4] [C1] a form given up forgets what was typed, unless it was sent and its response was lost", async () => {
  const { page, close } = await open("/console/venues");
  const name = page.getByLabel("Name", { exact: true });
  await press(page, "Add a venue");
  await name.fill("Not this one");
  await press(page, "Cancel");
  await press(page, "Add a venue");
  expect(await name.inputValue()).toBe("");
  await name.fill("Oom Piet's barn");
  await page.getByLabel("Street and number").fill("1 Farm Road");
  await page.getByLabel("Town or city").fill("Bela-Bela");
  await page.getByLabel("How many people fit in").fill("200");
  let lost = 0;
  await page.route("**/v1/venues", async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.continue();
    lost += 1;
    await route.fetch();
    return route.abort();
  });
  await press(page, "Add a venue");
  await says(page, "There is no connection");
  await page.locator(".as-api > summary").click();
  await says(page, `"name":"Oom Piet's barn"`);
  await press(page, "Cancel");
  await press(page, "Add a venue");
  expect(await name.inputValue()).toBe("Oom Piet's barn");
  await press(page, "Add a venue");
  await titled(page, "Oom Piet's barn");
  const { body } = await client.ask<{ data: { name: string }[] }>("GET", "/v1/venues?limit=100", { token: token() });
  expect(body.data.filter((each) => each.name === "Oom Piet's barn")).toHaveLength(1);
  await close();
});

test("[C2] a forgotten password can be requested at the sign-in, and a new account is made at once", async () => {
  const { page, close } = await openPage(browser, `${server.baseUrl}/console`);
  await titled(page, "Sign in");
  await press(page, "Forgot the password?");
  await says(page, "Write a whole address");
  expect(await page.evaluate("document.activeElement.id")).toBe("email");
  await page.getByLabel("E-mail address").fill(server.demo.accounts.staff.email);
  const sent = page.waitForResponse((answer) => answer.url().endsWith("/request-password-reset"));
  await press(page, "Forgot the password?");
  await says(page, "If there is an account with this address, a mail with a link is on its way.");
  expect((await sent).status()).toBe(200);
  await page.getByRole("link", { name: "New here? Make an account" }).click();
  await page.locator("#sign-up:not([hidden])").waitFor();
  expect(await page.locator("#sign-in:not([hidden])").count(), "no second form to sign in by").toBe(0);
  await close();
});
