// The element on a page of somebody else, as a shopper meets it there.

import type { Page } from "playwright-core";
import type { TestServer } from "../../support/server/server.ts";
import { hostPage, POLICY } from "../../support/pages/host-site.ts";
import type { State } from "../state.ts";

const PATH = "/somebody-elses-page";

/** The page to copy of docs/embed.md; here it is of our own host, so that all that it loads is. */
async function serveHost(page: Page, { baseUrl, demo }: TestServer): Promise<void> {
  const html = hostPage(baseUrl, `event="${demo.event_id}" theme="auto"`);
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY };
  await page.route(`**${PATH}`, (route) => route.fulfill({ headers, body: html }));
}

async function choose(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Get tickets" }).waitFor();
}

async function fill(page: Page): Promise<void> {
  await choose(page);
  await page.locator("select.amount").nth(0).selectOption("2");
  await page.locator("select.amount").nth(2).selectOption("1");
  await page.getByRole("button", { name: "Get tickets" }).click();
  await page.getByRole("heading", { name: "Almost yours" }).waitFor();
}

async function sendWrong(page: Page): Promise<void> {
  await fill(page);
  await page.getByLabel("Name and surname").fill("A shopper");
  await page.getByLabel("Phone number").fill("12");
  await page.getByLabel("Phone number").press("Enter");
  await page.getByText("Please look at this once more").waitFor();
}

async function order(page: Page): Promise<void> {
  await fill(page);
  await page.getByLabel("Name and surname").fill("A shopper");
  await page.getByLabel("E-mail address").fill("shopper@example.com");
  await page.getByLabel("E-mail address").press("Enter");
  await page.getByRole("link", { name: "Go to your order" }).waitFor();
}

async function waitTooLong(page: Page): Promise<void> {
  await fill(page);
  await page.getByRole("button", { name: "Get them back" }).waitFor();
}

const state = (name: string, reach: NonNullable<State["reach"]>): State => ({
  ...{ name, reach, path: PATH },
  prepare: serveHost,
  // A page that a test serves has no address, and a browser lets such a one open no socket to this machine.
  complains: /BLOCKED_BY_LOCAL_NETWORK|status of 426/,
});

export const ELEMENT_STATES: readonly State[] = [
  state("element-choice", choose),
  state("element-basket", fill),
  { ...state("element-basket-ran-out", waitTooLong), isBrief: true },
  state("element-wrong-details", sendWrong),
  state("element-ordered", order),
];
