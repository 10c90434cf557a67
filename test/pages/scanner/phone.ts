// Pairs a phone for a state of the scanner's page: at one evening of a server, with few crew codes for all of them.

import type { Page } from "playwright-core";
import { openScannerEvening, pairPhone, type ScannerEvening } from "../../support/pages/scanner-page.ts";
import type { TestServer } from "../../support/server/server.ts";

/** `nextCrew`: a crew code for one more phone. */
type Crewed = ScannerEvening & { nextCrew(): Promise<string> };
const evenings = new WeakMap<TestServer, Promise<Crewed>>();
/** As many phones as one code may pair: an event has few codes, and there are more states and ways to look at them. */
const PHONES = 200;

/** One for all states of a server. */
export function eveningOf(server: TestServer): Promise<Crewed> {
  const open = async () => {
    const evening = await openScannerEvening(server, ["once", "reentry"]);
    let [code, left] = [evening.crewCode(PHONES), PHONES];
    const nextCrew = () => {
      if (left === 0) [code, left] = [evening.crewCode(PHONES), PHONES];
      left -= 1;
      return code;
    };
    return { ...evening, nextCrew };
  };
  const known = evenings.get(server) ?? open();
  evenings.set(server, known);
  return known;
}

let serials = 5_000;
/** Of a ticket that no other state has. */
export const nextSerial = (): number => serials++;

export const heading = (page: Page, name: string) => page.getByRole("heading", { name }).waitFor();
export const pressed = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

export async function pair(page: Page, server: TestServer): Promise<ScannerEvening> {
  const evening = await eveningOf(server);
  await pairPhone(page, server.baseUrl, await evening.nextCrew());
  return evening;
}

/** Leaves out the timer that clears a verdict, so that the screen stays. */
const KEEP_VERDICT = `const every = globalThis.setInterval;
globalThis.setInterval = (then, ms, ...given) => (ms === 100 ? 0 : every(then, ms, ...given));`;
export const keepVerdict = (page: Page) => page.addInitScript(KEEP_VERDICT);
/** So that the door is away as soon as its HTTP replies are. */
export const withoutSocket = (page: Page) => page.routeWebSocket("**/door", (socket) => socket.close({ code: 1_013 }));
