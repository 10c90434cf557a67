// A scanner whose door does not reply, or replies late: what a phone shows alone, and what it cannot do.

import type { Page } from "playwright-core";
import { pairPhone, type ScannerEvening, typeLikeReader } from "../../support/pages/scanner-page.ts";
import { eveningOf, keepVerdict, nextSerial, pair, pressed, withoutSocket } from "./phone.ts";
import type { State } from "../state.ts";

/** Paired, and then cut off. */
function alone(name: string, act: (page: Page, evening: ScannerEvening) => Promise<unknown>): State {
  return {
    name: `scan-alone${name}`,
    path: "/scan",
    complains: /ERR_FAILED/,
    async prepare(page) {
      await keepVerdict(page);
      await withoutSocket(page);
    },
    async reach(page, server) {
      const evening = await pair(page, server);
      await page.route("**/v1/**", (route) => route.abort());
      await page.locator("[data-link=alone]").waitFor();
      await act(page, evening);
    },
  };
}

/** The door's reply over HTTP, changed on its way, and late by `lateMs`. */
function answered(name: string, shown: string, change: object, lateMs = 0): State {
  return {
    name: `scan-${name}`,
    path: "/scan",
    async prepare(page) {
      await keepVerdict(page);
      await withoutSocket(page);
      await page.route("**/scans", async (route) => {
        const answer = await route.fetch();
        const json = { ...((await answer.json()) as object), ...change };
        await new Promise((settle) => setTimeout(settle, lateMs));
        await route.fulfill({ response: answer, json });
      });
    },
    async reach(page, server) {
      const evening = await pair(page, server);
      await typeLikeReader(page, await evening.codeOf(nextSerial()));
      await page.locator(shown).waitFor();
    },
  };
}

/** Without the algorithm of the signatures, as in a browser of some years ago. */
const NO_ED25519 = `crypto.subtle.generateKey = () => Promise.reject(new DOMException("none", "NotSupportedError"));`;

export const SCANNER_CUT_STATES: readonly State[] = [
  alone("", async (page, evening) => {
    await typeLikeReader(page, await evening.codeOf(nextSerial()));
    await pressed(page, "Close");
    await page.getByText("1 not sent").waitFor();
  }),
  alone("-in", async (page, evening) => {
    await typeLikeReader(page, await evening.codeOf(nextSerial()));
    await page.locator("[data-verdict=admitted]").waitFor();
  }),
  answered("note", "[data-verdict=admitted] .verdict-note", {
    ...{ persons: 4, attention: "VIP: show them to the left stair, and give them four bands" },
  }),
  answered(
    "alarm",
    "[data-verdict=void]",
    { verdict: "void", let_in: false, since: "2026-11-30T17:02:00.000Z", note: null },
    1_500,
  ),
  {
    name: "scan-online-only",
    path: "/scan",
    prepare: (page) => page.addInitScript(NO_ED25519),
    async reach(page, server) {
      const evening = await eveningOf(server);
      await pairPhone(page, server.baseUrl, await evening.nextCrew(), "Gate 1", /Online only/);
      await page.getByText("Online only").waitFor();
    },
  },
  {
    name: "scan-no-answer",
    path: "/scan",
    complains: /ERR_FAILED/,
    async prepare(page) {
      await page.addInitScript(NO_ED25519);
      await keepVerdict(page);
      await withoutSocket(page);
    },
    async reach(page, server) {
      const evening = await eveningOf(server);
      await pairPhone(page, server.baseUrl, await evening.nextCrew(), "Gate 1", /Online only/);
      await page.route("**/v1/**", (route) => route.abort());
      await typeLikeReader(page, await evening.codeOf(nextSerial()));
      await page.locator("[data-verdict=trouble]").waitFor();
    },
  },
];
