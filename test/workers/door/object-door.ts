// The door of a new event in its object, as a test opens it: D1 is what the test says, and scanners stand at its gates.

import { env } from "cloudflare:workers";
import { newId } from "../../../src/app/context.ts";
import type { ScanReply } from "../../../src/domain/door/command.ts";
import type { DoorRow } from "../../../src/domain/door/rows/door-log.ts";
import type { EventTerms } from "../../../src/domain/door/event-terms.ts";
import type { EventId } from "../../../src/domain/ids.ts";
import { type Door, openDoors, type ScanRequest } from "../../../src/door/client.ts";
import { publicKeyOf, signCode } from "../../../src/shared/ticket-keys.ts";
import { ORGANIZATION } from "../../support/builders.ts";
import { NORTH, OTHER_PHONE, PHONE, SOUTH } from "../../support/door/cases.ts";
import { eventTerms, type TermsParts, VENUE } from "../../support/door/event-terms.ts";
import { insideDoor } from "../support/object.ts";

export const NOW = Date.now();
const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const AT_NORTH = { id: PHONE, organizationId: ORGANIZATION, device: { venueId: VENUE, gateId: NORTH } };
const AT_SOUTH = { id: OTHER_PHONE, organizationId: ORGANIZATION, device: { venueId: VENUE, gateId: SOUTH } };
const everything = {
  by: AT_NORTH,
  afterSeq: 0,
  limit: 1_000,
  decided: null,
  verdict: null,
  gateId: null,
  deviceId: null,
};

export const objectOf = (id: EventId) => env.EVENT_DOOR.getByName(id);

export const tablesOf = (id: EventId) =>
  insideDoor(id, (_, { storage }) =>
    storage.sql
      .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")
      .toArray(),
  );

export type OpenDoor = {
  readonly id: EventId;
  readonly door: Door;
  /** How often terms were read from D1. */
  readonly asked: () => number;
  codeOf(serial: number): Promise<string>;
  /** Called at once when it is given the code to scan. */
  scan(serial: number, parts?: Partial<ScanRequest>): Promise<ScanReply>;
  termsNow(parts?: TermsParts): Promise<EventTerms>;
};

/** A door of a new event that is open now, and D1 as it returns `read`. */
export async function openDoor(read?: (terms: EventTerms) => Promise<EventTerms | null>): Promise<OpenDoor> {
  const id = newId("evt");
  let queries = 0;
  const publicKey = await publicKeyOf(env.TICKET_SECRET, id, 1);
  const termsNow = async ({ rules, terms, ...parts }: TermsParts = {}): Promise<EventTerms> =>
    eventTerms({
      ...parts,
      rules: { doorsOpen: NOW - HOUR, endTime: NOW + 30 * DAY, softCapacity: 1_000, hardCapacity: 1_000, ...rules },
      terms: { eventId: id, keys: [{ n: 1, publicKey, status: "active" }], nearbyAt: NOW, ...terms },
    });
  const door = openDoors(env.EVENT_DOOR)(id);
  const known = await termsNow();
  const ask = async () => {
    queries += 1;
    return read ? read(known) : known;
  };
  await insideDoor(id, (object) => {
    object.ports = { ...object.ports, readTerms: ask };
  });
  const codeOf = (serial: number) =>
    signCode(env.TICKET_SECRET, id, { keyNumber: 1, typeNumber: 1, generation: 1, serial });
  return {
    ...{ id, door, termsNow, codeOf, asked: () => queries },
    async scan(serial, parts = {}) {
      const code = parts.code ?? (await codeOf(serial));
      return door.scan({
        ...{ by: AT_NORTH, requestId: "test", scanId: newId("scn"), code, direction: "in", gateId: NORTH },
        ...{ source: "camera", override: null, acked: [], ticketTypeId: null },
        ...parts,
      });
    },
  };
}

export const said = (reply: ScanReply): string => (reply.ok ? reply.value.verdict.verdict : reply.refusal.code);
export const atSouth = { by: AT_SOUTH, gateId: SOUTH };

/** All rows of its log. */
export async function logged({ door }: OpenDoor): Promise<readonly DoorRow[]> {
  const page = await door.log(everything);
  return page.ok ? page.value.rows : [];
}
