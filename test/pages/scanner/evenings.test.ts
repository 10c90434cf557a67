// Evenings of phones that hold together: two at one event, a family with one code, a phone that sleeps in a pocket, one
// that cannot check signatures, and a new version of the page.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ICON_SIDES, iconPath } from "../../../src/http/pages/scan-icon.ts";
import { must } from "../../../src/domain/result.ts";
import { actionsOf } from "../../support/server/actions.ts";
import { openChromium, openWithCamera } from "../../support/pages/chromium.ts";
import { makeStateDir } from "../../support/server/commands.ts";
import { mintShoppers } from "../../support/server/client.ts";
import { type CutLine, openCutLine } from "../../support/pages/cut-line.ts";
import { writeFilm } from "../../support/pages/film.ts";
import {
  nextVerdict,
  openPhone,
  openScannerEvening,
  pairPhone,
  type ScannerEvening,
  typeLikeReader,
  WAIT_FOR_DOOR,
} from "../../support/pages/scanner-page.ts";
import {
  buildSecondRelease,
  IS_SECOND,
  REFUSE_UPLOADS,
  type SecondRelease,
  VERSIONS,
} from "../../support/pages/second-release.ts";
import { startServer, type TestServer } from "../../support/server/server.ts";
import { expectStatus, typeOf } from "../../support/server/catalogue/show.ts";
import type { Page as PageOf, Resource } from "../../support/server/wire.ts";
import { drawIcon } from "../draw-icon.ts";

const stateDir = makeStateDir();
const env = { RATE_LIMITS: "off" };
let server: TestServer;
let release: SecondRelease | undefined;
let browser: Browser;
let evening: ScannerEvening;
let line: CutLine;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ stateDir, env }), openChromium()]);
  line = await openCutLine(server.baseUrl);
  evening = await openScannerEvening(server, ["once"]);
});
afterAll(async () => {
  await browser.close();
  await line.close();
  await server.stop();
  release?.remove();
  rmSync(stateDir, { recursive: true });
});

const link = (page: Page, kind: string) => page.locator(`[data-link=${kind}]`).waitFor();

test("[W6] [D17] two phones at one event, one of them cut off for a while, count as the door does", async () => {
  const [one, two] = await Promise.all([openPhone(browser), openPhone(browser)]);
  const crew = await evening.crewCode();
  await Promise.all([pairPhone(one.page, line.baseUrl, crew), pairPhone(two.page, server.baseUrl, crew, "Gate 2")]);
  const scan = async (page: Page, serial: number, verdict: RegExp) => {
    await typeLikeReader(page, await evening.codeOf(serial));
    expect(await nextVerdict(page)).toMatch(verdict);
  };
  const before = await evening.inside();
  await scan(one.page, 2_001, /^admitted/);
  line.cut();
  await link(one.page, "alone");
  await scan(one.page, 2_002, /^admitted: .*alone/);
  await scan(one.page, 2_001, /^already_inside/);
  await scan(two.page, 2_003, /^admitted/);
  await scan(two.page, 2_001, /^already_inside/);
  line.join();
  await link(one.page, "live");
  await expect.poll(() => evening.inside()).toBe(before + 3);
  await scan(two.page, 2_002, /^already_inside/);
  await scan(one.page, 2_003, /^already_inside: .*at Gate 2/);
  const inside = await evening.inside();
  for (const { page } of [one, two]) await page.getByText(new RegExp(`^${inside} inside · `)).waitFor();
  await Promise.all([one.context.close(), two.context.close()]);
});

/** Codes of three tickets that a shopper has bought in one order. */
async function buyThree(): Promise<readonly string[]> {
  const { client, ownerKey } = evening;
  const act = actionsOf(client);
  const { token } = must((await mintShoppers(client, 1))[0], "a shopper");
  const hold = expectStatus(await act.hold(typeOf(showOf(evening)), token, "family", { quantity: 3 }), 201);
  const order = expectStatus(await act.checkOut(token, "family-order", [hold.id]), 201);
  expectStatus(await act.settle(order.id, "confirm", ownerKey), 200);
  const tickets = expectStatus(await act.read<PageOf<Resource>>(`/v1/orders/${order.id}/tickets`, ownerKey), 200);
  const codes = tickets.data.map(async ({ id }) => {
    const shown = await act.read<{ readonly ticket_code: string }>(`/v1/tickets/${id}/code`, ownerKey);
    return expectStatus(shown, 200).ticket_code;
  });
  return Promise.all(codes);
}
const showOf = ({ eventId, typeIds }: ScannerEvening) => ({ eventId, typeIds, venueId: "" });

/** Notes all that a screen reader reads out: a green verdict is gone before a busy test reads the page. */
const NOTE_HEARD = `globalThis.heard = [];
new MutationObserver(() => {
  const text = document.querySelector("[role=status][aria-live=assertive]").textContent;
  if (text !== "") globalThis.heard.push(text);
}).observe(document.querySelector("[role=status][aria-live=assertive]"), { childList: true, subtree: true, characterData: true });`;

test("[D13] [W11] one phone with one code is enough for a family, and a screen reader hears each verdict", async () => {
  const [code = "", another = ""] = await buyThree();
  const { context, page } = await openPhone(browser);
  await pairPhone(page, server.baseUrl, await evening.crewCode());
  const before = await evening.inside();
  await page.evaluate(NOTE_HEARD);
  await typeLikeReader(page, code);
  expect(await nextVerdict(page)).toMatch(/^admitted/);
  await page.getByRole("button", { name: "Others of this order" }).click();
  await page.getByText("2 others of this order are outside").waitFor();
  await page.getByRole("button", { name: "Let in 2" }).click();
  expect(await nextVerdict(page)).toMatch(/^admitted: 2 × IN/);
  await typeLikeReader(page, another);
  // It passed here a moment ago.
  expect(await nextVerdict(page)).toMatch(/^repeat: WAIT/);
  await expect.poll(() => evening.inside()).toBe(before + 3);
  const heard = await page.evaluate<readonly string[]>("globalThis.heard");
  expect(heard.map((text) => /^(?:In|Wait)\. [^.:]+/.exec(text)?.[0])).toEqual([
    ...["In. 1 person in", "In. 2 persons in", "Wait. This ticket has just passed at this scanner"],
  ]);
  await context.close();
});

/** Counts how often the screen is kept on, and how often the page says that it is alone. */
const WATCH_PHONE = `globalThis.wakeLocks = [];
const request = async () => globalThis.wakeLocks[globalThis.wakeLocks.push({ released: false }) - 1];
Object.defineProperty(navigator, "wakeLock", { value: { request } });
globalThis.alone = 0;
new MutationObserver(() => { if (document.querySelector("[data-link=alone]")) globalThis.alone += 1; })
  .observe(document, { childList: true, subtree: true, attributes: true });`;
const hide = (isHidden: boolean) =>
  `Object.defineProperty(document, "hidden", { value: ${isHidden}, configurable: true });
document.dispatchEvent(new Event("visibilitychange"));`;
/** There its camera ends, and the screen is let go. */
const POCKET = `(() => {
  const [track] = document.querySelector("video").srcObject.getTracks();
  track.stop();
  track.dispatchEvent(new Event("ended"));
  for (const lock of globalThis.wakeLocks.splice(0)) lock.released = true;
})()`;
const POCKET_MS = 30_000;
/**
 * So long of it nothing of the page runs in fact: longer than a running page may go without a message. The rest is its
 * clock's.
 */
const FROZEN_MS = 3_000;

test("[W5] [W6] a phone back from 30 s in a pocket has its camera and screen again, and was never ALONE", async () => {
  const folder = mkdtempSync(join(tmpdir(), "voelgoed-film-"));
  const film = join(folder, "gate.y4m");
  writeFilm(film, [{ text: null, seconds: 1 }]);
  const filmed = await openWithCamera(film);
  const { context, page } = await openPhone(filmed);
  await context.clock.install();
  for (const script of [WAIT_FOR_DOOR, WATCH_PHONE]) await context.addInitScript(script);
  await pairPhone(page, server.baseUrl, await evening.crewCode());
  await page.locator("[data-camera=on]").waitFor();
  await page.evaluate("globalThis.alone = 0");
  const devtools = await context.newCDPSession(page);
  const hidden = await page.evaluate<number>("Date.now()");
  await page.evaluate(hide(true));
  await page.evaluate(POCKET);
  // Nothing of the page runs while it is paused, and its clock goes on.
  await devtools.send("Debugger.enable");
  const isPaused = new Promise<unknown>((settle) => devtools.once("Debugger.paused", settle));
  await devtools.send("Debugger.pause");
  await isPaused;
  await new Promise((settle) => setTimeout(settle, FROZEN_MS));
  await devtools.send("Debugger.resume");
  await devtools.send("Debugger.disable");
  await context.clock.pauseAt(hidden + POCKET_MS);
  await context.clock.resume();
  await page.evaluate(hide(false));
  await page.locator("[data-camera=on]").waitFor();
  await link(page, "live");
  await typeLikeReader(page, await evening.codeOf(2_010));
  const verdict = await nextVerdict(page);
  expect(verdict).toMatch(/^admitted/);
  expect(verdict, "by the door").not.toContain("alone");
  expect(await page.evaluate("globalThis.alone")).toBe(0);
  expect(await page.evaluate("globalThis.wakeLocks.length"), "the screen stays on again").toBe(1);
  await filmed.close();
  rmSync(folder, { recursive: true });
});

const NO_ED25519 = `for (const name of ["generateKey", "importKey"]) {
  const own = crypto.subtle[name].bind(crypto.subtle);
  crypto.subtle[name] = (...given) =>
    JSON.stringify(given).includes("Ed25519") ? Promise.reject(new DOMException("none", "NotSupportedError")) : own(...given);
}`;

test("[D18] [W6] a browser that verifies no signatures says so, and lets in nobody alone", async () => {
  const { context, page } = await openPhone(browser);
  await context.addInitScript(NO_ED25519);
  await pairPhone(
    page,
    line.baseUrl,
    await evening.crewCode(),
    "Gate 1",
    /Online only: this browser cannot check codes/,
  );
  await page.getByText("Online only", { exact: true }).waitFor();
  await typeLikeReader(page, await evening.codeOf(2_020));
  expect(await nextVerdict(page)).toMatch(/^admitted/);
  const before = await evening.inside();
  line.cut();
  await page.getByText(/^No network since \d\d:\d\d: nobody can be checked$/).waitFor();
  await typeLikeReader(page, await evening.codeOf(2_021));
  expect(await nextVerdict(page)).toMatch(/^trouble: WAIT/);
  line.join();
  await link(page, "live");
  // The door may have had that scan: the phone takes it back, since nobody has passed.
  await page.locator(".link-unsent", { hasText: "not sent" }).waitFor({ state: "detached" });
  await expect.poll(() => evening.inside()).toBe(before);
  await context.close();
});

/** By how much two pictures differ, of 255, in the mean of all that their pixels have. */
const DIFFERENCE = `async (one, other) => {
  const [a, b] = await Promise.all([one, other].map(async (text) => {
    const image = new Image();
    image.src = "data:image/png;base64," + text;
    await image.decode();
    const drawing = new OffscreenCanvas(image.width, image.height).getContext("2d");
    drawing.drawImage(image, 0, 0);
    return drawing.getImageData(0, 0, image.width, image.height).data;
  }));
  return a.length !== b.length ? 255 : a.reduce((sum, value, at) => sum + Math.abs(value - b[at]), 0) / a.length;
}`;

test("[W10] a phone that takes no SVG is installed with the icon as it is drawn now", async () => {
  const page = await browser.newPage();
  await page.goto(`${server.baseUrl}/scan`);
  expect(await page.locator("link[rel=apple-touch-icon]").getAttribute("href")).toBe(iconPath(180));
  const manifest = await page.request.get(`${server.baseUrl}/scan.webmanifest`);
  const { icons } = (await manifest.json()) as { readonly icons: readonly { readonly src: string }[] };
  expect(icons.map(({ src }) => src)).toEqual(["/scan-icon.svg", iconPath(192), iconPath(512)]);
  await page.goto("about:blank");
  for (const side of ICON_SIDES) {
    const served = await page.request.get(server.baseUrl + iconPath(side));
    expect([served.status(), served.headers()["content-type"]]).toEqual([200, "image/png"]);
    const pictures = [await served.body(), await drawIcon(browser, side)].map((each) => each.toString("base64"));
    const differs = await page.evaluate<number>(`(${DIFFERENCE})(${JSON.stringify(pictures).slice(1, -1)})`);
    expect(differs, "after a change of the icon: npm run icons").toBeLessThan(1);
  }
  await page.close();
});

test("[W10] a page that is released while a scan is unsent waits for it, and is taken once it is sent", async () => {
  const building = buildSecondRelease();
  const { context, page } = await openPhone(browser);
  await context.addInitScript(REFUSE_UPLOADS);
  await pairPhone(page, server.baseUrl, await evening.crewCode());
  await expect.poll(() => page.evaluate("navigator.serviceWorker.controller !== null")).toBe(true);
  const code = await evening.codeOf(2_030);
  release = await building;
  await server.stop();
  await link(page, "alone");
  await typeLikeReader(page, code);
  expect(await nextVerdict(page)).toMatch(/^admitted: .*alone/);
  await page.evaluate(`localStorage.setItem("refuses", "yes")`);
  const { port } = server;
  server = await startServer({ port, stateDir, env, project: release.project });
  await link(page, "live");
  await page.close();
  const open = async () => {
    const next = await context.newPage();
    await next.goto(`${server.baseUrl}/scan`, { timeout: 30_000 });
    return next;
  };
  const waiting = await open();
  await waiting.getByText("1 not sent").waitFor();
  await expect.poll(() => waiting.evaluate(VERSIONS), { message: "the second beside the first" }).toBe(2);
  await waiting.close();
  const still = await open();
  await still.getByText("1 not sent").waitFor();
  expect(await still.evaluate(IS_SECOND), "not while something is unsent").toBe(false);
  await still.evaluate(`localStorage.removeItem("refuses")`);
  await still.getByText("1 not sent").waitFor({ state: "detached" });
  await still.close();
  const taken = await open();
  await expect.poll(() => taken.evaluate(IS_SECOND).catch(() => null)).toBe(true);
  await link(taken, "live");
  await expect.poll(() => taken.evaluate(VERSIONS)).toBe(1);
  await typeLikeReader(taken, code);
  expect(await nextVerdict(taken)).toMatch(/^already_inside/);
  await context.close();
});
