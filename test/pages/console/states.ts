// The console: what an organiser meets, screen by screen, in each of its states.

import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { TestServer } from "../../support/server/server.ts";
import { openClient } from "../../support/server/client.ts";
import { buildShow, expectStatus } from "../../support/server/catalogue/show.ts";
import { HOUSE_STATES } from "./house-states.ts";
import { asOwner, ownerAt, settled, signedInAs, titled } from "./session.ts";
import { buyOne, holdByAnother } from "../shop/own-shows.ts";
import type { State } from "../state.ts";

const openEvent = (server: TestServer) => `/console/events/${server.demo.event_id}`;

const NO_ROWS = { data: [], next_cursor: null };

/** An order of the API's own shape that is there, made by a buyer. */
async function ordered(
  { baseUrl, demo }: TestServer,
  isPaid: boolean,
): Promise<{ id: string; reference: string; total: string }> {
  const client = openClient(baseUrl, 1);
  try {
    const order = await buyOne(client, demo.event_id);
    const token = demo.api_keys.owner;
    if (isPaid) expectStatus(await client.ask("POST", `/v1/orders/${order.id}/confirm`, { token }), 200);
    return order;
  } finally {
    client.close();
  }
}

/** From the list of orders to one that was just made. */
const atOrder = (isPaid: boolean) =>
  ownerAt("Orders", async (page, server) => {
    const { id, reference } = await ordered(server, isPaid);
    await page.goto(`${server.baseUrl}/console/orders/${id}`);
    await titled(page, `Order ${reference}`);
    await page.locator(".timeline li").first().waitFor();
    if (isPaid) await page.getByRole("button", { name: "Reissue" }).first().waitFor();
  });

/** The form of a ticket type that somebody else has changed meanwhile. */
async function meetAnother(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Change VIP" }).click();
  await page.getByLabel("Price").fill("950");
  await page.route("**/v1/ticket-types/*", async (route) => {
    if (route.request().method() === "PATCH")
      return route.fulfill({
        status: 412,
        contentType: "application/problem+json",
        body: JSON.stringify({ code: "version_conflict" }),
      });
    const answer = await route.fetch();
    const body: unknown = await answer.json();
    return route.fulfill({ json: { ...(body as object), price: "920.00", name: "Front row" } });
  });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Somebody changed this meanwhile").waitFor();
}

/** The list of orders, which is a moment behind, has them. */
async function inTheList({ baseUrl, demo }: TestServer, ids: readonly string[]): Promise<void> {
  const client = openClient(baseUrl, 1);
  const token = demo.api_keys.owner;
  const isListed = async (): Promise<boolean> => {
    const { body } = await client.ask<{ data: { id: string }[] }>("GET", "/v1/orders?limit=100", { token });
    return ids.every((id) => body.data.some((each) => each.id === id));
  };
  for (let tries = 0; tries < 100 && !(await isListed()); tries++) await setTimeout(100);
  client.close();
}

async function matchStatement(page: Page, server: TestServer): Promise<void> {
  const [fits, other] = [await ordered(server, false), await ordered(server, false)];
  await inTheList(server, [fits.id, other.id]);
  const lines = [
    "Date;Description;Amount",
    `2026-11-02;EFT ${fits.reference.toLowerCase()};${fits.total.replace(".", ",")}`,
    `2026-11-02;PAYMENT ${other.reference};1,00`,
    `2026-11-03;AGAIN ${fits.reference};${fits.total}`,
    "2026-11-03;NOBODY 3D3X-92ER-V4Y;150,00",
  ];
  await page.getByLabel("Or paste its lines").fill(lines.join("\n"));
  await page.getByRole("button", { name: "Read the lines" }).click();
  await page.getByText("Fits: the order waits").waitFor();
}

/** An event that lets in more people than may be inside, while another is on at the same place. */
async function crowdedEvent(page: Page, server: TestServer): Promise<void> {
  const client = openClient(server.baseUrl, 1);
  const build = (name: string, capacity: object) =>
    buildShow(client, server.demo.api_keys.owner, [{ total: 900 }], {
      at: server.demo.venue_id,
      changes: { name, slug: `crowd-${randomUUID()}`, capacity: 1_000, ...capacity },
    });
  await build("A choir in the small hall", {});
  const { eventId } = await build("Night market", { admission_capacity: 400 });
  client.close();
  await page.goto(`${server.baseUrl}/console/events/${eventId}`);
  await titled(page, "Night market");
  await live(page);
  await page.getByText("All tickets together let in").waitFor();
  await page.getByText("Something else is on").waitFor();
}

const live = (page: Page) => page.locator(".lamp-live").first().waitFor();
const pressed = (name: string) => (page: Page) => page.getByRole("button", { name, exact: true }).first().click();
const NO_ANSWER = {
  status: 503,
  contentType: "application/problem+json",
  body: JSON.stringify({ code: "overloaded" }),
};

export const CONSOLE_STATES: readonly State[] = [
  { name: "console-sign-in", path: "/console", reach: (page) => titled(page, "Sign in") },
  {
    name: "console-wrong-password",
    path: "/console",
    complains: /401/,
    reach: async (page, { demo }) => {
      await page.locator("#email").fill(demo.owner.email);
      await page.locator("#password").fill("not the password");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByText("is wrong").waitFor();
    },
  },
  {
    name: "console-door-role",
    path: "/console",
    prepare: (page, server) => signedInAs(page, server, "scanner_only"),
    reach: (page) => titled(page, "Your role is for the doors"),
  },
  { name: "console-home", path: "/console", prepare: asOwner, reach: ownerAt("Events") },
  {
    name: "console-home-af",
    path: "/console?lang=af",
    prepare: asOwner,
    reach: async (page) => {
      await titled(page, "Geleenthede");
      await settled(page);
    },
  },
  {
    name: "console-home-first",
    path: "/console",
    prepare: async (page, server) => {
      await asOwner(page, server);
      await page.route(/\/v1\/events\?/, (route) => route.fulfill({ json: NO_ROWS }));
    },
    reach: ownerAt("Events", (page) => page.getByText("Your first event").waitFor()),
  },
  {
    name: "console-home-away",
    path: "/console",
    complains: /503/,
    prepare: async (page, server) => {
      await asOwner(page, server);
      await page.route(/\/v1\/events\?/, (route) => route.fulfill(NO_ANSWER));
    },
    reach: ownerAt("Events", (page) => page.getByText("could not be loaded").waitFor({ timeout: 20_000 })),
  },
  { name: "console-new-venue", path: "/console/new", prepare: asOwner, reach: ownerAt("Where is it?") },
  {
    name: "console-new-times",
    path: ({ demo }) => `/console/new/${demo.venue_id}`,
    prepare: asOwner,
    reach: ownerAt("What is it, and when?", (page) => page.getByLabel("It begins").waitFor()),
  },
  {
    name: "console-draft",
    path: ({ demo }) => `/console/events/${demo.draft_event_id}/setup`,
    prepare: asOwner,
    reach: ownerAt(/tickets|right/, settled),
  },
  {
    name: "console-event",
    path: openEvent,
    prepare: asOwner,
    reach: ownerAt(/Bushveld/, async (page, server) => {
      await ordered(server, true);
      await live(page);
      await page
        .getByText(/^[1-9]\d* of \d+ sold/)
        .first()
        .waitFor();
      await page.locator(".chart canvas").waitFor();
    }),
  },
  {
    name: "console-event-not-live",
    path: openEvent,
    complains: /ERR_INTERNET_DISCONNECTED/,
    prepare: asOwner,
    reach: ownerAt(/Bushveld/, async (page) => {
      await live(page);
      await page.context().setOffline(true);
      await page.locator(".lamp-lost").waitFor();
    }),
  },
  {
    name: "console-event-two-editors",
    path: openEvent,
    complains: /412/,
    prepare: asOwner,
    reach: ownerAt(/Bushveld/, meetAnother),
  },
  {
    name: "console-event-details",
    path: openEvent,
    prepare: asOwner,
    reach: ownerAt(/Bushveld/, async (page) => {
      await live(page);
      await pressed("Change the details")(page);
      await page.getByLabel("It begins").waitFor();
    }),
  },
  {
    name: "console-event-start",
    path: openEvent,
    prepare: asOwner,
    reach: ownerAt(/Bushveld/, async (page) => {
      await live(page);
      await pressed("Start")(page);
      await page.getByRole("dialog").waitFor();
    }),
  },
  {
    name: "console-orders",
    path: "/console/orders",
    prepare: asOwner,
    reach: ownerAt("Orders", async (page, server) => {
      await ordered(server, true);
      await page.locator("tbody tr").first().waitFor({ timeout: 20_000 });
    }),
  },
  {
    name: "console-orders-none",
    path: "/console/orders?status=cancelled&q=nobody%40example.com",
    prepare: asOwner,
    reach: ownerAt("Orders", (page) => page.getByText("No order is like that").waitFor()),
  },
  { name: "console-order-waiting", path: "/console/orders", prepare: asOwner, reach: atOrder(false) },
  { name: "console-order-paid", path: "/console/orders", prepare: asOwner, reach: atOrder(true) },
  {
    name: "console-payments",
    path: "/console/orders/payments",
    prepare: asOwner,
    reach: ownerAt("Payments from the bank", matchStatement),
  },
  {
    name: "console-door",
    path: (server) => `${openEvent(server)}/door`,
    prepare: asOwner,
    reach: ownerAt("At the doors", async (page) => {
      await live(page);
      await page.locator("summary", { hasText: "Make a crew code" }).click();
      await pressed("Make a crew code")(page);
      await page.locator("svg.qr").waitFor();
    }),
  },
  {
    name: "console-holds",
    path: (server) => `${openEvent(server)}/holds`,
    prepare: asOwner,
    reach: ownerAt("In baskets now"),
  },
  {
    name: "console-baskets",
    path: (server) => `${openEvent(server)}/holds`,
    prepare: asOwner,
    reach: ownerAt("In baskets now", async (page, server) => {
      await holdByAnother(server, server.demo.ticket_type_ids[0] ?? "");
      await page.reload();
      await page.getByRole("button", { name: "Give back" }).first().waitFor();
    }),
  },
  {
    name: "console-event-warnings",
    path: "/console",
    prepare: asOwner,
    reach: ownerAt("Events", crowdedEvent),
  },
  {
    name: "console-draft-venue",
    path: ({ demo }) => `/console/events/${demo.draft_event_id}/setup/venue`,
    prepare: asOwner,
    reach: ownerAt("Where is it?", settled),
  },
  ...HOUSE_STATES,
];
