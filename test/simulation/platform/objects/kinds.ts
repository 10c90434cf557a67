// Runs the objects of a world: each is the product's own class on a simulated platform (host.ts).

import type { EventId, TicketTypeId } from "../../../../src/domain/ids.ts";
import type { DeskState } from "../../../../src/desk/desk-state.ts";
import type { TicketTypeInventory } from "../../../../src/inventory/ticket-type-inventory.ts";
import type { DoorDesk } from "../../../../src/desk/door-desk.ts";
import type { EventDoor as DoorInside } from "../../../../src/door/event-door.ts";
import type { EventDoor } from "../../../../src/door/lazy-door.ts";
import type { EventFeed } from "../../../../src/feed/event-feed.ts";
import { type ObjectHost, openObjectHost } from "./host.ts";
import { retentionOf } from "../../world/themes.ts";
import type { World } from "../../world/world.ts";

export type Host = ObjectHost<TicketTypeInventory> & { readonly id: TicketTypeId };
export type FeedHost = ObjectHost<EventFeed>;
export type DeskHost = ObjectHost<DoorDesk>;
/** `inside`: what the object that runs has loaded, or null. */
export type DoorHost = ObjectHost<EventDoor> & { readonly id: EventId; inside(): DoorInside | null };

export function openHost(world: World, id: TicketTypeId, index: number): Host {
  const host: Host = {
    id,
    ...openObjectHost(world, {
      label: `object ${index}`,
      create(state, caller) {
        const object = new world.product.TicketTypeInventory(state, world.objectEnv(caller, id));
        // Few holds expire at once in a world: in some worlds two are too many for a ledger row each, in some one is.
        Object.assign(object.settings, { maxExpiryRows: [0, 1, 1_000][world.seed % 3] });
        object.retention = { ...object.retention, ...retentionOf(world.seed, world.themes) };
        return object;
      },
      durable: () => world.checks.durable(host),
      mayThrow: () => false,
    }),
  };
  return host;
}

/** `name`: the event, or one of its shards. */
export function openFeedHost(world: World, name: string): FeedHost {
  return openObjectHost(world, {
    label: `feed ${name.slice(-3)}`,
    create: (state, caller) => new world.product.EventFeed(state, world.bindingsFor(caller)),
    durable: () => undefined,
    mayThrow: isOfAFault,
  });
}

/** `name`: the event. */
export function openDeskHost(world: World, name: string): DeskHost {
  const host: DeskHost = openObjectHost(world, {
    label: `desk ${name.slice(-3)}`,
    // The one cast: a desk uses nothing of its environment.
    create: (state) => new world.product.DoorDesk(state, {} as Env),
    durable: () => world.desk.durable(storedDesk(host)),
    mayThrow: () => false,
  });
  return host;
}

export function openDoorHost(world: World, id: EventId): DoorHost {
  let inside: DoorInside | null = null;
  const host = openObjectHost<EventDoor>(world, {
    label: `door ${id.slice(-3)}`,
    create(state, caller) {
      const object = new world.product.EventDoor(state, world.bindingsFor(caller));
      inside = null;
      const wakes = async (): Promise<void> => {
        inside = await object.door;
        world.doorWatch.lives(inside);
      };
      void wakes();
      return object;
    },
    durable: () => undefined,
    mayThrow: () => false,
  });
  return { ...host, id, inside: () => (host.running() === null ? null : inside) };
}

function storedDesk({ storage }: DeskHost): DeskState {
  const [row] = storage.rows.sql.exec("SELECT value FROM keyed WHERE key = 'data'").toArray();
  // The one cast: the desk stores nothing else.
  return JSON.parse(String(row?.["value"])) as DeskState;
}

/** A feed rejects what it could not store or read, and gets it again. */
function isOfAFault(fault: unknown): boolean {
  for (let each = fault; each instanceof Error; each = each.cause)
    if (/injected|no answer within|could not store|did not answer/.test(each.message)) return true;
  return false;
}
