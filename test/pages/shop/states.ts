// The shop: its pages from the front page to tickets on the screen, as a shopper meets them.

import type { Page } from "playwright-core";
import { openClient } from "../../support/server/client.ts";
import type { TestServer } from "../../support/server/server.ts";
import { typeOf } from "../../support/server/catalogue/show.ts";
import { buyOne, holdByAnother, openOwnShow } from "./own-shows.ts";
import type { State } from "../state.ts";

export const EVENT = "/e/bosveld-live/bushveld-sounds";

/** From the event's page to the basket, with two tickets of the first type and one of the third. */
export async function fillBasket(page: Page): Promise<void> {
  const amounts = page.locator("select.amount");
  await amounts.nth(0).selectOption("2");
  await amounts.nth(2).selectOption("1");
  await page.getByRole("button", { name: "Get tickets" }).click();
  await page.getByRole("heading", { name: "Almost yours" }).waitFor();
}

/** Sends details of which the e-mail address and the phone number are none. */
async function giveWrongDetails(page: Page): Promise<void> {
  await page.getByLabel("Name and surname").fill("A shopper");
  await page.getByLabel("E-mail address").fill("nobody@x");
  await page.getByLabel("Phone number").fill("12");
  await page.getByLabel("Phone number").press("Enter");
  await page.getByText("Please look at this once more").waitFor();
}

/** From the basket to a reserved order. */
export async function placeOrder(page: Page): Promise<void> {
  await page.getByLabel("Name and surname").fill("A shopper");
  await page.getByLabel("E-mail address").fill("shopper@example.com");
  await page.getByLabel("Phone number").fill("082 123 4567");
  await page.getByRole("button", { name: "Place the order" }).last().click();
  await page.getByRole("heading", { name: "Your tickets are reserved" }).waitFor();
}

/** From the event's page to a reserved order. */
export async function order(page: Page): Promise<void> {
  await fillBasket(page);
  await placeOrder(page);
}

/** The order of the page, confirmed by the organiser, and its page as it is then. */
export async function confirmed(page: Page, { baseUrl, demo }: TestServer): Promise<void> {
  const id = new URL(page.url()).pathname.slice("/r/".length);
  const headers = { Authorization: `Bearer ${demo.api_keys.owner}` };
  const answer = await fetch(`${baseUrl}/v1/orders/${id}/confirm`, { method: "POST", headers });
  if (!answer.ok) throw new Error(await answer.text());
  await page.reload();
  await page.locator("svg.qr").first().waitFor();
}

/** From a confirmed order's page to one of its tickets by the link that gives it away. */
export async function givenTicket(page: Page): Promise<void> {
  const link = page.getByRole("link", { name: "Link to give this ticket away" }).first();
  await page.goto(new URL(String(await link.getAttribute("href")), page.url()).href);
  await page.locator("svg.qr").waitFor();
}

/** The page of an event whose only ticket this page has bought. */
async function buyTheLast(page: Page, server: TestServer): Promise<void> {
  await openOwnShow(page, server, [{ total: 1 }]);
  const event = page.url();
  await page.locator("select.amount").selectOption("1");
  await page.getByRole("button", { name: "Get tickets" }).click();
  await placeOrder(page);
  await confirmed(page, server);
  await page.goto(event);
  await page.getByText("Sold out").first().waitFor();
}

/** The basket after another was quicker with the last ticket of one of two types. */
async function beLate(page: Page, server: TestServer): Promise<void> {
  // Without its script, which would show that the last one is gone before anybody requests it.
  await page.route("**/ui/shop-script*", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
  const show = await openOwnShow(page, server, [{ total: 9 }, { total: 1 }]);
  for (const amount of await page.locator("select.amount").all()) await amount.selectOption("1");
  await holdByAnother(server, typeOf(show, 1));
  await page.getByRole("button", { name: "Get tickets" }).click();
  await page.getByText("Not all could be kept for you").waitFor();
}

/** An order that nobody paid in time, by its link. */
async function comeTooLate(page: Page, { baseUrl, demo }: TestServer): Promise<void> {
  const client = openClient(baseUrl, 1);
  const { id, order_link } = await buyOne(client, demo.event_id);
  client.close();
  await page.goto(`${baseUrl}/r/${id}#${order_link}`);
  await page.getByRole("heading", { name: "The time of this order ran out" }).waitFor();
}

export const SHOP_STATES: readonly State[] = [
  { name: "shop", path: "/" },
  { name: "shop-organizer", path: "/o/bosveld-live" },
  { name: "shop-not-found", path: "/nowhere", complains: /404/ },
  { name: "shop-ticket-without-a-link", path: "/t" },
  { name: "shop-event", path: EVENT },
  { name: "shop-event-af", path: `${EVENT}?lang=af` },
  { name: "shop-basket", path: EVENT, reach: fillBasket },
  {
    name: "shop-basket-wrong-details",
    path: EVENT,
    complains: /422/,
    reach: async (page) => {
      await fillBasket(page);
      await giveWrongDetails(page);
    },
  },
  {
    name: "shop-basket-ran-out",
    path: EVENT,
    isBrief: true,
    reach: async (page) => {
      await fillBasket(page);
      await page.getByRole("button", { name: "Get them back" }).waitFor();
    },
  },
  { name: "shop-event-sold-out", path: "/", reach: buyTheLast },
  { name: "shop-basket-empty", path: ({ demo }) => `/b/${demo.event_id}` },
  { name: "shop-basket-partly-refused", path: "/", reach: beLate },
  { name: "shop-order-of-another-browser", path: `/r/ord_${"0".repeat(52)}` },
  { name: "shop-order-reserved", path: EVENT, reach: order },
  {
    name: "shop-order-cancelled",
    path: EVENT,
    reach: async (page) => {
      await order(page);
      await page.getByRole("button", { name: "Cancel the order" }).click();
      await page.getByRole("heading", { name: "This order was cancelled" }).waitFor();
    },
  },
  { name: "shop-order-expired", path: "/", isBrief: true, reach: comeTooLate },
  {
    name: "shop-order-confirmed",
    path: EVENT,
    reach: async (page, server) => {
      await order(page);
      await confirmed(page, server);
    },
  },
  {
    name: "shop-ticket",
    path: EVENT,
    reach: async (page, server) => {
      await order(page);
      await confirmed(page, server);
      await givenTicket(page);
    },
  },
];
