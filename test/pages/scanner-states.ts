// The scanner, from a crew code to each of its verdicts, as a steward meets it.

import type { Page } from "playwright-core";
import { openScannerEvening, pairPhone, type ScannerEvening, typeLikeReader } from "../support/scanner-page.ts";
import type { TestServer } from "../support/server.ts";
import type { State } from "./state.ts";

const evenings = new WeakMap<TestServer, Promise<ScannerEvening>>();

/** One for all states of a server. */
function eveningOf(server: TestServer): Promise<ScannerEvening> {
  const known = evenings.get(server) ?? openScannerEvening(server, ["once", "reentry"]);
  evenings.set(server, known);
  return known;
}

let serials = 5_000;
const heading = (page: Page, name: string) => page.getByRole("heading", { name }).waitFor();
const pressed = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

async function pair(page: Page, server: TestServer): Promise<ScannerEvening> {
  const evening = await eveningOf(server);
  await pairPhone(page, server.baseUrl, await evening.crewCode());
  return evening;
}

/** What clears a verdict looks ten times a second: without it the screen stays for whoever looks at it. */
const KEEP_VERDICT = `const every = globalThis.setInterval;
globalThis.setInterval = (then, ms, ...given) => (ms === 100 ? 0 : every(then, ms, ...given));`;
const keepVerdict = (page: Page) => page.addInitScript(KEEP_VERDICT);

/** Does what leads to `verdict`. */
function scanned(
  name: string,
  verdict: string,
  act: (page: Page, evening: ScannerEvening, code: string) => Promise<unknown>,
): State {
  return {
    name: `scan-${name}`,
    path: "/scan",
    prepare: keepVerdict,
    async reach(page, server) {
      const evening = await pair(page, server);
      await act(page, evening, await evening.codeOf(serials++));
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
  const id = `scn_${String(serials++).padStart(26, "0")}`;
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
    async reach(page, server) {
      const evening = await pair(page, server);
      const beside = { ticket_id: "tkt_0", serial: "2GPSK-SFJ5J-M", ticket_type_id: "tt_0", entered: false };
      const data = Array.from({ length: 5 }, (_, index) => ({ ...beside, ticket_id: `tkt_${index}` }));
      await page.route("**/door/party*", (route) => route.fulfill({ json: { data } }));
      await typeLikeReader(page, await evening.codeOf(serials++));
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
    async reach(page, server) {
      const evening = await pair(page, server);
      for (const text of [await evening.codeOf(serials++), "https99example"]) {
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
    name: "scan-supervisor",
    path: "/scan",
    async reach(page, server) {
      await pair(page, server);
      const { email, password } = server.demo.owner;
      const headers = { Origin: server.baseUrl };
      await page.request.post(`${server.baseUrl}/api/auth/sign-in/email`, { headers, data: { email, password } });
      await pressed(page, "More");
      await pressed(page, "Supervisor");
      await page.getByText("None that nobody has seen.").waitFor();
    },
  },
];
