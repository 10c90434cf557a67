// What a newcomer does who clicks: from what `npm start` prints to a ticket on the screen. And that no other server lets
// a buyer confirm.

import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { makeStateDir, type RunningCommand, runScript } from "../support/server/commands.ts";
import { openChromium, openPage } from "../support/pages/chromium.ts";
import { startServer } from "../support/server/server.ts";

const stateDir = makeStateDir();
let browser: Browser;
let start: RunningCommand;

beforeAll(async () => {
  start = runScript("src/cli/start.ts", [], { PORT: "0", STATE_DIR: stateDir });
  [browser] = await Promise.all([openChromium(), start.untilStdout(/Ctrl-C here stops the server/)]);
});

afterAll(async () => {
  await browser.close();
  start.child.kill("SIGTERM");
  await start.ended;
  rmSync(stateDir, { recursive: true, force: true });
});

const CONFIRM = { name: "Confirm the order, as the organiser would" };

/** From the shop's front page to a reserved order. */
async function clickToOrder(page: Page, show = /Bushveld Sounds/): Promise<void> {
  await page.getByRole("link", { name: show }).click();
  await page.getByLabel("How many: General").selectOption("1");
  await page.getByRole("button", { name: "Get tickets" }).click();
  await page.getByLabel("Name and surname").fill("A newcomer");
  await page.getByLabel("E-mail address").fill("newcomer@example.com");
  await page.getByRole("button", { name: "Place the order" }).last().click();
  await page.getByRole("heading", { name: "Your tickets are reserved" }).waitFor();
}

test("a newcomer clicks from the shop to a ticket on the screen, and lets it in in another window", async () => {
  const shop = /Shop +(http:\S+)/.exec(start.stdout())?.[1] ?? "";
  const { page, complaints, close } = await openPage(browser, shop);
  await clickToOrder(page, /Bushveld Exhibition/);
  await page.getByRole("button", CONFIRM).click();
  await page.getByRole("heading", { name: "Your tickets", exact: true }).waitFor();
  expect(await page.locator("svg.qr").count()).toBe(1);
  expect(complaints).toEqual([]);
  await letIn(await page.locator(".typed").innerText());
  await close();
});

/** In another window, by the link that `npm start` prints. */
async function letIn(typedCode: string): Promise<void> {
  const scanner = /Scanner +(http:\S+)/.exec(start.stdout())?.[1] ?? "";
  const { page, complaints, close } = await openPage(browser, scanner);
  await page.getByLabel("Name of this phone").fill("A laptop");
  await page.getByRole("button", { name: "Pair this phone" }).click();
  await page.getByRole("button", { name: "Gate 1" }).click();
  await page.getByRole("button", { name: "Start scanning" }).click();
  await page.getByRole("button", { name: "Type", exact: true }).click();
  await page.getByLabel("Code under the QR").fill(typedCode);
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByText("1 inside · 1 came in here").waitFor();
  expect(complaints).toEqual([]);
  await close();
}

test("`npm run serve` has neither the button nor its route", async () => {
  const server = await startServer({ env: { RATE_LIMITS: "off" } });
  const { page, close } = await openPage(browser, server.baseUrl);
  await clickToOrder(page);
  expect(await page.getByRole("button", CONFIRM).count()).toBe(0);
  const answer = await page.request.post(`${page.url()}/confirm`, { headers: { Origin: server.baseUrl }, form: {} });
  expect(answer.status()).toBe(404);
  await page.reload();
  expect(await page.getByRole("heading", { name: "Your tickets are reserved" }).count()).toBe(1);
  await close();
  await server.stop();
});
