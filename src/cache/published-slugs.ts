// Published events by the names in their public address (rules E7, E9). What is kept for a pair of names is only a hint
// at an event's id: the event's own entry must bear the names, so a hint that is old shows nothing wrong.

import { readStampByNames, type ShownStamp } from "../db/events/shown-stamps.ts";
import type { Refusal } from "../domain/errors.ts";
import { type EventId, parseId } from "../domain/ids.ts";
import { NO_TERMS_MS } from "../domain/limits.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import { type Coalesced, coalesceCalls } from "./coalesce-calls.ts";
import { withDeadline } from "../shared/deadline.ts";
import { type EventReader, type Published, KV_LIMIT_MS, readPublishedEvent } from "./published-events.ts";

/** The slugs of an organisation and of one of its events, the second in the form of a slug. */
export type Names = { readonly organization: string; readonly event: string };
/** The event that the public sees under its names, and its id; null when it sees none there. */
export type Found = { readonly id: EventId; readonly published: Published } | null;

const HINT_MS = 60_000;
const STORED_SECONDS = 60 * 60;

/** By the pair of names: the hints, and what D1 said, which is remembered for 5 s, also "none". */
type Kept = {
  readonly hints: Coalesced<string, EventId | "none">;
  readonly looks: Coalesced<string, ShownStamp | "none">;
};
const keptOf = new WeakMap<KVNamespace, Kept>();

/**
 * By the hint, if the event that it names bears the names; else by one look at D1, which all share that come at once.
 * That look counts as the first of those that reading the event takes.
 */
export async function readPublishedByNames(reader: EventReader, names: Names): Promise<Result<Found, Refusal>> {
  const { hints, looks } = keptBy(reader);
  const key = keyOf(names);
  const keep = reader.waitUntil;
  const hint = await hints.read(key, { call: () => readHint(reader, key), keep });
  if (hint !== "none") {
    const byHint = await findAt(reader, names, hint);
    if (!byHint.ok || byHint.value) return byHint;
  }
  const askedAt = Date.now();
  const refusal = looks.kept(key) === undefined ? await reader.admitMiss() : null;
  if (refusal) return refuse(refusal);
  const call = async () => (await readStampByNames(reader.db, names)) ?? ("none" as const);
  const look = await looks.read(key, { call, keep });
  if (look === "none" || look.id === hint) return accept(null);
  if (hints.kept(key) !== look.id) {
    hints.put(key, look.id, askedAt);
    // What fails here is left to the next reader who has no hint.
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

/** "none" also when KV does not answer, or holds what is no id. */
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

function keptBy({ catalogueCache }: EventReader): Kept {
  let kept = keptOf.get(catalogueCache);
  if (!kept) {
    kept = {
      hints: coalesceCalls(HINT_MS, (hint) => hint !== "none"),
      looks: coalesceCalls(NO_TERMS_MS),
    };
    keptOf.set(catalogueCache, kept);
  }
  return kept;
}

function keyOf({ organization, event }: Names): string {
  return `names/1/${organization}/${event}`;
}
