// Prepares a door for a scenario's rounds: a venue with scanners, an evening of its own for each round, tickets by the
// thousand, and the door's counts at the end.

import { createHash } from "node:crypto";
import { eventTagOf, messageFor, writeCode } from "../../../src/domain/door/tickets/code.ts";
import { type EventId, parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import {
  buildDoors,
  type DoorVenue,
  type Entry,
  type Evening,
  openEvening,
} from "../../support/server/catalogue/door-show.ts";
import { expectStatus } from "../../support/server/catalogue/show.ts";
import type { Side } from "./rig.ts";

export const GATES = 8;
export type DoorStage = { readonly side: Side; readonly venue: DoorVenue };
export type Ticket = { readonly serial: number; readonly code: string };

export async function setDoor(side: Side, scanners: number): Promise<DoorStage> {
  const { client, server } = side;
  return { side, venue: await buildDoors(client, server.demo.api_keys.owner, { gates: GATES, scanners }) };
}

/** An evening of which the door knows by then, unless it is one of the bench's own. */
export async function openRound({ side, venue }: DoorStage, entries: readonly Entry[] = ["once"]): Promise<Evening> {
  // No order comes to an end at an inventory of the bench's own, and its door checks no signature.
  const evening = await openEvening(side.server, side.client, venue, entries, side.projects);
  if (side.projects) await countedAt(side, evening);
  return evening;
}

/** Persons who were admitted, by the door's own counts. */
export async function countedAt({ client, server }: Side, { eventId }: Evening): Promise<number> {
  const token = server.demo.api_keys.owner;
  return expectStatus(await client.ask<Counted>("GET", `/v1/events/${eventId}/door`, { token }), 200).admitted;
}
type Counted = { readonly admitted: number };

/** The figures are void if the door has let in others than its responses say. */
export async function mustHaveAdmitted(side: Side, evening: Evening, count: number): Promise<void> {
  const admitted = await countedAt(side, evening);
  if (admitted !== count) throw new Error(`${count} were let in, and the door has counted ${admitted}`);
}

/** Serials are spread as hashes are: a door's rows of tickets lie by them. */
export function serialAt(n: number): number {
  const bytes = createHash("sha256").update(`ticket ${n}`).digest();
  return bytes.readUInt32BE(0) * 2 ** 21 + (bytes.readUInt32BE(4) >>> 11);
}

const AT_ONCE = 256;

/** Tickets `from` to `from + count - 1` of the evening's first type. */
export async function ticketsOf({ codeOf }: Evening, count: number, from = 0): Promise<Ticket[]> {
  const tickets: Ticket[] = [];
  while (tickets.length < count) {
    const batch = Math.min(AT_ONCE, count - tickets.length);
    const serials = Array.from({ length: batch }, (_, n) => serialAt(from + tickets.length + n));
    const signed = serials.map(async (serial) => ({ serial, code: await codeOf(serial) }));
    tickets.push(...(await Promise.all(signed)));
  }
  return tickets;
}

/** The same for doors that check no signature, which here is as long as one and none. */
export function unsignedTicketsOf({ eventId }: Pick<Evening, "eventId">, count: number): Ticket[] {
  const id: EventId = must(parseId("evt", eventId), "it was created");
  const eventTag = eventTagOf(id, (text) => createHash("sha256").update(text).digest());
  const signature = new Uint8Array(64).fill(0x0b);
  return Array.from({ length: count }, (_, n) => {
    const serial = serialAt(n);
    const fields = { keyNumber: 1, eventTag, typeNumber: 1, generation: 1, serial };
    return { serial, code: writeCode(messageFor(fields), signature) };
  });
}
