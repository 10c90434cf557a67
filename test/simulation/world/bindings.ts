// Has the bindings of a world: the objects that each caller reaches, opened on their first call.

import type { EventId, TicketTypeId } from "../../../src/domain/ids.ts";
import {
  type DeskHost,
  type DoorHost,
  type FeedHost,
  type Host,
  openDeskHost,
  openDoorHost,
  openFeedHost,
} from "../platform/objects/kinds.ts";
import type { Caller } from "../platform/network.ts";
import { type Calls, desksFor, doorsFor, feedsFor, inventoriesFor, toldDoorsFor } from "../platform/objects/calls.ts";
import { SILENT_NAMESPACE } from "../platform/stand-ins/silent-feeds.ts";
import type { Themes } from "./themes.ts";
import type { ToldDoors } from "../platform/stand-ins/told-doors.ts";
import type { World } from "./world.ts";

export type Hosts = {
  readonly inventories: Map<TicketTypeId, Host>;
  /** The feeds of events and their shards, by name. */
  readonly feeds: Map<string, FeedHost>;
  readonly desks: Map<string, DeskHost>;
  readonly doors: Map<EventId, DoorHost>;
};

export function openHosts(): Hosts {
  return { inventories: new Map(), feeds: new Map(), desks: new Map(), doors: new Map() };
}

type Parts = {
  readonly calls: Calls;
  readonly themes: Themes;
  readonly hosts: Hosts;
  readonly host: (id: TicketTypeId) => Host;
  readonly toldDoors: ToldDoors;
  readonly d1For: (caller: Caller) => D1Database;
  readonly world: () => World;
};

export function openBindings({ calls, themes, hosts, host, toldDoors, d1For, world }: Parts) {
  function found<K, H>(known: Map<K, H>, name: K, open: () => H): H {
    const there = known.get(name) ?? open();
    known.set(name, there);
    return there;
  }
  const feedHost = (name: string) => found(hosts.feeds, name, () => openFeedHost(world(), name));
  const deskHost = (name: string) => found(hosts.desks, name, () => openDeskHost(world(), name));
  // The one cast: a door is called by the id of its event.
  const doorHost = (name: string) => found(hosts.doors, name as EventId, () => openDoorHost(world(), name as EventId));

  const bindings = {
    // The one cast: an inventory is called by the id of its ticket type.
    inventories: (caller: Caller) => inventoriesFor(calls, caller, (name) => host(name as TicketTypeId)),
    feeds: (caller: Caller): Env["EVENT_FEED"] =>
      themes.has("feeds") ? feedsFor(calls, caller, feedHost) : SILENT_NAMESPACE,
    desks: (caller: Caller) => desksFor(calls, caller, deskHost),
    doors: (caller: Caller): Env["EVENT_DOOR"] =>
      themes.has("door") ? doorsFor(calls, caller, doorHost) : toldDoorsFor(calls, caller, toldDoors.judge),
    /** All that an object has of an environment. The one cast: none of a world uses more. */
    all: (caller: Caller): Env =>
      ({
        ...{ DB: d1For(caller), EVENT_FEED: bindings.feeds(caller), INVENTORY: bindings.inventories(caller) },
        ...{ EVENT_DOOR: bindings.doors(caller), DOOR_DESK: bindings.desks(caller) },
      }) as unknown as Env,
  };
  return bindings;
}
