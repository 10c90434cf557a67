// A steward's evening: pairs a phone, scans with a hardware reader, loses the network and finds it again.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openChromium, openWithCamera } from "../support/chromium.ts";
import { type CutLine, openCutLine } from "../support/cut-line.ts";
import {
  nextVerdict,
  openPhone,
  openScannerEvening,
  pairPhone,
  type ScannerEvening,
  untilVerdict,
  typeLikeReader,
} from "../support/scanner-page.ts";
import { type Scene, writeFilm } from "../support/film.ts";
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

test("[W3] a paired phone admits a ticket, and another gate refuses it within a second, with when and where", async () => {
  const [one, two] = await Promise.all([openPhone(browser), openPhone(browser)]);
  const crew = await evening.crewCode();
  await Promise.all([pairPhone(one.page, server.baseUrl, crew), pairPhone(two.page, server.baseUrl, crew, "Gate 2")]);
  const code = await evening.codeOf(1_001);
  await typeLikeReader(one.page, code);
  expect(await nextVerdict(one.page)).toMatch(/^admitted: .*IN/);
  await typeLikeReader(two.page, code);
  expect(await nextVerdict(two.page)).toMatch(/^already_inside: .*Already inside: came in at \d\d:\d\d.* at Gate 1/);
  // What one admits the other knows also without asking.
  await two.page.getByText(/^1 inside · 0 came in here$/).waitFor();
  await Promise.all([one.context.close(), two.context.close()]);
});

test("[W1] while the door's answer is on its way nothing is green, and the read tick is grey", async () => {
  const { context, page } = await openPhone(browser);
  await pairPhone(page, line.baseUrl, await evening.crewCode());
  line.hold(700);
  await typeLikeReader(page, await evening.codeOf(1_002));
  const [tick, green, ...others] = await untilVerdict(page);
  line.hold(0);
  expect([tick?.verdict, green?.verdict, others]).toEqual(["reading", "admitted", []]);
  expect(
    green && tick && green.at - tick.at,
    "neither before the door's answer nor by the phone alone",
  ).toBeGreaterThan(600);
  expect(green?.text).not.toContain("alone");
  await context.close();
});

test("[W6] [W7] [W10] cut off it scans alone, also killed and opened again, and sends all once the door answers", async () => {
  const { context, page } = await openPhone(browser);
  await pairPhone(page, line.baseUrl, await evening.crewCode());
  await expect.poll(() => page.evaluate("navigator.serviceWorker.controller !== null")).toBe(true);
  const before = await evening.inside();
  line.cut();
  await page.locator("[data-link=alone]").waitFor({ timeout: 6_000 });
  await typeLikeReader(page, await evening.codeOf(1_003));
  expect(await nextVerdict(page)).toMatch(/^admitted: .*alone/);
  await page.getByText("1 not sent").waitFor();
  await page.close();

  const again = await context.newPage();
  await again.goto(`${line.baseUrl}/scan`, { timeout: 30_000 });
  await again.getByText("1 not sent").waitFor();
  await typeLikeReader(again, await evening.codeOf(1_003));
  expect(await nextVerdict(again)).toMatch(/^already_inside:/);
  await typeLikeReader(again, await evening.codeOf(1_004));
  expect(await nextVerdict(again)).toMatch(/^admitted:/);
  await again.getByText("3 not sent").waitFor();
  expect(await evening.inside()).toBe(before);
  await again.getByRole("button", { name: "More" }).click();
  await again.getByText("Not now: 3 not sent").waitFor();
  line.join();
  await again.getByRole("button", { name: "Unpair this phone" }).waitFor({ timeout: 30_000 });
  await again.getByRole("button", { name: /Back to scanning/ }).click();
  await again.locator("[data-link=live]").waitFor();
  expect(await evening.inside()).toBe(before + 2);
  await again.getByText(new RegExp(`^${before + 2} inside`)).waitFor();
  await context.close();
});

test("[W2] [W4] [W5] a camera reads a valid code, a forged one, and the first again, without a reload", async () => {
  const folder = mkdtempSync(join(tmpdir(), "voelgoed-film-"));
  const film = join(folder, "gate.y4m");
  const valid = await evening.codeOf(1_005);
  const last = valid.at(-1) === "0" ? "1" : "0";
  const blank: Scene = { text: null, seconds: 2 };
  writeFilm(film, [{ text: valid, seconds: 3 }, blank, { text: valid.slice(0, -1) + last, seconds: 3 }, blank]);
  const filmed = await openWithCamera(film);
  const { page } = await openPhone(filmed);
  await pairPhone(page, server.baseUrl, await evening.crewCode(), "Gate 2");
  const seen = new Set<string>();
  // Two rounds of the film, in which the first code is shown at least twice.
  for (let round = 0; round < 4; round++) seen.add((await nextVerdict(page)).split(":")[0] ?? "");
  expect([...seen].filter((name) => !["repeat", "already_inside"].includes(name)).sort()).toEqual([
    "admitted",
    "forged",
  ]);
  expect(seen.size).toBeGreaterThan(2);
  await filmed.close();
  rmSync(folder, { recursive: true });
});
