// A steward's evening: pairs a phone, scans with a hardware reader, loses the network and finds it again.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openChromium } from "../support/chromium.ts";
import { type CutLine, openCutLine } from "../support/cut-line.ts";
import { openPhone, openScannerEvening, pairPhone, type ScannerEvening, untilVerdict, wedge } from "../support/scanner-page.ts";
import { startServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let browser: Browser;
let evening: ScannerEvening;
let line: CutLine;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ env: { RATE_LIMITS: "off" } }), openChromium()]);
  line = await openCutLine(server.baseUrl);
  evening = await openScannerEvening(server, ["once", "reentry"]);
});
afterAll(async () => {
  await browser.close();
  await line.close();
  await server.stop();
});

test("[W1] [W3] a paired phone admits a ticket, and refuses it the second time with when and where", async () => {
  const { context, page } = await openPhone(browser);
  await pairPhone(page, line.baseUrl, await evening.crewCode());
  const code = await evening.codeOf(1_001);
  await wedge(page, code);
  expect(await untilVerdict(page, "admitted")).toContain("IN");
  await page.locator("[data-verdict]").waitFor({ state: "detached" });
  await page.waitForTimeout(12_000);
  await wedge(page, code);
  expect(await untilVerdict(page, "already_inside")).toMatch(/Already inside: came in at \d\d:\d\d.* at Gate 1/);
  await page.screenshot({ path: "/tmp/s-refused.png" });
  await context.close();
});
