// Published events in KV, for reading the catalogue without D1 (rule E7). Nothing that sells reads it; what it holds is
// what the public may see, and `null` for an event that it may not.

import type { Db } from "../db/client.ts";
import { answered } from "../db/limit.ts";
import { type PublishedEvent, readPublicEvent } from "../db/public-events.ts";
import { readShownStamp } from "../db/shown-stamps.ts";
import type { EventId } from "../domain/ids.ts";

/** `stamp`: the versions that `shown` was read at (db/shown-stamps.ts). */
type Entry = { readonly stamp: string; readonly shown: PublishedEvent | null };
type Copy = Entry & { readonly until: number };

const TTL_SECONDS = 60 * 60;
const COPY_MS = 1_000;
const KV_LIMIT_MS = 1_000;
const MAX_COPIES = 1_000;
/** Changes may come while one is written; more than this is no accident, and the cron repairs it. */
const ATTEMPTS = 5;

/** Each isolate keeps copies of its own, a namespace. */
const copiesOf = new WeakMap<KVNamespace, Map<EventId, Copy>>();

/** What the public sees of an event, from the copy, KV or D1, the first that has it; null when it may not see it. */
export async function readPublishedEvent(kv: KVNamespace, db: Db, id: EventId): Promise<PublishedEvent | null> {
  const asked = Date.now();
  const copy = copies(kv).get(id);
  if (copy && asked < copy.until) return copy.shown;
  const found = await readEntry(kv, id);
  if (found.kind === "entry") {
    keepCopy(kv, id, found.entry, asked);
    return found.entry.shown;
  }
  if (found.kind === "away") return answered(readPublicEvent(db, id));
  return (await writeThrough(kv, db, id)) ?? null;
}

/**
 * Puts what D1 holds now, and looks at D1 again after each put, until nothing is newer than what was put: of two that
 * write side by side, the last to put sees what the other wrote. Stores nothing for an id that D1 does not know. KV
 * away: the answer is D1's, and only the entry is missing.
 */
export async function writeThrough(kv: KVNamespace, db: Db, id: EventId): Promise<PublishedEvent | null> {
  let stamp = await answered(readShownStamp(db, id));
  for (let attempt = 1; stamp !== null; attempt++) {
    const asked = Date.now();
    const entry: Entry = { stamp, shown: await answered(readPublicEvent(db, id)) };
    const stored = await put(kv, id, entry);
    const now: string | null = await answered(readShownStamp(db, id));
    if (now === stamp) keepCopy(kv, id, entry, asked);
    if (now === stamp || !stored || attempt === ATTEMPTS) return entry.shown;
    stamp = now;
  }
  copies(kv).delete(id);
  return null;
}

/** The stamps of what KV holds, for up to 100 events; those that it does not hold are left out. */
export async function readStoredStamps(kv: KVNamespace, ids: readonly EventId[]): Promise<Map<EventId, string>> {
  const stored = await kv.get(ids.map(keyOf), "json");
  return new Map(
    ids.flatMap((id) => {
      const entry = stored.get(keyOf(id));
      return isEntry(entry) ? [[id, entry.stamp] as const] : [];
    }),
  );
}

type Found = { readonly kind: "entry"; readonly entry: Entry } | { readonly kind: "none" } | { readonly kind: "away" };

async function readEntry(kv: KVNamespace, id: EventId): Promise<Found> {
  try {
    const entry = await within(kv.get(keyOf(id), "json"));
    return isEntry(entry) ? { kind: "entry", entry } : { kind: "none" };
  } catch {
    return { kind: "away" };
  }
}

async function put(kv: KVNamespace, id: EventId, entry: Entry): Promise<boolean> {
  try {
    await within(kv.put(keyOf(id), JSON.stringify(entry), { expirationTtl: TTL_SECONDS }));
    return true;
  } catch {
    return false;
  }
}

/** `asked`: when the read of it began, so that a copy is never shown later than `COPY_MS` after it was true. */
function keepCopy(kv: KVNamespace, id: EventId, { stamp, shown }: Entry, asked: number): void {
  const kept = copies(kv);
  if (kept.size >= MAX_COPIES) kept.clear();
  kept.set(id, { stamp, shown, until: asked + COPY_MS });
}

function copies(kv: KVNamespace): Map<EventId, Copy> {
  const kept = copiesOf.get(kv) ?? new Map<EventId, Copy>();
  copiesOf.set(kv, kept);
  return kept;
}

/** Why a number: what another version of the Worker wrote in another form is not read by this one. */
function keyOf(id: EventId): string {
  return `event/2/${id}`;
}

/** What stands under such a key was written here and nowhere else; this tells it from a value that is damaged. */
function isEntry(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && "stamp" in value && "shown" in value;
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`KV: no answer within ${KV_LIMIT_MS} ms`)), KV_LIMIT_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
