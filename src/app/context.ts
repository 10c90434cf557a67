// Defines the context of every verb: the actor, the time, and the ports that it may use.

import type { Db } from "../db/client.ts";
import type { IdPrefix } from "../domain/ids.ts";
import { idFrom } from "../domain/ids.ts";
import type { Actor } from "../domain/people/policy.ts";
import { type Desks, openDesks } from "../desk/client.ts";
import { type Doors, openDoors } from "../door/client.ts";
import { type Inventories, openInventories } from "../inventory/client.ts";
import { type Feeds, openFeeds } from "../feed/client.ts";

/** `now` is epoch ms, the Worker's clock at the start of the request. */
export type Context<A extends Actor = Actor> = {
  readonly actor: A;
  readonly requestId: string;
  readonly now: number;
  readonly db: Db;
  readonly inventories: Inventories;
  readonly feeds: Feeds;
  readonly desks: Desks;
  readonly doors: Doors;
  /** The cache of published events (rule E7); nothing that sells reads it. */
  readonly catalogueCache: KVNamespace;
  readonly waitUntil: (work: Promise<unknown>) => void;
};

type Bindings = Pick<Env, "INVENTORY" | "EVENT_FEED" | "DOOR_DESK" | "EVENT_DOOR" | "CATALOGUE_CACHE">;
type Caller<A extends Actor> = Pick<Context<A>, "actor" | "requestId" | "db">;

/** Opens the context of a request, or of a run of the cron, that begins now. */
export function openContext<A extends Actor>(
  caller: Caller<A>,
  env: Bindings,
  execution: Pick<ExecutionContext, "waitUntil">,
): Context<A> {
  return {
    ...caller,
    now: Date.now(),
    inventories: openInventories(env.INVENTORY),
    feeds: openFeeds(env.EVENT_FEED),
    desks: openDesks(env.DOOR_DESK),
    doors: openDoors(env.EVENT_DOOR),
    catalogueCache: env.CATALOGUE_CACHE,
    waitUntil: (work) => execution.waitUntil(work),
  };
}

/** A new random id. */
export function newId<P extends IdPrefix>(prefix: P): ReturnType<typeof idFrom<P>> {
  return idFrom(prefix, crypto.getRandomValues(new Uint8Array(16)));
}
