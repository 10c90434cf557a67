// The whole show, as its three people play it on their own screens: an organiser, a shopper, and two stewards at two
// gates.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { localTime } from "../../src/ui/console/decisions/event/zoned-time.ts";
import { type Look, openChromium, openPage, type Watched } from "../support/pages/chromium.ts";
import { readQr } from "../support/pages/read-qr.ts";
import { nextVerdict, openPhone, pairPhone, type Phone, typeLikeReader } from "../support/pages/scanner-page.ts";
import { startServer, type TestServer } from "../support/server/server.ts";
import { press, says, titled } from "./console/session.ts";
import { placeOrder } from "./shop/states.ts";

const PHONE: Look = { theme: "light", width: 390 };

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ env: { RATE_LIMITS: "off" } }), openChromium()]);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

const agree = (page: Page, name: string) => page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
const inHours = (hours: number) => localTime("Africa/Johannesburg", Date.now() + hours * 3_600_000);

/** Signs in, and publishes an event of this evening, at a place with two gates, with one type of ticket. */
async function publish(page: Page): Promise<void> {
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
  await page.getByLabel("Name", { exact: true }).fill("Barn dance");
  // Its doors open two hours before it begins: by now.
  await page.getByLabel("It begins").fill(inHours(1));
  await page.getByLabel("It ends").fill(inHours(5));
  await page.getByLabel("How many tickets at most").fill("200");
  await press(page, "Save as a draft");
  await titled(page, "What tickets are there?");
  await page.getByLabel("Name", { exact: true }).fill("General");
  await page.getByLabel("Price").fill("120");
  await page.getByLabel("How many there are").fill("200");
  await press(page, "Add these tickets");
  await page.getByRole("link", { name: "Look at it" }).click();
  await titled(page, "Is everything right?");
  await press(page, "Publish and open the sale");
  await agree(page, "Publish");
  await titled(page, "Barn dance");
}

/** From the event to its doors, by way of the place, which gets two gates. */
async function addGates(page: Page): Promise<void> {
  await page.getByRole("link", { name: "At the doors" }).click();
  await page.getByRole("link", { name: "Set up its gates" }).click();
  await page.getByText("Add a gate").first().click();
  for (const name of ["Gate 1", "Gate 2"]) {
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByLabel("Code", { exact: true }).fill(name.toUpperCase().replace(" ", "_"));
    await press(page, "Add a gate");
    // By its role, since "As API" lists the call that made it in a folded list.
    await page.getByRole("listitem").filter({ hasText: name }).waitFor();
  }
}

/** By the address that the console gives: one ticket, reserved. Returns the reference of the order. */
async function buy(page: Page): Promise<string> {
  await page.getByLabel("How many: General").selectOption("1");
  await page.getByRole("button", { name: "Get tickets" }).click();
  await page.getByRole("heading", { name: "Almost yours" }).waitFor();
  await placeOrder(page);
  return page.locator("dd.code").first().innerText();
}

async function confirm(page: Page, reference: string): Promise<void> {
  await page.getByRole("link", { name: "Orders", exact: true }).last().click();
  await page.getByLabel("Find an order").fill(reference);
  await press(page, "Search");
  await page.getByRole("link", { name: reference }).click();
  await titled(page, `Order ${reference}`);
  await press(page, "It is paid: confirm");
  await agree(page, "It is paid: confirm");
  await says(page, "The order is confirmed.");
}

async function makeCrewCode(page: Page): Promise<string> {
  await page.locator("summary", { hasText: "Make a crew code" }).click();
  await press(page, "Make a crew code");
  await says(page, "Let the phones of your crew read this.");
  return readQr(page.locator(".crew-made svg"));
}

async function steward(crewCode: string, gate: string): Promise<Phone> {
  const phone = await openPhone(browser);
  await pairPhone(phone.page, server.baseUrl, crewCode, gate);
  return phone;
}

const faultless = (...pages: readonly Watched[]) =>
  expect(pages.flatMap(({ complaints, strays }) => [...complaints, ...strays])).toEqual([]);

test("[C12] [S14] [D6] [W3] an event is published, bought, paid, let in once and no more, and counted", async () => {
  const organiser = await openPage(browser, `${server.baseUrl}/console`);
  const { page } = organiser;
  await publish(page);
  const eventPage = page.url();
  const shop = await page.getByRole("link", { name: "Open" }).getAttribute("href");

  const shopper = await openPage(browser, server.baseUrl + String(shop), PHONE);
  const reference = await buy(shopper.page);
  await confirm(page, reference);
  await shopper.page.reload();
  await shopper.page.getByRole("heading", { name: "Your tickets", exact: true }).waitFor();
  const code = await readQr(shopper.page.locator("svg.qr"));

  await page.goto(eventPage);
  await says(page, "1 of 200 sold");
  await addGates(page);
  await page.goto(`${eventPage}/door`);
  const crewCode = await makeCrewCode(page);
  const [one, two] = await Promise.all([steward(crewCode, "Gate 1"), steward(crewCode, "Gate 2")]);
  await typeLikeReader(one.page, code);
  expect(await nextVerdict(one.page)).toMatch(/^admitted: INGeneral/);
  await typeLikeReader(two.page, code);
  expect(await nextVerdict(two.page)).toMatch(/^already_inside: NO.*came in at \d\d:\d\d.* at Gate 1/);

  const row = page.getByRole("row", { name: /^Gate 1/ });
  await expect.poll(() => row.innerText()).toMatch(/^Gate 1\s+1\s+0\s+1$/);
  expect(await page.getByRole("row", { name: /^Gate 2/ }).innerText()).toMatch(/^Gate 2\s+0\s+0\s+0$/);
  await expect.poll(() => page.locator("dl.tiles").innerText()).toMatch(/Inside now\s+1 of 200\s+Came in\s+1/);
  faultless(organiser, shopper);
  await Promise.all([organiser.close(), shopper.close(), one.context.close(), two.context.close()]);
});
