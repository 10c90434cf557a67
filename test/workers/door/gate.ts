// An event with a device at its gate, the event's door and its feed: what a test of the two together needs.

import { runInDurableObject } from "cloudflare:test";
import { insideDoor } from "../support/object.ts";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { newId } from "../../../src/app/context.ts";
import type { EventTerms } from "../../../src/domain/door/event-terms.ts";
import { type GateId, parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { openDoors } from "../../../src/door/client.ts";
import type { EventDoor } from "../../../src/door/event-door.ts";
import { type DoorShown, joinFeed } from "../../../src/feed/client.ts";
import type { EventFeed } from "../../../src/feed/event-feed.ts";
import { publicKeyOf, signCode } from "../../../src/shared/ticket-keys.ts";
import { eventTerms } from "../../support/door/event-terms.ts";
import { openDoors as openEvent } from "../support/doors.ts";
import { feeds } from "../support/fixture.ts";
import { type Frame, type Viewer, viewerOn } from "../support/socket.ts";

const NOW = Date.now();
const HOUR = 3_600_000;
export const insideOf = (inside: number) => (frame: Frame) => frame.door?.inside === inside;

/** `read`: what the scanner reads in place of the guest's code. */
type ScanParts = { readonly direction?: "in" | "out"; readonly read?: string };

/** An event with a device at its one gate, and its door, to which a guest of any serial may come. */
export async function openGate() {
  const doors = await openEvent();
  const { eventId, tenant } = doors;
  const [gateId, venueId] = [parseId("gate", doors.gateId), parseId("ven", doors.venueId)];
  const by = {
    ...{ id: must(parseId("dev", doors.device.id), "made"), organizationId: tenant.organizationId },
    device: { venueId: must(venueId, "made"), gateId: must(gateId, "made") },
  };
  const publicKey = await publicKeyOf(env.TICKET_SECRET, eventId, 1);
  const terms = (version = 1, rules: Partial<EventTerms["rules"]> = {}): EventTerms =>
    eventTerms({
      rules: {
        ...{ doorsOpen: NOW - HOUR, endTime: NOW + 24 * HOUR, softCapacity: 800, hardCapacity: 1_000 },
        ...{ gates: [{ id: by.device.gateId, status: "open", capacity: null }], ...rules },
      },
      terms: {
        ...{ eventId, organizationId: by.organizationId, venueId: by.device.venueId, version, nearbyAt: NOW },
        keys: [{ n: 1, publicKey, status: "active" }],
      },
    });
  const stub = () => env.EVENT_DOOR.getByName(eventId);
  const inDoor = <T>(work: (door: EventDoor, state: DurableObjectState) => T | Promise<T>) => insideDoor(eventId, work);
  await inDoor((door) => {
    door.ports = { ...door.ports, readTerms: () => Promise.resolve(terms()) };
  });
  const door = openDoors(env.EVENT_DOOR)(eventId);
  const feed = env.EVENT_FEED.getByName(eventId);
  return {
    ...{ doors, eventId, gateId: by.device.gateId, door, stub, feed, terms, inDoor },
    inFeed: <T>(work: (object: EventFeed, state: DurableObjectState) => T | Promise<T>) =>
      runInDurableObject(feed, work),
    /** Lets the guest of this ticket in, or out. */
    async scan(serial: number, { direction = "in", read }: ScanParts = {}): Promise<string> {
      const parts = { keyNumber: 1, typeNumber: 1, generation: 1, serial };
      const code = read ?? (await signCode(env.TICKET_SECRET, eventId, parts));
      const reply = await door.scan({
        ...{ by, requestId: "test", scanId: newId("scn"), code, direction, gateId: by.device.gateId },
        ...{ source: "camera", override: null, acked: [], ticketTypeId: null },
      });
      return reply.ok ? reply.value.verdict.verdict : reply.refusal.code;
    },
    /** From now on the door's pushes do not get through; `back` lets them. */
    cutOff: () =>
      inDoor((object) => {
        object.feeds = () => {
          throw new Error("no way to the feed");
        };
      }),
    back: () =>
      inDoor((object) => {
        object.feeds = feeds;
      }),
  };
}
export type Gate = Awaited<ReturnType<typeof openGate>>;

export const shown = (gateId: GateId, seq: number, entries: number, exits = 0): DoorShown => ({
  ...{ seq, inside: entries - exits, admitted: entries, capacity: { soft: 800, hard: 1_000 } },
  gates: [{ gate_id: gateId, entries, exits, inside_by: entries - exits }],
});

export async function onShard({ eventId }: Gate, shard: number): Promise<Viewer> {
  const request = new Request("https://x", { headers: { Upgrade: "websocket" } });
  return viewerOn(await joinFeed(env.EVENT_FEED, eventId, shard, request, null));
}

/** Until the feed has acknowledged all that the door has. */
export const told = ({ inFeed, inDoor }: Gate) =>
  expect
    .poll(
      async () =>
        (await inFeed((feed) => feed.state.door?.seq)) === (await inDoor((door) => door.ledger.book().head.seq)),
    )
    .toBe(true);
