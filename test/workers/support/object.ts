// Reaching into an object: of an inventory its clock, its way to D1, its alarm; of a door all that it has.

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { EventId, TicketTypeId } from "../../../src/domain/ids.ts";
import type { EventDoor } from "../../../src/door/event-door.ts";
import type { EventDoor as LazyDoor } from "../../../src/door/lazy-door.ts";
import type { InventoryPorts } from "../../../src/inventory/ports.ts";
import type { TicketTypeInventory } from "../../../src/inventory/ticket-type-inventory.ts";
import { objectOf } from "./fixture.ts";

export const TTL_MS = 300_000;

export function inside<T>(
  typeId: TicketTypeId,
  work: (object: TicketTypeInventory, state: DurableObjectState) => T | Promise<T>,
): Promise<T> {
  return runInDurableObject(objectOf(typeId), work);
}

/** Reaches into the door of an event, whose code its object loads (src/door/lazy-door.ts). */
export function insideDoor<T>(
  eventId: EventId,
  work: (door: EventDoor, state: DurableObjectState) => T | Promise<T>,
): Promise<T> {
  return runInDurableObject(env.EVENT_DOOR.getByName(eventId), async ({ door }: LazyDoor, state) =>
    work(await door, state),
  );
}

/** Stops the object's clock at `at`, epoch ms. */
export function setClock(typeId: TicketTypeId, at: number): Promise<void> {
  return inside(typeId, (object) => {
    object.clock = () => at;
  });
}

/**
 * Runs the alarm's work now, whether or not an alarm is set or running: alarms come late, early and twice (rule H5).
 */
export function fireAlarm(typeId: TicketTypeId): Promise<void> {
  return inside(typeId, (object) => object.alarm());
}

export function alarmAt(typeId: TicketTypeId): Promise<number | null> {
  return inside(typeId, (_, state) => state.storage.getAlarm());
}

/** Puts `ports` in place of the object's own; the others stay. */
export function usePorts(typeId: TicketTypeId, ports: Partial<InventoryPorts>): Promise<void> {
  return inside(typeId, (object) => {
    object.ports = { ...object.ports, ...ports };
  });
}

/** The object's feed accepts every push at once, and never needs the alarm. */
export function silenceFeed(typeId: TicketTypeId): Promise<void> {
  const taken = () => Promise.resolve();
  return inside(typeId, (object) => {
    const { feeds } = object;
    object.feeds = (...which) => ({ ...feeds(...which), push: taken, drop: taken });
  });
}

/** Uses up the alarm that is set, and does its work: `fireAlarm` alone would leave it set. */
export async function alarmComes(typeId: TicketTypeId): Promise<void> {
  await inside(typeId, (_, { storage }) => storage.deleteAlarm());
  await fireAlarm(typeId);
}

const away = () => Promise.reject(new Error("D1_ERROR: away"));

/** The object finds no D1. */
export function takeD1Away(typeId: TicketTypeId): Promise<void> {
  return usePorts(typeId, { readTerms: away, project: away });
}

export type LedgerLine = {
  seq: number;
  kind: string;
  hold_id: string | null;
  order_id: string | null;
  total: number;
  sold: number;
  held: number;
};

export function ledgerOf(typeId: TicketTypeId): Promise<LedgerLine[]> {
  return inside(typeId, (_, state) =>
    state.storage.sql
      .exec<LedgerLine>("SELECT seq, kind, hold_id, order_id, total, sold, held FROM ledger ORDER BY seq")
      .toArray(),
  );
}

export async function kindsOf(typeId: TicketTypeId): Promise<string[]> {
  return (await ledgerOf(typeId)).map(({ kind }) => kind);
}
