// The objects of a world: each the product's own class on a simulated platform (object-host.ts).

import type { TicketTypeId } from "../../src/domain/ids.ts";
import type { TicketTypeInventory } from "../../src/inventory/ticket-type-inventory.ts";
import type { EventFeed } from "../../src/live/event-feed.ts";
import { type ObjectHost, openObjectHost } from "./object-host.ts";
import { retentionOf } from "./themes.ts";
import type { World } from "./world.ts";

export type Host = ObjectHost<TicketTypeInventory> & { readonly id: TicketTypeId };
export type FeedHost = ObjectHost<EventFeed>;

export function openHost(world: World, id: TicketTypeId, index: number): Host {
  const host: Host = {
    id,
    ...openObjectHost(world, {
      label: `object ${index}`,
      create(state, caller) {
        const object = new world.product.TicketTypeInventory(state, world.objectEnv(caller, id));
        // Few run out at once in a world: in some, two are too many for a ledger row each, and in some one is.
        Object.assign(object.settings, { maxExpiryRows: [0, 1, 1_000][world.seed % 3] });
        object.retention = { ...object.retention, ...retentionOf(world.seed, world.themes) };
        return object;
      },
      durable: () => world.checks.durable(host),
      survivesFailures: true,
      mayThrow: () => false,
    }),
  };
  return host;
}

/** `name`: the event, or one of its shards. */
export function openFeedHost(world: World, name: string): FeedHost {
  return openObjectHost(world, {
    label: `feed ${name.slice(-3)}`,
    create: (state, caller) => new world.product.EventFeed(state, world.feedEnv(caller)),
    durable: () => undefined,
    survivesFailures: false,
    mayThrow: isOfAFault,
  });
}

/** A feed rejects what it could not store or read, and is told again. */
function isOfAFault(fault: unknown): boolean {
  for (let each = fault; each instanceof Error; each = each.cause)
    if (/injected|no answer within|could not store|did not answer/.test(each.message)) return true;
  return false;
}
