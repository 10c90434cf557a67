// Every verdict of a door over HTTP and over its socket, from both sides: a ticket that is refused, and the same ticket
// once the reason is gone. The door has its terms from the test, since times and capacities must be met exactly.

import { describe, expect, it } from "vitest";
import { env } from "cloudflare:workers";
import { newId } from "../../../../src/app/context.ts";
import type { Admission } from "../../../../src/domain/door/admission.ts";
import { type EventTerms, hashEventTerms } from "../../../../src/domain/door/event-terms.ts";
import { must } from "../../../../src/domain/result.ts";
import { openDoors } from "../../../../src/door/client.ts";
import { sha256Hex } from "../../../../src/shared/sha256.ts";
import { publicKeyOf, signCode } from "../../../../src/shared/ticket-keys.ts";
import { type At, atGate, type Bought, buy, openEvening, verdictOf } from "../evening.ts";
import { openScanner, type ScannerSocket } from "../scanner-socket.ts";
import { type Doors, openGate } from "../../support/doors.ts";
import { ask, bodyOf } from "../../support/http.ts";
import { insideDoor } from "../../support/object.ts";

type Rules = Partial<EventTerms["rules"]>;
type Show = {
  readonly doors: Doors;
  readonly here: At;
  readonly there: At;
  readonly socket: ScannerSocket;
  /** One is scanned over HTTP, the other over the socket. */
  readonly tickets: readonly [Bought, Bought];
};
/** What a test puts before a scan. `now` epoch ms; `pass`: the tickets pass so, here and there. */
type Given = {
  readonly rules?: Rules | ((show: Show, known: EventTerms["rules"]) => Rules);
  readonly admission?: Partial<Admission> | ((show: Show) => Partial<Admission>);
  readonly now?: number;
  readonly pass?: readonly ("in" | "out")[];
  readonly ask?: (show: Show, ticket: Bought) => Promise<unknown>;
  readonly code?: (show: Show, ticket: Bought) => Promise<string> | string;
  readonly direction?: "in" | "out";
};
type Case = [verdict: string, given: Given, says: object, lifted?: Given, then?: string];

/** Later than anything that the door knows by then: its time never goes back. */
const NOW = Date.now() + 10 * 60_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const iso = (at: number) => new Date(at).toISOString();

/** Tickets that something is to be done with are bought; of others a valid code is enough. */
async function openShow({ ask: isChanged }: Given): Promise<Show> {
  const doors = await openEvening();
  const there = atGate(await openGate(doors.tenant, doors.venueId));
  const here = atGate(doors);
  const get = async (): Promise<Bought> =>
    isChanged ? buy(doors, doors.typeId) : { code: await signed(doors, {}), typed: "", serial: "", order: "" };
  const tickets = [await get(), await get()] as const;
  return { doors, here, there, socket: await openScanner(doors, here), tickets };
}

/** The door goes by these terms from now on, and its clock stays at `now`. */
async function set(show: Show, { rules = {}, admission = {}, now = NOW }: Given): Promise<void> {
  const { eventId } = show.doors;
  const known = await insideDoor(eventId, (door) => must(door.ledger.book().terms, "its socket is open"));
  const changed = typeof rules === "function" ? rules(show, known.rules) : rules;
  const own = typeof admission === "function" ? admission(show) : admission;
  const types = known.rules.types.map((type) => ({ ...type, admission: { ...type.admission, ...own } }));
  const publicKey = await publicKeyOf(env.TICKET_SECRET, eventId, 1);
  const next: EventTerms = {
    ...known,
    version: known.version + 1,
    keys: [{ n: 1, publicKey, status: "active" }],
    rules: { ...known.rules, doorsOpen: NOW - HOUR, endTime: NOW + HOUR, types, ...changed },
  };
  await openDoors(env.EVENT_DOOR)(eventId).terms({ ...next, hash: hashEventTerms(next, sha256Hex) }, "test");
  await insideDoor(eventId, (door) => {
    door.clock = () => now;
  });
}

/** The same scan by either way, each of its own ticket. */
async function scanBoth(show: Show, { code = (_, { code: own }) => own, direction = "in" }: Given): Promise<object[]> {
  const { doors, here, socket, tickets } = show;
  const [byHttp, bySocket] = [await code(show, tickets[0]), await code(show, tickets[1])];
  const answer = await socket.scan(bySocket, { direction, gate_id: here.gateId });
  const heard = answer.type === "verdict" ? answer.scan : answer;
  return [await verdictOf(doors, here, byHttp, { direction }), heard];
}

async function pass(show: Show, ways: readonly ("in" | "out")[]): Promise<void> {
  for (const direction of ways)
    for (const { code } of show.tickets) await verdictOf(show.doors, show.there, code, { direction });
}

/** At the true time: a door whose clock is ahead of the home's takes the question for one that comes late (rule N9). */
async function byOwner({ doors }: Show, path: string, json: object): Promise<Response> {
  await insideDoor(doors.eventId, (door) => {
    door.clock = () => Date.now();
  });
  return ask("POST", path, { token: doors.tenant.token, json, key: newId("scn") });
}
const pathOf = ({ order }: Bought) => `/v1/tickets/tkt_${order.slice(4)}01`;
const passage = ({ there }: Show) => ({
  ...{ at: expect.any(String), gate_id: there.gateId, device_id: expect.stringMatching(/^dev_/) },
});

const REFUSED: Case[] = [
  ["unreadable", { code: () => "no code" }, {}, {}, "admitted"],
  [
    "unknown_key",
    { code: ({ doors }) => signed(doors, { keyNumber: 9 }) },
    { ticket_type_id: null },
    { code: ({ doors }) => signed(doors, {}) },
    "admitted",
  ],
  ["forged", { code: (_, { code }) => changed(code) }, { ticket_type_id: null }, {}, "admitted"],
  [
    "void",
    { ask: (show, ticket) => byOwner(show, `${pathOf(ticket)}/void`, { reason: "It was returned" }) },
    { note: null },
  ],
  [
    "superseded",
    { ask: (show, ticket) => byOwner(show, `${pathOf(ticket)}/reissue`, {}) },
    { note: null },
    { code: (show, ticket) => shownNow(show, ticket) },
    "admitted",
  ],
  [
    "blocked",
    { ask: (show, ticket) => byOwner(show, `${pathOf(ticket)}/block`, { note: "Reported stolen" }) },
    { note: "Reported stolen" },
    { ask: (show, ticket) => byOwner(show, `${pathOf(ticket)}/unblock`, {}) },
    "admitted",
  ],
  [
    "not_open_yet",
    { rules: { doorsOpen: NOW + MINUTE }, now: NOW + MINUTE - 1 },
    { opens_at: iso(NOW + MINUTE) },
    { rules: { doorsOpen: NOW + MINUTE }, now: NOW + MINUTE },
    "admitted",
  ],
  [
    "event_over",
    { rules: { endTime: NOW + MINUTE }, now: NOW + MINUTE },
    { ended_at: iso(NOW + MINUTE) },
    { rules: { endTime: NOW + MINUTE + 1 }, now: NOW + MINUTE },
    "admitted",
  ],
  [
    "gate_closed",
    {
      rules: ({ here }, { gates }) => ({ gates: gates.map((gate) => (gate.id === here.gateId ? closed(gate) : gate)) }),
    },
    { open_gates: [expect.stringMatching(/^gate_/)] },
    { rules: (_, { gates }) => ({ gates: gates.map((gate) => ({ ...gate, status: "open" as const })) }) },
    "admitted",
  ],
  [
    "wrong_gate",
    { admission: ({ there }) => ({ gates: [there.gateId as never] }) },
    { gates: [expect.stringMatching(/^gate_/)] },
    { admission: ({ here, there }) => ({ gates: [there.gateId as never, here.gateId as never] }) },
    "admitted",
  ],
  [
    "too_early",
    { admission: { windows: [{ from: NOW + 1, until: NOW + MINUTE }] } },
    { window: { from: iso(NOW + 1), until: iso(NOW + MINUTE) } },
    { admission: { windows: [{ from: NOW, until: NOW + MINUTE }] } },
    "admitted",
  ],
  [
    "too_late",
    { admission: { windows: [{ from: NOW - MINUTE, until: NOW }] } },
    { window: null },
    { admission: { windows: [{ from: NOW - MINUTE, until: NOW + 1 }] } },
    "admitted",
  ],
  ["already_inside", { pass: ["in"] }, {}, { admission: { entry: "free" } }, "readmitted"],
  ["used", { pass: ["in", "out"] }, {}, { admission: { entry: "reentry" } }, "readmitted"],
  [
    "day_limit",
    { admission: { entry: "reentry", per_day: 1 }, pass: ["in", "out"] },
    { limit: 1, free_at: expect.any(String) },
    { admission: { entry: "reentry", per_day: 2 } },
    "readmitted",
  ],
  [
    "entry_limit",
    { admission: { entry: "reentry", max_entries: 1 }, pass: ["in", "out"] },
    { limit: 1, free_at: null },
    { admission: { entry: "reentry", max_entries: 2 } },
    "readmitted",
  ],
  [
    "too_soon",
    { admission: { entry: "reentry", gap_minutes: 5 }, pass: ["in", "out"], now: NOW },
    { limit: 5 },
    { admission: { entry: "reentry", gap_minutes: 5 }, now: NOW + 6 * MINUTE },
    "readmitted",
  ],
  [
    "gate_full",
    {
      rules: ({ here }, { gates }) => ({
        gates: gates.map((gate) => (gate.id === here.gateId ? { ...gate, capacity: 1 } : gate)),
      }),
      admission: { admits: 2 },
    },
    { inside: 0, capacity: 1 },
    { admission: { admits: 1 }, rules: (_, { gates }) => ({ gates: gates.map((gate) => ({ ...gate, capacity: 2 })) }) },
    "admitted",
  ],
  [
    "venue_full",
    { rules: { softCapacity: 1, hardCapacity: 2 }, admission: { admits: 2 } },
    { inside: 0, capacity: 1, hard: false },
    { rules: { softCapacity: 2, hardCapacity: 2 }, admission: { admits: 1 } },
    "admitted",
  ],
  [
    "venue_full",
    { rules: { softCapacity: 1, hardCapacity: 1 }, admission: { admits: 2 } },
    { inside: 0, capacity: 1, hard: true },
    { rules: { softCapacity: 2, hardCapacity: 2 }, admission: { admits: 1 } },
    "admitted",
  ],
];

const closed = <G extends object>(gate: G) => ({ ...gate, status: "closed" as const });
/** Another character of its signature. */
const changed = (code: string) => code.slice(0, -20) + (code.at(-20) === "0" ? "1" : "0") + code.slice(-19);
let serials = 1_000;
const signed = ({ eventId }: Doors, parts: { keyNumber?: number }) =>
  signCode(env.TICKET_SECRET, eventId, {
    keyNumber: 1,
    typeNumber: 1,
    generation: 1,
    serial: (serials += 1),
    ...parts,
  });
const shownNow = async ({ doors }: Show, ticket: Bought) =>
  String((await bodyOf(await ask("GET", `${pathOf(ticket)}/code`, { token: doors.tenant.token })))["ticket_code"]);

/** What both ways say alike: all but which scan it was, of which ticket, and when that had passed. */
function alike(scan: object): object {
  const own = ["scan_id", "serial", "since", "free_at", "entered", "left"];
  return Object.fromEntries(Object.entries(scan).filter(([name]) => !own.includes(name)));
}

describe("[D6] over HTTP and over the socket alike,", () => {
  it.each<Case>(REFUSED)(
    "a ticket is %s, and once that is lifted it is not",
    async (verdict, given, says, lifted, then) => {
      const show = await openShow(given);
      await set(show, { ...given, now: NOW });
      await pass(show, given.pass ?? []);
      for (const ticket of show.tickets) await given.ask?.(show, ticket);
      await set(show, { ...given, now: given.now ?? NOW });
      const [byHttp, bySocket] = await scanBoth(show, given);
      for (const scan of [byHttp, bySocket])
        expect(scan).toMatchObject({ verdict, let_in: false, again: false, ...says });
      if (verdict === "already_inside") expect(byHttp).toMatchObject({ entered: passage(show) });
      if (verdict === "used")
        expect(byHttp).toMatchObject({ entered: passage(show), left: { gate_id: show.there.gateId } });
      expect(alike(byHttp ?? {})).toEqual(alike(bySocket ?? {}));
      if (lifted === undefined) return;
      for (const ticket of show.tickets) await lifted.ask?.(show, ticket);
      await set(show, lifted);
      for (const scan of await scanBoth(show, lifted)) expect(scan).toMatchObject({ verdict: then, let_in: true });
    },
  );
});

describe("[D7] over HTTP and over the socket alike,", () => {
  it.each<Case>([
    ["exited", { pass: ["in"], direction: "out" }, { persons: 1 }],
    ["exit_unmatched", { direction: "out" }, { persons: 1 }],
    ["exited", { pass: ["in"], direction: "out", rules: { eventStatus: "ended", endedAt: NOW } }, { persons: 1 }],
    ["unreadable", { direction: "out", code: () => "no code" }, {}],
    ["unknown_key", { direction: "out", code: ({ doors }) => signed(doors, { keyNumber: 9 }) }, {}],
    ["forged", { direction: "out", code: (_, { code }) => changed(code) }, {}],
  ])("who goes out is %s", async (verdict, given, says) => {
    const show = await openShow(given);
    await set(show, {});
    await pass(show, given.pass ?? []);
    await set(show, given);
    for (const scan of await scanBoth(show, given)) expect(scan).toMatchObject({ verdict, let_in: false, ...says });
  });
});
