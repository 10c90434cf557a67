// Each verdict of the door and each refusal, as a phone may get them: with all that it says, and its longest.

import type { Page } from "playwright-core";
import type { Verdict } from "../../../src/domain/door/scan.ts";
import type { ScannerEvening } from "../../support/pages/scanner-page.ts";

type Answer = {
  readonly name: string;
  readonly status: number;
  /** `gateIds`: of the place, so that they have names. */
  readonly body: (evening: Pick<ScannerEvening, "gateIds" | "typeIds">) => object;
};

const HOUR = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR).toISOString();
const NOTE = "the buyer reported it as stolen on the train";

type Facts = (gateIds: readonly string[]) => object;
/** No verdict of rules D6 and D7 is left out. */
const FACTS: Readonly<Record<Verdict["verdict"] | "repeat", Facts>> = {
  unreadable: () => ({}),
  wrong_event: () => ({ event: { id: "evt_1", name: "Bushveld Sounds, the second evening", start_time: ago(-26) } }),
  unknown_key: () => ({}),
  forged: () => ({}),
  void: () => ({ since: ago(30), note: null }),
  superseded: () => ({ since: ago(30), note: null }),
  blocked: () => ({ since: ago(30), note: NOTE }),
  not_open_yet: () => ({ opens_at: ago(-0.2) }),
  event_over: () => ({ ended_at: ago(9) }),
  gate_closed: (gateIds) => ({ open_gates: gateIds }),
  wrong_gate: (gateIds) => ({ gates: gateIds.slice(1) }),
  too_early: () => ({ window: { from: ago(-30), until: ago(-34) } }),
  too_late: () => ({ window: null }),
  already_inside: (gateIds) => ({ entered: { at: ago(0.5), gate_id: gateIds[1], device_id: "dev_1" } }),
  used: (gateIds) => ({
    entered: { at: ago(30), gate_id: gateIds[0], device_id: "dev_1" },
    left: { at: ago(28), gate_id: gateIds[1], device_id: "dev_1" },
  }),
  day_limit: () => ({ limit: 3, free_at: ago(-26) }),
  entry_limit: () => ({ limit: 1, free_at: null }),
  too_soon: () => ({ limit: 30, free_at: ago(-0.2) }),
  gate_full: () => ({ inside: 4_950, capacity: 5_000 }),
  venue_full: () => ({ inside: 59_995, capacity: 60_000, hard: false }),
  lease_used_up: () => ({ left_of_lease: 0 }),
  typed_needs_network: () => ({}),
  admitted: () => ({ let_in: true, persons: 1, inside: 12_345, inside_by: 1_234, attention: null, against: null }),
  readmitted: () => ({ let_in: true, persons: 0, inside: 12_345, inside_by: 1_234, attention: null, against: "used" }),
  exited: () => ({ persons: 20 }),
  exit_unmatched: () => ({ persons: 1 }),
  repeat: () => ({}),
};
const TYPELESS = new Set(["unreadable", "wrong_event", "unknown_key", "forged"]);

/** With the texts that the page has for them; any other code has the text of the last. */
const REFUSALS = [
  ["rate_limited", 429],
  ["door_closed", 409],
  ["forbidden", 403],
  ["not_found", 404],
  ["party_not_let_in", 409],
] as const;

export const ANSWERS: readonly Answer[] = [
  ...Object.entries(FACTS).map(([verdict, facts]) => ({
    ...{ name: verdict.replaceAll("_", "-"), status: 200 },
    body: ({ gateIds, typeIds }: Pick<ScannerEvening, "gateIds" | "typeIds">) => ({
      ...{ verdict, let_in: false, again: false, at: ago(0), serial: null },
      ticket_type_id: TYPELESS.has(verdict) ? null : typeIds[0],
      ...facts(gateIds),
    }),
  })),
  ...REFUSALS.map(([code, status]) => ({
    ...{ name: `trouble-${code.replaceAll("_", "-")}`, status },
    body: () => ({ status, code, title: code, type: "about:blank" }),
  })),
];

/** From now on the door replies to each scan by `answer()`, over HTTP. The page was opened without a socket. */
export async function replyBy(page: Page, evening: ScannerEvening, answer: () => Answer): Promise<void> {
  await page.route("**/scans", async (route) => {
    const { status, body } = answer();
    const asked = route.request().postDataJSON() as { readonly scan_id: string };
    const contentType = status === 200 ? "application/json" : "application/problem+json";
    await route.fulfill({ status, contentType, json: { scan_id: asked.scan_id, ...body(evening) } });
  });
}
