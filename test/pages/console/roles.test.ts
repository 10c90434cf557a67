// What each role meets in the console: all that it may do is there and works, all else is not shown, and its address
// says why.

import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPage } from "../../support/pages/chromium.ts";
import { openClient } from "../../support/server/client.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";
import { buildShow, created, expectStatus, type Show, typeOf } from "../../support/server/catalogue/show.ts";
import type { Resource } from "../../support/server/wire.ts";
import { buyOne } from "../shop/own-shows.ts";
import { press, says, signedInAs, titled } from "./session.ts";

const { server, browser } = await openServerAndBrowser();
const client = openClient(server.baseUrl, 2);
afterAll(() => client.close());

let show: Show;
beforeAll(async () => {
  show = await ownShow();
});

function ownShow(): Promise<Show> {
  const changes = { name: "A night", slug: `night-${randomUUID()}`, capacity: 1_000 };
  return buildShow(client, server.demo.api_keys.owner, [{ total: 20 }], { at: server.demo.venue_id, changes });
}

type Role = "owner" | "admin" | "staff" | "viewer";
const open = (role: Role, path = "/console") =>
  openPage(browser, server.baseUrl + path, undefined, (page) => signedInAs(page, server, role));
const agree = (page: Page, name: string) => page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
const leadTo = (page: Page, path: string, title: string | RegExp) =>
  page.goto(server.baseUrl + path, { waitUntil: "networkidle" }).then(() => titled(page, title));

/** Of these, what the screen shows. */
async function shown(page: Page, acts: readonly string[]): Promise<string[]> {
  const texts = await page.locator("main :is(a, button, summary, h2):visible").allInnerTexts();
  const there = texts.map((text) => text.replaceAll(/\s+/g, " ").trim());
  return acts.filter((act) => there.some((text) => text === act || text.startsWith(`${act} `)));
}

/** Each thing that some role may do there, with the roles that may. */
type Acts = readonly (readonly [act: string, roles: readonly Role[]])[];
const MANAGERS = ["owner", "admin"] as const;
const SELLERS = [...MANAGERS, "staff"] as const;
const ALL = [...SELLERS, "viewer"] as const;
const MENU: Acts = [
  ["Events", ALL],
  ["Orders", SELLERS],
  ["Venues", ALL],
  ["Team", MANAGERS],
  ["API keys", MANAGERS],
  ["Log", MANAGERS],
  ["Organisation", MANAGERS],
];
const HOME: Acts = [["New event", SELLERS]];
const EVENT: Acts = [
  ["Orders", SELLERS],
  ["In baskets now", ALL],
  ["At the doors", ALL],
  ["Change Type 1", SELLERS],
  ["Add a ticket type", SELLERS],
  ["Change the details", SELLERS],
  ["Start", MANAGERS],
  ["Make another like it", SELLERS],
];
const DOOR: Acts = [
  ["Inside now", ALL],
  ["Devices on duty", ALL],
  ["Make a crew code", SELLERS],
  ["Message to all gates", SELLERS],
  ["Conflicts", SELLERS],
];
const VENUE: Acts = [
  ["Gates", ALL],
  ["Change", MANAGERS],
  ["Archive", MANAGERS],
  ["Add a gate", MANAGERS],
];
const namesOf = (acts: Acts) => acts.map(([act]) => act);
const ofRole = (acts: Acts, role: Role) => namesOf(acts.filter(([, roles]) => roles.includes(role)));
/** The addresses that a role is refused. */
const FORBIDDEN: Readonly<Record<"staff" | "viewer", readonly string[]>> = {
  staff: ["/team", "/keys", "/log", "/organization"],
  viewer: ["/new", "/orders", "/orders/payments", "/team", "/keys", "/log", "/organization"],
};

describe("every role", () => {
  test.each(ALL)(
    "[C2] the role %s is shown what it may do and nothing else, without one refused call",
    async (role) => {
      const { page, complaints, close } = await open(role);
      await titled(page, "Events");
      expect(await page.locator(".menu a").allInnerTexts()).toEqual(ofRole(MENU, role));
      expect(await shown(page, namesOf(HOME))).toEqual(ofRole(HOME, role));
      await leadTo(page, `/console/events/${show.eventId}`, "A night");
      await page.locator(".lamp-live").waitFor();
      await page.getByText("of 20 sold").first().waitFor();
      expect(await shown(page, namesOf(EVENT))).toEqual(ofRole(EVENT, role));
      await leadTo(page, `/console/events/${show.eventId}/door`, "At the doors");
      await page.locator(".lamp-live").waitFor();
      expect(await shown(page, namesOf(DOOR))).toEqual(ofRole(DOOR, role));
      await leadTo(page, `/console/venues/${show.venueId}`, /Showgrounds/);
      expect(await shown(page, namesOf(VENUE))).toEqual(ofRole(VENUE, role));
      expect(complaints).toEqual([]);
      await close();
    },
  );

  test.each(["staff", "viewer"] as const)(
    "[C2] an address that is not for the role %s says so, and whom to ask",
    async (role) => {
      const { page, close } = await open(role);
      for (const path of FORBIDDEN[role]) {
        await page.goto(`${server.baseUrl}/console${path}`);
        await titled(page, "This is not for your role");
        await says(page, `You are here as ${role === "staff" ? "staff" : "reader"}. Ask an owner or administrator`);
        expect(await page.locator("main :is(button, input, select)").count(), path).toBe(0);
      }
      await close();
    },
  );
});

test("[C2] staff change a price, confirm an order, give a basket back and speak to the gates", async () => {
  const { page, complaints, close } = await open("staff", `/console/events/${show.eventId}`);
  await press(page, "Change Type 1");
  await page.getByLabel("Price").fill("175");
  await press(page, "Save");
  await says(page, "Type 1 is saved.");
  const { id } = await buyOne(client, show.eventId);
  await page.goto(`${server.baseUrl}/console/orders/${id}`);
  await press(page, "It is paid: confirm");
  await agree(page, "It is paid: confirm");
  await says(page, "The order is confirmed.");
  const { token } = expectStatus(await client.ask<{ token: string }>("POST", "/v1/shoppers"), 201);
  const held = { token, key: randomUUID(), json: { quantity: 1 } };
  expectStatus(await client.ask("POST", `/v1/ticket-types/${typeOf(show)}/holds`, held), 201);
  await page.goto(`${server.baseUrl}/console/events/${show.eventId}/holds`);
  await press(page, "Give back");
  await agree(page, "Give back");
  await says(page, "They are back on sale.");
  await page.goto(`${server.baseUrl}/console/events/${show.eventId}/door`);
  await page.getByLabel("What everybody at the gates should read").fill("Rain: let them in early");
  await press(page, "Show it");
  await says(page, "Shown at the gates now");
  expect(complaints).toEqual([]);
  await close();
});

test("[C2] [P8] an administrator begins an event, invites, makes a key and reads the log; makes no owner", async () => {
  const own = await ownShow();
  const { page, complaints, close } = await open("admin", `/console/events/${own.eventId}`);
  await press(page, "Start");
  await agree(page, "Start");
  await says(page, "It has begun.");
  await page.goto(`${server.baseUrl}/console/team`);
  const options = page.getByLabel("Role", { exact: true }).locator("option");
  await options.first().waitFor({ state: "attached" });
  const roles = await options.allInnerTexts();
  expect(roles.map((role) => role.split(":")[0])).toEqual(["Administrator", "Staff", "Reader", "Scanner"]);
  await page.getByLabel("E-mail address").fill("crew@example.com");
  await press(page, "Send the invitation");
  await says(page, "A mail is on its way to crew@example.com.");
  await page.goto(`${server.baseUrl}/console/keys`);
  await page.getByLabel("Name", { exact: true }).fill("Website");
  await page.getByLabel("see events", { exact: true }).check();
  await press(page, "Make a key");
  await says(page, "Copy it now: it is shown this once.");
  await page.goto(`${server.baseUrl}/console/log`);
  await says(page, "invitation.create");
  await says(page, "event.start");
  expect(complaints).toEqual([]);
  await close();
});

test("[C2] an owner makes an owner, and archives a venue", async () => {
  const owner = server.demo.api_keys.owner;
  const at = { address: "1 Road", city: "Tzaneen", country: "ZA", timezone: "Africa/Johannesburg", capacity: 10 };
  const venue = await created<Resource>(client, owner, "/v1/venues", { name: "An old hall", ...at });
  const { page, complaints, close } = await open("owner", `/console/venues/${venue.id}`);
  await press(page, "Archive");
  await agree(page, "Archive");
  await page.getByText("Archived", { exact: true }).waitFor();
  await page.goto(`${server.baseUrl}/console/team`);
  const admin = page.locator("li", { hasText: server.demo.accounts.admin.email });
  await admin.getByRole("button", { name: "Change" }).click();
  await page.getByLabel("Owner: everything").check();
  await agree(page, "Save");
  await says(page, "The role is changed.");
  await admin.getByText("owner", { exact: true }).waitFor();
  expect(complaints).toEqual([]);
  await close();
});
