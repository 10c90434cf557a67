// What every verb is given: who acts, when, and the ports it may use.

import type { Db } from "../db/client.ts";
import type { IdPrefix } from "../domain/ids.ts";
import { idFrom } from "../domain/ids.ts";
import type { Actor } from "../domain/policy.ts";
import type { Desks } from "../desk/client.ts";
import type { Doors } from "../door/client.ts";
import type { Inventories } from "../inventory/client.ts";
import type { Feeds } from "../feed/client.ts";

/** `now` epoch ms, the Worker's clock at the start of the request. */
export type Context<A extends Actor = Actor> = {
  readonly actor: A;
  readonly requestId: string;
  readonly now: number;
  readonly db: Db;
  readonly inventories: Inventories;
  readonly feeds: Feeds;
  readonly desks: Desks;
  readonly doors: Doors;
  /** Of published events (rule E7): never read by what sells. */
  readonly catalogueCache: KVNamespace;
  readonly waitUntil: (work: Promise<unknown>) => void;
};

/** A new random id. */
export function newId<P extends IdPrefix>(prefix: P): ReturnType<typeof idFrom<P>> {
  return idFrom(prefix, crypto.getRandomValues(new Uint8Array(16)));
}
