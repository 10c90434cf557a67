// The states of the account page: which link leads to which part, and its messages.

import type { Page } from "playwright-core";
import type { TestServer } from "../../support/server/server.ts";
import type { State } from "../state.ts";

const INVITATION = "inv_00000000000000000000000000";

export const pressed = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

/** Resolves when the page says this. */
export const said = (page: Page, text: string | RegExp) => page.locator("#said", { hasText: text }).waitFor();

export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.locator("#sign-in-email").fill(email);
  await page.locator("#password").fill(password);
  await pressed(page, "Sign in");
}

async function signInAsOwner(page: Page, { demo }: TestServer): Promise<void> {
  await signIn(page, demo.owner.email, demo.owner.password);
}

async function setPassword(page: Page, password: string): Promise<void> {
  await page.locator("#new-password").fill(password);
  await pressed(page, "Set the password");
}

/** Responds to /api/auth/`path` in place of the server. */
export function answerWith(path: string, status: number, body: unknown, headers: Record<string, string> = {}) {
  return (page: Page) => page.route(`**/api/auth/${path}`, (route) => route.fulfill({ status, json: body, headers }));
}

const heading = (page: Page, name: string) => page.getByRole("heading", { name }).waitFor();

export const ACCOUNT_STATES: readonly State[] = [
  { name: "account", path: "/account", reach: (page) => heading(page, "Sign in") },
  { name: "account-af", path: "/account?lang=af", reach: (page) => heading(page, "Meld aan") },
  {
    name: "account-wrong-password",
    path: "/account",
    complains: /401/,
    reach: async (page, { demo }) => {
      await signIn(page, demo.owner.email, "not the password");
      await said(page, "is wrong");
    },
  },
  {
    name: "account-too-many-tries",
    path: "/account",
    complains: /429/,
    prepare: answerWith("sign-in/email", 429, { code: "rate_limited" }, { "Retry-After": "540" }),
    reach: async (page) => {
      await signIn(page, "a@example.com", "not the password");
      await said(page, "9 minutes");
    },
  },
  {
    name: "account-without-a-server",
    path: "/account",
    complains: /ERR_CONNECTION_FAILED|ERR_FAILED/,
    prepare: (page) => page.route("**/api/auth/get-session", (route) => route.abort()),
    reach: (page) => said(page, "no connection"),
  },
  {
    name: "account-new",
    path: "/account",
    reach: async (page) => {
      await pressed(page, "New here? Make an account");
      await heading(page, "Make an account");
    },
  },
  {
    name: "account-mail-is-on-its-way",
    path: "/account",
    reach: async (page) => {
      await pressed(page, "New here? Make an account");
      await page.locator("#name").fill("A newcomer");
      await page.locator("#sign-up-email").fill("newcomer@example.com");
      await pressed(page, "Make the account");
      await said(page, "newcomer@example.com");
    },
  },
  { name: "account-password", path: "/account#reset=secret", reach: (page) => heading(page, "Set a password") },
  {
    name: "account-password-too-common",
    path: "/account#reset=secret",
    complains: /400/,
    reach: async (page) => {
      await setPassword(page, "password123");
      await page.locator("#new-password-error", { hasText: "everybody tries first" }).waitFor();
    },
  },
  {
    name: "account-link-is-used",
    path: "/account#reset=secret",
    complains: /400/,
    reach: async (page) => {
      await setPassword(page, "a long and good password");
      await said(page, "Ask for a new one");
    },
  },
  {
    name: "account-invited",
    path: `/account#invitation=${INVITATION}`,
    reach: (page) => said(page, "the address that was invited"),
  },
  {
    name: "account-invitation",
    path: `/account#invitation=${INVITATION}`,
    reach: async (page, server) => {
      await signInAsOwner(page, server);
      await heading(page, "You are invited");
    },
  },
  {
    name: "account-invitation-is-over",
    path: `/account#invitation=${INVITATION}`,
    complains: /404/,
    reach: async (page, server) => {
      await signInAsOwner(page, server);
      await pressed(page, "Accept the invitation");
      await said(page, "accepted already");
      await heading(page, "This cannot be accepted");
    },
  },
  {
    name: "account-signed-in",
    path: "/account",
    reach: async (page, server) => {
      await signInAsOwner(page, server);
      await page.getByText("Bosveld Live").waitFor();
    },
  },
  {
    name: "account-in-no-organisation",
    path: "/account",
    prepare: async (page) => {
      await answerWith("get-session", 200, { user: { email: "newcomer@example.com" } })(page);
      await answerWith("organizations", 200, { data: [] })(page);
    },
    reach: (page) => page.getByText("no organisation yet").waitFor(),
  },
];
