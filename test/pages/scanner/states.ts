// The scanner, from a crew code to each of its verdicts, as a steward meets it.

import type { Page } from "playwright-core";
import { type ScannerEvening, typeLikeReader, WAIT_FOR_DOOR } from "../../support/pages/scanner-page.ts";
import { heading, keepVerdict, nextSerial, pair, pressed } from "./phone.ts";
import type { State } from "../state.ts";

/** The verdict is the door's, and stays. */
const patient = (page: Page) => Promise.all([keepVerdict(page), page.addInitScript(WAIT_FOR_DOOR)]);

/** Does what leads to `verdict`. */
function scanned(
  name: string,
  verdict: string,
  act: (page: Page, evening: ScannerEvening, code: string) => Promise<unknown>,
): State {
  return {
    name: `scan-${name}`,
    path: "/scan",
    prepare: patient,
    async reach(page, server) {
      const evening = await pair(page, server);
      await act(page, evening, await evening.codeOf(nextSerial()));
      await page.locator(`[data-verdict=${verdict}]`).waitFor();
    },
  };
}

async function leave(page: Page, code: string): Promise<void> {
  await pressed(page, "More");
  await page.getByLabel("Direction").selectOption("out");
  await typeLikeReader(page, code);
}

/** As by another gate, a moment ago. */
async function enteredBefore(evening: ScannerEvening, code: string): Promise<void> {
  const id = `scn_${String(nextSerial()).padStart(26, "0")}`;
  const json = { scan_id: id, code, direction: "in", source: "camera", gate_id: evening.gateIds[1] };
  await evening.client.ask("POST", `/v1/events/${evening.eventId}/scans`, { token: evening.ownerKey, json });
}

function beside(name: string, button: string, title: string): State {
  return {
    name: `scan-${name}`,
    path: "/scan",
    async reach(page, server) {
      await pair(page, server);
      await pressed(page, button);
      await heading(page, title);
    },
  };
}

/** Paired, and then in Afrikaans. */
function inAfrikaans(name: string, act: (page: Page, evening: ScannerEvening) => Promise<unknown>): State {
  return {
    name: `scan-af-${name}`,
    path: "/scan",
    prepare: patient,
    async reach(page, server) {
      const evening = await pair(page, server);
      await page.evaluate(`localStorage.setItem("voelgoed-scanner-locale", "af")`);
      await page.reload();
      await page.locator("[data-link=live]").waitFor();
      await act(page, evening);
    },
  };
}

export const SCANNER_STATES: readonly State[] = [
  { name: "scan-pair", path: "/scan", reach: (page) => heading(page, "Make this phone a scanner") },
  {
    name: "scan-pair-refused",
    path: "/scan#vgc_00000000000000000000000000",
    complains: /404/,
    async reach(page) {
      await page.getByLabel("Name of this phone").fill("North gate");
      await pressed(page, "Pair this phone");
      await page.getByText("Nobody knows this code").waitFor();
    },
  },
  {
    name: "scan-ready",
    path: "/scan",
    async reach(page, server) {
      await pair(page, server);
      await pressed(page, "More");
      await pressed(page, "Ready check");
      await heading(page, "Ready?");
    },
  },
  { name: "scan-live", path: "/scan", reach: pair },
  scanned("in", "admitted", (page, _, code) => typeLikeReader(page, code)),
  {
    name: "scan-together",
    path: "/scan",
    prepare: (page) => page.addInitScript(WAIT_FOR_DOOR),
    async reach(page, server) {
      const evening = await pair(page, server);
      const beside = { ticket_id: "tkt_0", serial: "2GPSK-SFJ5J-M", ticket_type_id: "tt_0", entered: false };
      const data = Array.from({ length: 5 }, (_, index) => ({ ...beside, ticket_id: `tkt_${index}` }));
      await page.route("**/door/party*", (route) => route.fulfill({ json: { data } }));
      await typeLikeReader(page, await evening.codeOf(nextSerial()));
      await pressed(page, "Others of this order …");
      await page.getByText("5 others of this order are outside").waitFor();
      await page.locator("[data-verdict]").waitFor({ state: "detached" });
    },
  },
  scanned("out", "exited", async (page, evening, code) => {
    await enteredBefore(evening, code);
    await leave(page, code);
  }),
  scanned("repeat", "repeat", async (page, _, code) => {
    await typeLikeReader(page, code);
    await page.locator("[data-verdict=admitted]").waitFor();
    await typeLikeReader(page, code);
  }),
  scanned("refused", "already_inside", async (page, evening, code) => {
    await enteredBefore(evening, code);
    await typeLikeReader(page, code);
  }),
  scanned("forged", "forged", (page, _, code) =>
    typeLikeReader(page, code.slice(0, -1) + (code.endsWith("0") ? "1" : "0")),
  ),
  {
    name: "scan-recent",
    path: "/scan",
    prepare: patient,
    async reach(page, server) {
      const evening = await pair(page, server);
      for (const text of [await evening.codeOf(nextSerial()), "https99example"]) {
        await typeLikeReader(page, text);
        await page.locator("[data-verdict]:not([data-verdict=reading])").waitFor();
      }
      await pressed(page, "Close");
      await pressed(page, "Recent");
      await page.getByRole("button", { name: "Undo" }).waitFor();
    },
  },
  beside("type", "Type", "Type a code"),
  beside("count", "Count", "Count by hand"),
  beside("settings", "More", "Settings"),
  {
    name: "scan-locked",
    path: "/scan",
    async reach(page, server) {
      await pair(page, server);
      await pressed(page, "More");
      await page.getByLabel("Four digits").fill("2468");
      await pressed(page, "Set the PIN");
      await page.getByText("The PIN is set").waitFor();
      await page.getByRole("button", { name: /Back to scanning/ }).click();
      await pressed(page, "More");
      await page.getByLabel("PIN of this phone").waitFor();
    },
  },
  inAfrikaans("live", () => Promise.resolve()),
  inAfrikaans("refused", async (page, evening) => {
    const code = await evening.codeOf(nextSerial());
    await enteredBefore(evening, code);
    await typeLikeReader(page, code);
    await page.locator("[data-verdict=already_inside]").waitFor();
  }),
  inAfrikaans("ready", async (page) => {
    await pressed(page, "Meer");
    await pressed(page, "Gereedheidstoets");
    await page.locator(".facts-list").waitFor();
  }),
  inAfrikaans("settings", (page) => pressed(page, "Meer")),
  {
    name: "scan-supervisor",
    path: "/scan",
    async reach(page, server) {
      await pair(page, server);
      const { email, password } = server.demo.owner;
      const headers = { Origin: server.baseUrl };
      await page.request.post(`${server.baseUrl}/api/auth/sign-in/email`, { headers, data: { email, password } });
      await pressed(page, "More");
      await pressed(page, "Supervisor");
      await page.getByText("No new conflicts.").waitFor();
    },
  },
];
