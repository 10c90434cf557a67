// The console: what an organiser meets, screen by screen, in each of its states.

import type { Page } from "playwright-core";
import type { TestServer } from "../support/server.ts";
import type { State } from "./state.ts";

/** Signs in as who `role` names, where the page asks for it. */
export async function signInAs(page: Page, { demo }: TestServer, role: "owner" | "staff" | "viewer" | "scanner_only") {
  const account = role === "owner" ? demo.owner : demo.accounts[role];
  await page.locator("#email").fill(account.email);
  await page.locator("#password").fill(account.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

export const titled = (page: Page, name: string | RegExp) =>
  page.getByRole("heading", { level: 1, name }).waitFor({ timeout: 20_000 });

/** The screen at the address, by its owner. */
function ownerAt(title: string | RegExp, then: (page: Page, server: TestServer) => Promise<unknown> = settled) {
  return async (page: Page, server: TestServer): Promise<void> => {
    await signInAs(page, server, "owner");
    await titled(page, title);
    await then(page, server);
  };
}

/** Nothing is waited for any more. */
async function settled(page: Page): Promise<void> {
  await page.locator(".bone").first().waitFor({ state: "detached" });
}

const openEvent = (server: TestServer) => `/console/events/${server.demo.event_id}`;

const NO_ROWS = { data: [], next_cursor: null };

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
    reach: async (page, server) => {
      await signInAs(page, server, "scanner_only");
      await titled(page, "Your role is for the doors");
    },
  },
  { name: "console-home", path: "/console", reach: ownerAt("Events") },
  {
    name: "console-home-af",
    path: "/console?lang=af",
    reach: async (page, { demo }) => {
      await page.locator("#email").fill(demo.owner.email);
      await page.locator("#password").fill(demo.owner.password);
      await page.getByRole("button", { name: "Meld aan" }).click();
      await titled(page, "Geleenthede");
      await settled(page);
    },
  },
  {
    name: "console-home-first",
    path: "/console",
    prepare: (page) => page.route(/\/v1\/events\?/, (route) => route.fulfill({ json: NO_ROWS })),
    reach: ownerAt("Events", (page) => page.getByText("Your first event").waitFor()),
  },
  {
    name: "console-home-away",
    path: "/console",
    complains: /503/,
    prepare: (page) =>
      page.route(/\/v1\/events\?/, (route) =>
        route.fulfill({
          status: 503,
          contentType: "application/problem+json",
          body: JSON.stringify({ code: "overloaded" }),
        }),
      ),
    reach: ownerAt("Events", (page) => page.getByText("could not be loaded").waitFor({ timeout: 20_000 })),
  },
  { name: "console-new-venue", path: "/console/new", reach: ownerAt("Where is it?") },
  {
    name: "console-new-times",
    path: ({ demo }) => `/console/new/${demo.venue_id}`,
    reach: ownerAt("What is it, and when?", (page) => page.getByLabel("It begins").waitFor()),
  },
  {
    name: "console-draft",
    path: ({ demo }) => `/console/events/${demo.draft_event_id}/setup`,
    reach: ownerAt(/tickets|right/, settled),
  },
  {
    name: "console-event",
    path: openEvent,
    reach: ownerAt(/Bushveld/, (page) => page.getByText("Live", { exact: true }).first().waitFor()),
  },
  { name: "console-orders", path: "/console/orders", reach: ownerAt("Orders") },
  {
    name: "console-door",
    path: (server) => `${openEvent(server)}/door`,
    reach: ownerAt("At the doors", (page) => page.getByText("Live", { exact: true }).first().waitFor()),
  },
  { name: "console-holds", path: (server) => `${openEvent(server)}/holds`, reach: ownerAt("In baskets now") },
  { name: "console-venues", path: "/console/venues", reach: ownerAt("Venues") },
  { name: "console-venue", path: ({ demo }) => `/console/venues/${demo.venue_id}`, reach: ownerAt(/./) },
  { name: "console-team", path: "/console/team", reach: ownerAt("Team") },
  { name: "console-keys", path: "/console/keys", reach: ownerAt("API keys") },
  { name: "console-log", path: "/console/log", reach: ownerAt("Log") },
  { name: "console-organization", path: "/console/organization", reach: ownerAt("Organisation") },
  { name: "console-not-here", path: "/console/nowhere", reach: ownerAt("This page is not here") },
];
