// The parts of a catalogue that a door must know (rule D2), and every way to change them over HTTP.

import { env } from "cloudflare:workers";
import { DEFAULT_ADMISSION } from "../../../../src/domain/door/admission.ts";
import type { EventTerms } from "../../../../src/domain/door/event-terms.ts";
import { parseId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { eventBody, gateBody, ticketTypeBody, venueBody } from "../../support/catalogue.ts";
import type { openDoorWorld } from "../port.ts";
import { HOUR } from "../../support/fixture.ts";

const DAY = 24 * HOUR;
const iso = (ms: number) => new Date(ms).toISOString();
export const soon = Date.now() + DAY;

export type DoorWorld = Awaited<ReturnType<typeof openDoorWorld>>;
export type Ids = {
  readonly venueId: string;
  readonly otherVenueId: string;
  readonly gateId: string;
  readonly eventId: string;
  readonly typeId: string;
};

/** A draft with a type, at a venue with a gate, and another venue. */
export async function newIds(world: DoorWorld): Promise<Ids> {
  const venueId = await world.create("/v1/venues", venueBody());
  const otherVenueId = await world.create("/v1/venues", venueBody({ capacity: 2_000, timezone: "Europe/Berlin" }));
  const gateId = await world.create(`/v1/venues/${venueId}/gates`, gateBody({ gate_code: "MIDDLE" }));
  const eventId = await world.create("/v1/events", eventBody(venueId));
  const typeId = await world.create(`/v1/events/${eventId}/ticket-types`, ticketTypeBody());
  return { venueId, otherVenueId, gateId, eventId, typeId };
}

type Rules = Partial<EventTerms["rules"]>;
/** What is changed, how, and what is then delivered to the door. */
type Change = readonly [
  what: string,
  method: "POST" | "PATCH" | "DELETE",
  path: (of: Ids) => string,
  json: object | undefined,
  rules: (of: Ids) => Rules,
];

export const ofEvent = ({ eventId }: Ids) => `/v1/events/${eventId}`;
export const ofVenue = ({ venueId }: Ids) => `/v1/venues/${venueId}`;
export const ofGate = ({ gateId }: Ids) => `/v1/gates/${gateId}`;
export const gate = ({ gateId }: Ids, changed: object = {}) => ({
  ...({ id: must(parseId("gate", gateId), "a gate"), status: "open", capacity: null } as const),
  ...changed,
});
export const CHANGES: readonly Change[] = [
  ["an event's start", "PATCH", ofEvent, { start_time: iso(soon + HOUR) }, () => ({ doorsOpen: soon - HOUR })],
  ["an event's end", "PATCH", ofEvent, { end_time: iso(soon + DAY) }, () => ({ endTime: soon + DAY })],
  ["its doors", "PATCH", ofEvent, { doors_open: iso(soon - 5 * HOUR) }, () => ({ doorsOpen: soon - 5 * HOUR })],
  ["its days", "PATCH", ofEvent, { day_starts: "04:30" }, () => ({})],
  ["whom it lets in", "PATCH", ofEvent, { admission_capacity: 30 }, () => ({ softCapacity: 30, hardCapacity: 1_000 })],
  ["its publishing", "POST", (of) => `${ofEvent(of)}/publish`, undefined, () => ({ eventStatus: "published" })],
  ["a venue's capacity", "PATCH", ofVenue, { capacity: 5_000 }, () => ({ softCapacity: 5_000, hardCapacity: 5_000 })],
  [
    "a gate that is closed",
    "PATCH",
    ofGate,
    { status: "closed" },
    (of) => ({ gates: [gate(of, { status: "closed" })] }),
  ],
  ["a gate's capacity", "PATCH", ofGate, { capacity: 9 }, (of) => ({ gates: [gate(of, { capacity: 9 })] })],
  ["a gate's removal", "DELETE", ofGate, undefined, () => ({ gates: [] })],
  [
    "a type's admission",
    "PATCH",
    ({ typeId }) => `/v1/ticket-types/${typeId}`,
    { admission: { entry: "free" } },
    () => ({ types: [{ number: 1, admission: { ...DEFAULT_ADMISSION, entry: "free" } }] }),
  ],
  ["a type's deletion", "DELETE", ({ typeId }) => `/v1/ticket-types/${typeId}`, undefined, () => ({ types: [] })],
];

export async function rowOf(table: string, id: string): Promise<Record<string, unknown> | null> {
  return env.DB.prepare(`SELECT * FROM ${table} WHERE id = ?`).bind(id).first();
}
