// Who is signed in to the console, which screen is shown, and what is done on many of them.

import type { Page } from "playwright-core";
import { localTime } from "../../../src/ui/console/decisions/event/zoned-time.ts";
import { must } from "../../../src/domain/result.ts";
import type { TestServer } from "../../support/server/server.ts";

export type DemoRole = "owner" | "admin" | "staff" | "viewer" | "scanner_only";

const sessions = new Map<string, Promise<string>>();

/** Signed in before the page is loaded: the session is made once for a server and a role. */
export async function signedInAs(page: Page, { baseUrl, demo }: TestServer, role: DemoRole): Promise<void> {
  const account = role === "owner" ? demo.owner : demo.accounts[role];
  const key = `${baseUrl} ${role}`;
  const made = sessions.get(key) ?? sessionOf(baseUrl, account);
  sessions.set(key, made);
  const [name = "", value = ""] = (await made).split("=");
  await page.context().addCookies([{ name, value, url: baseUrl }]);
}

async function sessionOf(baseUrl: string, account: { readonly email: string; readonly password: string }) {
  const answer = await fetch(`${baseUrl}/api/auth/sign-in/email`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: baseUrl },
    body: JSON.stringify({ email: account.email, password: account.password }),
  });
  const cookie = answer.headers.getSetCookie().find((each) => each.includes("session_token="));
  return must(cookie?.split(";")[0], `signed in: ${answer.status}`);
}

export const titled = (page: Page, name: string | RegExp) =>
  page.getByRole("heading", { level: 1, name }).waitFor({ timeout: 20_000 });

export const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
export const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

export const tomorrow = (hour: string): string =>
  `${localTime("Africa/Johannesburg", Date.now() + 86_400_000).slice(0, 10)}T${hour}`;

/** From the form of its times to the page of its tickets. */
export async function fillTimes(page: Page, name: string): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("It begins").fill(tomorrow("19:00"));
  await page.getByLabel("It ends").fill(tomorrow("23:00"));
  await page.getByLabel("How many tickets at most").fill("200");
}

/** The screen at the address, by its owner. */
export function ownerAt(title: string | RegExp, then: (page: Page, server: TestServer) => Promise<unknown> = settled) {
  return async (page: Page, server: TestServer): Promise<void> => {
    await titled(page, title);
    await then(page, server);
  };
}

export const asOwner = (page: Page, server: TestServer) => signedInAs(page, server, "owner");

/** Nothing is waited for any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator(".bone").first().waitFor({ state: "detached" });
}
