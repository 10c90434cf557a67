// Keeps published events in KV, so that the catalogue is read without D1 (rule E7). No sale depends on them. An entry has
// what the public may see of an event, or `null` when the public may not see it.

import type { Db } from "../db/client.ts";
import { type PublishedEvent, readPublicEvent, readPublicEvents } from "../db/events/public-events.ts";
import { readPublicStamp, readPublicStamps } from "../db/events/public-stamps.ts";
import type { Refusal } from "../domain/errors.ts";
import type { EventId } from "../domain/ids.ts";
import { NO_TERMS_MS } from "../domain/limits.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import { withDeadline } from "../shared/deadline.ts";
import { sleep } from "../shared/timing.ts";
import { type Coalesced, coalesceCalls } from "./coalesce-calls.ts";
import { logError } from "../shared/log.ts";

/**
 * `stamp`: the versions that `shown` was read at (db/events/public-stamps.ts); `until`: when the entry ends, epoch ms.
 */
type Entry = { readonly stamp: string; readonly shown: PublishedEvent | null; readonly until: number };

export type EventCache = {
  readonly catalogueCache: KVNamespace;
  readonly db: Db;
  readonly waitUntil: (work: Promise<unknown>) => void;
};
export type EventReader = EventCache & {
  /** Called before D1 is read for an event that neither the isolate nor KV has: a refusal means not to read D1. */
  readonly admitMiss: () => Promise<Refusal | null>;
};

const ENTRY_MS = 60 * 60 * 1_000;
const RENEWED_IN_LAST_MS = 10 * 60 * 1_000;
const COPY_MS = 1_000;
export const KV_LIMIT_MS = 1_000;
/** How long KV may go on reporting a key as missing after it was written. */
const KV_BLIND_MS = 60_000;
/** The event may change again while its entry is written; after this many rounds the cron has to repair the entry. */
const ATTEMPTS = 5;
/** KV accepts one write a second for a key; a writer whose write it refuses retries this often. */
const RETRIES = 3;
const RETRY_MS = 1_100;
const RETRY_SPREAD_MS = 400;

/**
 * What an isolate caches of a namespace: copies of entries for 1 s, and the ids that D1 does not have for 5 s. Each has its
 * own bound, so that a flood of invented ids drives out no copy.
 */
type EventCaches = {
  readonly copies: Coalesced<EventId, Entry | null>;
  readonly misses: Coalesced<EventId, Entry | "none">;
};
const cachesOf = new WeakMap<KVNamespace, EventCaches>();

/** `shown`: what the public sees of an event, null when it may see nothing. */
export type Published = { readonly shown: PublishedEvent | null };

/**
 * Reads the isolate's copy, KV and D1 in this order until one has the event; null when D1 has no such event. Concurrent
 * misses share one read of D1 and one put. `stamp`: the event's stamp, if the caller has just read it from D1.
 */
export async function readPublishedEvent(
  reader: EventReader,
  id: EventId,
  stamp?: string,
): Promise<Result<Published | null, Refusal>> {
  const { copies, misses } = cachesFor(reader);
  const copy = copies.cached(id);
  if (copy) return accept(copy);
  if (misses.cached(id)) return accept(null);
  const keep = reader.waitUntil;
  const stored = await copies.read(id, { call: () => readStored(reader, id), keep });
  if (stored) return accept(stored);
  const refusal = await reader.admitMiss();
  if (refusal) return refuse(refusal);
  // Look at the copy again: another reader may have filled it while this one waited for `admitMiss`.
  const call = async () => copies.cached(id) ?? (await readThrough(reader, id, stamp));
  const read = await misses.read(id, { call, keep });
  return accept(read === "none" ? null : read);
}

/**
 * Stores what D1 has now, after a change. A put that KV refuses is logged, and retried after the response. Stores
 * nothing for an id that D1 does not know. Rejects when D1 is away.
 */
export async function writeThrough(writer: EventCache, id: EventId, retries: number = RETRIES): Promise<void> {
  const { copies, misses } = cachesFor(writer);
  const entry = await readCurrent(writer, id);
  misses.forget(id);
  if (entry) await store(writer, id, entry, retries);
  else copies.forget(id);
}

/**
 * Stores what D1 has now of many events, by as many statements as for one event. An event that changes meanwhile is
 * stored once more by itself. A put that KV refuses is logged, and the caller has to retry it. Rejects when D1 is away.
 */
export async function writeThroughAll(writer: EventCache, ids: readonly EventId[]): Promise<void> {
  const { db, catalogueCache } = writer;
  const { copies, misses } = cachesFor(writer);
  const calledAt = Date.now();
  const stamps = await readPublicStamps(db, ids);
  const shown = await readPublicEvents(db, ids);
  await Promise.all(
    [...stamps].map(async ([id, stamp]) => {
      const entry = { stamp, shown: shown.get(id) ?? null, until: calledAt + ENTRY_MS };
      misses.forget(id);
      copies.put(id, entry, calledAt);
      const refused = await put(catalogueCache, id, entry);
      if (refused) log(id, 0, refused.fault);
    }),
  );
  for (const [id, stamp] of await readPublicStamps(db, ids))
    if (stamp !== stamps.get(id)) await writeThrough(writer, id, 0);
}

/** The stamps of what KV holds, for up to 100 events; those that it does not hold are left out. */
export async function readStoredStamps(kv: KVNamespace, ids: readonly EventId[]): Promise<Map<EventId, string>> {
  const stored = await withDeadline(kv.get(ids.map(keyOf), "json"), KV_LIMIT_MS);
  return new Map(
    ids.flatMap((id) => {
      const entry = stored.get(keyOf(id));
      return isEntry(entry) ? [[id, entry.stamp] as const] : [];
    }),
  );
}

/** What KV has, or null when it has nothing or does not answer. Renews an entry that is about to end. */
async function readStored(cache: EventCache, id: EventId): Promise<Entry | null> {
  try {
    const entry = await withDeadline(cache.catalogueCache.get(keyOf(id), "json"), KV_LIMIT_MS);
    if (!isEntry(entry) || entry.until <= Date.now()) return null;
    // If the renewal fails, the next reader tries.
    if (isToRenew(entry)) cache.waitUntil(readThrough(cache, id).catch(() => undefined));
    return entry;
  } catch {
    return null;
  }
}

/**
 * The odds are the fourth power of the share of the last ten minutes that has passed. So a few of an event's many
 * readers renew it early, and an event with few readers is renewed before its entry ends.
 */
function isToRenew({ until }: Entry): boolean {
  const passed = 1 - (until - Date.now()) / RENEWED_IN_LAST_MS;
  return passed > 0 && Math.random() < passed ** 4;
}

/**
 * Reads D1 for a reader, and stores the entry after the response. If this isolate had the entry within the last minute,
 * somebody has stored it and KV may not show it yet; then only its stamp is read from D1, to see that it is still current.
 */
async function readThrough(cache: EventCache, id: EventId, stamp?: string): Promise<Entry | "none"> {
  const { copies } = cachesFor(cache);
  const calledAt = Date.now();
  const last = copies.last(id);
  if (last && last.until - calledAt > ENTRY_MS - KV_BLIND_MS) {
    if ((await readPublicStamp(cache.db, id)) === last.stamp) {
      copies.put(id, last, calledAt);
      return last;
    }
  }
  const entry = await readCurrent(cache, id, stamp);
  if (!entry) return "none";
  // If this fails, the next reader or the cron stores the entry.
  cache.waitUntil(store(cache, id, entry, null).catch(() => undefined));
  return entry;
}

/** The entry as D1 has it now, also kept as the isolate's copy; null when D1 has no such event. */
async function readCurrent(cache: EventCache, id: EventId, stamp?: string): Promise<Entry | null> {
  const calledAt = Date.now();
  const read = stamp ?? (await readPublicStamp(cache.db, id));
  if (read === null) return null;
  // Read after the stamp, so that the content may be newer than its stamp says, never older.
  const entry = { stamp: read, shown: await readPublicEvent(cache.db, id), until: calledAt + ENTRY_MS };
  cachesFor(cache).copies.put(id, entry, calledAt);
  return entry;
}

/**
 * Puts an entry, and reads the stamp from D1 after each put, until D1 has nothing newer than what was put. So of two
 * concurrent writers the last to put sees the other's change. `retries` is null for a reader. A reader does not retry a
 * first put that KV refuses, since KV refuses it only right after another put; it does retry a later one, since then the
 * other put was its own, and outdated.
 */
async function store(cache: EventCache, id: EventId, first: Entry, retries: number | null): Promise<void> {
  let entry = first;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const refused = await put(cache.catalogueCache, id, entry);
    if (refused) {
      if (retries !== null || attempt > 1) storeLater(cache, id, retries ?? RETRIES, refused.fault);
      return;
    }
    const stamp = await readPublicStamp(cache.db, id);
    const newer = stamp === null || stamp === entry.stamp ? null : await readCurrent(cache, id, stamp);
    if (!newer) return;
    entry = newer;
  }
}

function storeLater(cache: EventCache, id: EventId, retries: number, fault: unknown): void {
  log(id, retries, fault);
  if (retries === 0) return;
  const again = async () => {
    const waitMs = RETRY_MS * (RETRIES + 1 - retries) + Math.random() * RETRY_SPREAD_MS;
    await sleep(waitMs);
    await writeThrough(cache, id, retries - 1);
  };
  cache.waitUntil(again().catch((failed) => log(id, 0, failed)));
}

function log(event_id: EventId, retries_left: number, fault: unknown): void {
  logError({ event: "published_event_not_stored", event_id, retries_left }, fault);
}

/** Null when KV accepted the entry. */
async function put(kv: KVNamespace, id: EventId, entry: Entry): Promise<{ readonly fault: unknown } | null> {
  try {
    await withDeadline(kv.put(keyOf(id), JSON.stringify(entry), { expirationTtl: ENTRY_MS / 1_000 }), KV_LIMIT_MS);
    return null;
  } catch (fault) {
    return { fault };
  }
}

function cachesFor({ catalogueCache }: EventCache): EventCaches {
  let caches = cachesOf.get(catalogueCache);
  if (!caches) {
    caches = {
      copies: coalesceCalls(COPY_MS, (entry) => entry !== null),
      misses: coalesceCalls(NO_TERMS_MS, (found) => found === "none"),
    };
    cachesOf.set(catalogueCache, caches);
  }
  return caches;
}

/** The number is the version of the entry's form, so that no release reads what another wrote in another form. */
function keyOf(id: EventId): string {
  return `event/4/${id}`;
}

/** Only this file writes such keys, so this check only has to distinguish an entry from a damaged value. */
function isEntry(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && "stamp" in value && "shown" in value && "until" in value;
}
