// Limits what made-up ids cost (rule X5): with them an address reaches D1, or starts an object, only as often as MISS_LIMIT
// allows. An id that this isolate has seen in a response is not counted.

import { coalesceCalls } from "../../../cache/coalesce-calls.ts";
import { type EventReader, type Published, readPublishedEvent } from "../../../cache/published-events.ts";
import { type Names, readPublishedByNames } from "../../../cache/published-slugs.ts";
import { isD1Fault } from "../../../db/fault.ts";
import type { PublishedEvent } from "../../../db/events/public-events.ts";
import type { Code, Refusal } from "../../../domain/errors.ts";
import type { EventId, TicketTypeId } from "../../../domain/ids.ts";
import { NO_TERMS_MS } from "../../../domain/limits.ts";
import type { Actor } from "../../../domain/people/policy.ts";
import { accept, refuse, type Result } from "../../../domain/result.ts";
import { type Inventory, openInventories } from "../../../inventory/client.ts";
import { dropOldest } from "../../../shared/drop-oldest.ts";
import { addressOf, rateLimit, type RateLimited } from "./rate-limit.ts";
import { dbOf } from "../../db.ts";

type IdLookUp = RateLimited & {
  readonly var: { readonly requestId: string; readonly actor?: Actor };
  readonly executionCtx: { waitUntil(work: Promise<unknown>): void };
};

export const MAX_KNOWN = 10_000;
const knownIds = new Set<string>();

/** To be called when a response shows that the id exists. */
export function rememberId(id: string): void {
  if (knownIds.has(id)) return;
  knownIds.add(id);
  dropOldest(knownIds, MAX_KNOWN);
}

/** Organisers answer for their requests, and an order link names an order that exists. */
function isFree(c: IdLookUp, id: string): boolean {
  const { actor } = c.var;
  return knownIds.has(id) || c.env.RATE_LIMITS === "off" || (actor !== undefined && actor.kind !== "shopper");
}

/** Counts an unknown id against its address, on each request. For requests that query D1 each time. */
export async function countId(c: IdLookUp, id: string): Promise<Refusal | null> {
  return isFree(c, id) ? null : rateLimit(c.env, "MISS_LIMIT", addressOf(c));
}

/** One count for all requests from one address for one id, as long as "none" is remembered. */
const admissions = coalesceCalls<string, Refusal | "admitted">(NO_TERMS_MS, (found) => found === "admitted");

/**
 * Counts as `countId` does, but once in 5 s for an id, however many requests for it come from one address. For sources
 * that remember that there is nothing: an isolate for an event, an object for its ticket type.
 */
export async function admitId(c: IdLookUp, id: string): Promise<Refusal | null> {
  if (isFree(c, id)) return null;
  const call = async () => (await countId(c, id)) ?? "admitted";
  const keep = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  const found = await admissions.read(`${addressOf(c)} ${id}`, { call, keep });
  return found === "admitted" ? null : found;
}

/**
 * Runs `ask`, a request about these ids, once each of them is known or admitted. By its result the ids may become
 * known.
 */
export async function withKnownIds<T>(
  c: IdLookUp,
  ids: ReadonlySet<string>,
  ask: () => Promise<Result<T, Refusal>>,
): Promise<Result<T, Refusal>> {
  for (const id of ids) {
    const refusal = await admitId(c, id);
    if (refusal) return refuse(refusal);
  }
  const reply = await ask();
  if (reply.ok || (ids.size === 1 && !INCONCLUSIVE.has(reply.refusal.code))) for (const id of ids) rememberId(id);
  return reply;
}

/** Refusals that an id which does not exist may get too. Every other refusal was decided by what the id names (rule H6). */
const INCONCLUSIVE: ReadonlySet<Code> = new Set(["not_found", "overloaded", "temporarily_unavailable"]);

/** The inventory of a type that a request names. */
export function inventoryFor(
  c: IdLookUp,
  id: TicketTypeId,
): Pick<Inventory, "hold" | "read" | "extend" | "release" | "order"> {
  const inventory = openInventories(c.env.INVENTORY)(id);
  if (knownIds.has(id)) return inventory;
  const ids = new Set([id]);
  return {
    hold: (command) => withKnownIds(c, ids, () => inventory.hold(command)),
    read: (command) => withKnownIds(c, ids, () => inventory.read(command)),
    extend: (command) => withKnownIds(c, ids, () => inventory.extend(command)),
    release: (command) => withKnownIds(c, ids, () => inventory.release(command)),
    order: (command) => withKnownIds(c, ids, () => inventory.order(command)),
  };
}

/** The event as the public sees it; null when D1 has no such event. Only a query of D1 is counted. */
export async function findPublished(c: IdLookUp, id: EventId): Promise<Result<Published | null, Refusal>> {
  const found = await readPublishedEvent(readerFor(c, id), id);
  if (found.ok && found.value) rememberEvent(id, found.value);
  return found;
}

/** The event as the public sees it under its slugs; null when there is none. The slugs are counted as an id is. */
export async function findPublishedByNames(c: IdLookUp, names: Names): Promise<Result<PublishedEvent | null, Refusal>> {
  const key = `${names.organization}/${names.event}`;
  const found = await readPublishedByNames(readerFor(c, key), names);
  if (!found.ok) return found;
  if (found.value === null) return accept(null);
  rememberId(key);
  rememberEvent(found.value.id, found.value.published);
  return accept(found.value.published.shown);
}

function readerFor(c: IdLookUp, id: string): EventReader {
  return {
    catalogueCache: c.env.CATALOGUE_CACHE,
    db: dbOf(c.env),
    waitUntil: (work) => c.executionCtx.waitUntil(work),
    admitMiss: () => admitId(c, id),
  };
}

function rememberEvent(id: EventId, { shown }: Published): void {
  if (knownIds.has(id)) return;
  for (const type of shown?.ticketTypes ?? []) rememberId(type.id);
  rememberId(id);
}

/**
 * Why no feed is to be called for a socket of this event. While D1 is away the feed is called nevertheless, since it
 * may know the event (rule X3).
 */
export async function explainNoEvent(c: IdLookUp, id: EventId): Promise<Refusal | null> {
  if (knownIds.has(id)) return null;
  try {
    const found = await findPublished(c, id);
    if (!found.ok) return found.refusal;
    return found.value ? null : { code: "not_found" };
  } catch (fault) {
    if (!isD1Fault(fault)) throw fault;
    return null;
  }
}
