// Finds published events by the slugs in their public address (rules E7, E9). KV has only a hint for a pair of slugs: the
// id of an event. The event's own entry must have the same slugs, so an old hint shows nothing wrong.

import { readStampByNames, type PublicStamp } from "../db/events/public-stamps.ts";
import type { Refusal } from "../domain/errors.ts";
import { type EventId, parseId } from "../domain/ids.ts";
import { NO_TERMS_MS } from "../domain/limits.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import { type Coalesced, coalesceCalls } from "./coalesce-calls.ts";
import { withDeadline } from "../shared/deadline.ts";
import { type EventReader, type Published, KV_LIMIT_MS, readPublishedEvent } from "./published-events.ts";

/** The slugs of an organisation and of one of its events; the second may be any text in the form of a slug. */
export type Names = { readonly organization: string; readonly event: string };
/** The event that the public sees under these slugs, and its id; null when there is none. */
export type Found = { readonly id: EventId; readonly published: Published } | null;

const HINT_MS = 60_000;
const STORED_SECONDS = 60 * 60;

/** Both are keyed by the pair of slugs: the hints from KV, and what D1 returned, which is cached for 5 s, also "none". */
type SlugCaches = {
  readonly hints: Coalesced<string, EventId | "none">;
  readonly looks: Coalesced<string, PublicStamp | "none">;
};
const cachesOf = new WeakMap<KVNamespace, SlugCaches>();

/**
 * Follows the hint if the event that it names has these slugs; otherwise reads D1 once for all concurrent readers, after
 * `admitMiss` has allowed it.
 */
export async function readPublishedByNames(reader: EventReader, names: Names): Promise<Result<Found, Refusal>> {
  const { hints, looks } = cachesFor(reader);
  const key = keyOf(names);
  const keep = reader.waitUntil;
  const hint = await hints.read(key, { call: () => readHint(reader, key), keep });
  if (hint !== "none") {
    const byHint = await findAt(reader, names, hint);
    if (!byHint.ok || byHint.value) return byHint;
  }
  const calledAt = Date.now();
  const refusal = looks.cached(key) === undefined ? await reader.admitMiss() : null;
  if (refusal) return refuse(refusal);
  const call = async () => (await readStampByNames(reader.db, names)) ?? ("none" as const);
  const look = await looks.read(key, { call, keep });
  if (look === "none" || look.id === hint) return accept(null);
  if (hints.cached(key) !== look.id) {
    hints.put(key, look.id, calledAt);
    // If this fails, the next reader without a hint stores it.
    keep(storeHint(reader, key, look.id).catch(() => undefined));
  }
  return findAt(reader, names, look.id, look.stamp);
}

async function findAt(reader: EventReader, names: Names, id: EventId, stamp?: string): Promise<Result<Found, Refusal>> {
  const read = await readPublishedEvent(reader, id, stamp);
  if (!read.ok) return read;
  const event = read.value?.shown?.event;
  const isIt = event?.slug === names.event && event.organization.slug === names.organization;
  return accept(isIt && read.value ? { id, published: read.value } : null);
}

/** Returns "none" also when KV does not respond, or holds something that is not an id. */
async function readHint({ catalogueCache }: EventReader, key: string): Promise<EventId | "none"> {
  try {
    const text = await withDeadline(catalogueCache.get(key), KV_LIMIT_MS);
    return (text === null ? null : parseId("evt", text)) ?? "none";
  } catch {
    return "none";
  }
}

async function storeHint({ catalogueCache }: EventReader, key: string, id: EventId): Promise<void> {
  await withDeadline(catalogueCache.put(key, id, { expirationTtl: STORED_SECONDS }), KV_LIMIT_MS);
}

function cachesFor({ catalogueCache }: EventReader): SlugCaches {
  let caches = cachesOf.get(catalogueCache);
  if (!caches) {
    caches = {
      hints: coalesceCalls(HINT_MS, (hint) => hint !== "none"),
      looks: coalesceCalls(NO_TERMS_MS),
    };
    cachesOf.set(catalogueCache, caches);
  }
  return caches;
}

function keyOf({ organization, event }: Names): string {
  return `names/1/${organization}/${event}`;
}
