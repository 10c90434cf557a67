// The console in a real browser, over a real server: an organiser makes an event, sells and puts right, beside others
// who do the same. How its states look: every-state.test.ts.

import { randomUUID } from "node:crypto";
import type { Page, Route } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { openPage } from "../../support/pages/chromium.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";
import { openClient } from "../../support/server/client.ts";
import { buildShow, expectStatus, type Show, typeOf } from "../../support/server/catalogue/show.ts";
import { buyOne } from "../shop/own-shows.ts";
import { fillTimes, press, says, signedInAs, titled } from "./session.ts";

const { server, browser } = await openServerAndBrowser();
const client = openClient(server.baseUrl, 2);
afterAll(() => client.close());

function open(path: string, role: "owner" | "staff" | "viewer" = "owner") {
  return openPage(browser, server.baseUrl + path, undefined, (page) => signedInAs(page, server, role));
}

/** In the dialog that asks for confirmation first. */
const agree = (page: Page, name: string) => page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
const OWN = { capacity: 1_000 };
const show = (total: number): Promise<Show> =>
  buildShow(client, server.demo.api_keys.owner, [{ total }], {
    at: server.demo.venue_id,
    changes: { ...OWN, name: "A night", slug: `night-${randomUUID()}` },
  });

test("[C1] [C12] an organiser makes a place and an event, publishes, sells, confirms, and sees it live", async () => {
  const { page, complaints, strays, close } = await openPage(browser, `${server.baseUrl}/console`);
  await page.getByLabel("E-mail address").fill(server.demo.owner.email);
  await page.getByLabel("Password").fill(server.demo.owner.password);
  await press(page, "Sign in");
  await page.getByRole("link", { name: "New event" }).click();
  await page.getByText("Add a new place").click();
  await page.getByLabel("Name", { exact: true }).fill("The Barn");
  await page.getByLabel("Street and number").fill("1 Farm Road");
  await page.getByLabel("Town or city").fill("Bela-Bela");
  await page.getByLabel("How many people fit in").fill("200");
  await press(page, "Add this place");
  await titled(page, "What is it, and when?");
  await fillTimes(page, "Barn dance");
  await press(page, "Save as a draft");
  await titled(page, "What tickets are there?");
  await page.getByLabel("Name", { exact: true }).fill("General");
  await page.getByLabel("Price").fill("R 120,50");
  await page.getByLabel("How many there are").fill("200");
  await press(page, "Add these tickets");
  await page.getByRole("link", { name: "Look at it" }).click();
  await titled(page, "Is everything right?");
  await press(page, "Publish and open the sale");
  await agree(page, "Publish");
  await titled(page, "Barn dance");
  await page.locator(".lamp-live").waitFor();

  const eventId = page.url().split("/").at(-1) ?? "";
  const { reference } = await buyOne(client, eventId);
  await page.getByRole("link", { name: "Orders", exact: true }).last().click();
  await page.getByLabel("Find an order").fill(reference.toLowerCase().replaceAll("-", " "));
  await press(page, "Search");
  await page.getByRole("link", { name: reference }).click();
  await titled(page, `Order ${reference}`);
  await press(page, "It is paid: confirm");
  await agree(page, "It is paid: confirm");
  await says(page, "The order is confirmed.");
  await page.getByRole("link", { name: "Barn dance" }).click();
  await says(page, "1 of 200 sold");
  expect([complaints, strays]).toEqual([[], []]);
  await close();
});

describe("two who change the same ticket type", () => {
  async function beLate(typed: { readonly price?: string; readonly total?: string }) {
    const made = await show(50);
    const opened = await open(`/console/events/${made.eventId}`);
    await press(opened.page, "Change Type 1");
    if (typed.price !== undefined) await opened.page.getByLabel("Price").fill(typed.price);
    if (typed.total !== undefined) await opened.page.getByLabel("How many there are").fill(typed.total);
    return { ...opened, made, type: `/v1/ticket-types/${typeOf(made)}` };
  }
  const token = () => server.demo.api_keys.owner;
  const read = (type: string) => client.ask<{ price: string; name: string }>("GET", type, { token: token() });

  test("[C3] are shown what each did; what was chosen is written, also after a lost call, and no more", async () => {
    const { page, type, close } = await beLate({ price: "99" });
    const { headers } = await read(type);
    const ifMatch = { "If-Match": String(headers["etag"]) };
    const other = { token: token(), headers: ifMatch, json: { price: "80.00", name: "Seat" } };
    expectStatus(await client.ask("PATCH", type, other), 200);
    await press(page, "Save");
    await says(page, "Somebody changed this meanwhile");
    await says(page, "Name: Seat");
    expect((await read(type)).body.price).toBe("80.00");
    await page.getByLabel("Yours: 99").check();
    const lose = (route: Route) => (route.request().method() === "PATCH" ? route.abort() : route.continue());
    await page.route(`**${type}`, lose, { times: 1 });
    await press(page, "Save what I chose");
    await says(page, "There is no connection");
    await press(page, "Save");
    await says(page, "is saved.");
    expect((await read(type)).body).toMatchObject({ price: "99.00", name: "Seat" });
    await close();
  });

  test("[C3] a total below what is sold is refused beside its field, with the numbers", async () => {
    const { page, made, close } = await beLate({ total: "0" });
    await buyOne(client, made.eventId);
    await buyOne(client, made.eventId);
    await page.getByLabel("How many there are").fill("1");
    await press(page, "Save");
    await page.locator("p.error", { hasText: "At least 2" }).waitFor();
    expect(await page.evaluate("document.activeElement.name")).toBe("total_quantity");
    await close();
  });
});

test("[C6] numbers are said not to be live within five seconds of a lost connection, and come back", async () => {
  const { page, close } = await open(`/console/events/${server.demo.event_id}`);
  await page.locator(".lamp-live").waitFor();
  await page.context().setOffline(true);
  await page.locator(".lamp-lost").waitFor({ timeout: 5_000 });
  expect(await page.locator(".live.is-stale").count()).toBe(1);
  await page.context().setOffline(false);
  await page.locator(".lamp-live").waitFor();
  await close();
});

test("[C2] a reader sees no orders and no buttons that change something, and an address says why", async () => {
  const { page, complaints, close } = await open(`/console/events/${server.demo.event_id}`, "viewer");
  await page.locator(".lamp-live").waitFor();
  expect(await page.getByRole("link", { name: "Orders" }).count()).toBe(0);
  expect(await page.getByRole("button", { name: /Change|Start|Add/ }).count()).toBe(0);
  await page.goto(`${server.baseUrl}/console/orders`);
  await titled(page, "This is not for your role");
  await says(page, "You are here as reader");
  expect(complaints).toEqual([]);
  await close();
});

test.each(["viewer", "staff"] as const)(
  "[C2] no screen that a %s is led to requests what they may not see",
  async (role) => {
    const event = `/console/events/${server.demo.event_id}`;
    const { page, complaints, close } = await open("/console", role);
    const paths = ["/console", event, `${event}/door`, `${event}/holds`, "/console/venues"];
    for (const path of [...paths, ...(role === "staff" ? ["/console/orders", "/console/orders/payments"] : [])]) {
      await page.goto(server.baseUrl + path, { waitUntil: "networkidle" });
      await page.locator("h1").waitFor();
    }
    expect(complaints).toEqual([]);
    await close();
  },
);

test("[C7] a ticket is taken back after it was said what that does to whom, and not before", async () => {
  const made = await show(5);
  const { id, reference } = await buyOne(client, made.eventId);
  const token = server.demo.api_keys.owner;
  expectStatus(await client.ask("POST", `/v1/orders/${id}/confirm`, { token }), 200);
  const { page, close } = await open(`/console/orders/${id}`);
  await titled(page, `Order ${reference}`);
  await press(page, "Take back");
  await says(page, /of A shopper is void from now on/);
  await agree(page, "Back");
  expect(await page.getByText("Void", { exact: true }).count()).toBe(0);
  await press(page, "Take back");
  await agree(page, "Take back");
  await says(page, "The ticket is void.");
  await page.getByText("Void", { exact: true }).waitFor();
  await close();
});

test("[E11] an organiser gives an event a picture, larger than is kept, and takes it away", async () => {
  const { eventId } = await show(10);
  const { page, complaints, strays, close } = await open(`/console/events/${eventId}`);
  await press(page, "Change the details");
  const drawn = await page.evaluate<number[]>(`(async () => {
    const canvas = new OffscreenCanvas(5000, 2500);
    canvas.getContext("2d").fillRect(0, 0, 900, 900);
    return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
  })()`);
  const file = { name: "stage.png", mimeType: "image/png", buffer: Buffer.from(drawn) };
  await page.getByLabel("Choose a picture").setInputFiles(file);
  await page.getByLabel("What it shows").fill("The stage at night");
  await press(page, "Use this picture");
  const shown = page.getByRole("img", { name: "The stage at night" });
  await shown.waitFor();
  const sides = `(async (image) => (await image.decode(), [image.naturalWidth, image.naturalHeight]))`;
  expect(await page.evaluate(`${sides}(document.querySelector("img.picture"))`)).toEqual([1_600, 800]);
  await press(page, "Remove the picture");
  await says(page, "No picture yet.");
  expect([complaints, strays]).toEqual([[], []]);
  await close();
});
