// How the objects of events, their feeds and their doors, are told what D1 has: by the verb that changed it, behind its answer,
// and by the cron for what was left over. No sale and no answer waits for it.

import {
  dropEventSyncs,
  type EventSubject,
  type EventSync,
  listEventSyncs,
  pageEventSyncs,
} from "../../db/outbox/event-syncs.ts";
import { isD1Fault } from "../../db/fault.ts";
import type { Pauses } from "../../domain/backoff.ts";
import type { EventId } from "../../domain/ids.ts";
import { repeatUntilDone } from "../../shared/timing.ts";
import { type Context, newId } from "../context.ts";
import { roundFrom, type TimeIsUp, workInPages } from "./work-in-pages.ts";

/** Tells one object; answers up to which version, or null when it could not be told. It never rejects. */
export type Tell = (sync: EventSync) => Promise<EventSync | null>;
/** Reads what D1 says of the events of a page together, and answers how each is told. Rejects when D1 fails. */
export type TellsOf = (page: readonly EventSync[]) => Promise<Tell>;

const A_PAGE = 100;
const PAGES_A_RUN = 10;
/** An object that was away hears of it soon after it is back. Together some 16 s: the platform lets a request work on for 30. */
const PAUSES: Pauses = { leastMs: 200, firstMs: 800, longestMs: 4_000 };
const RETRIES = 9;

/** Tells the objects of these events, or of all that wait, behind the answer; tries again for a while. Never rejects. */
export function deliverBehind(
  { db, waitUntil }: Pick<Context, "db" | "waitUntil">,
  subject: EventSubject,
  tellsOf: TellsOf,
  ids: readonly EventId[] | null,
): void {
  waitUntil(repeatUntilDone(() => deliverOnce(db, subject, tellsOf, ids), PAUSES, RETRIES));
}

/** Whether all of them have been told; not so when D1 fails. */
export async function deliverOnce(
  db: Context["db"],
  subject: EventSubject,
  tellsOf: TellsOf,
  ids: readonly EventId[] | null,
): Promise<boolean> {
  try {
    return (await deliverWaiting(db, subject, tellsOf, ids)) === 0;
  } catch (fault) {
    if (!isD1Fault(fault)) throw fault;
    return false;
  }
}

async function deliverWaiting(
  db: Context["db"],
  subject: EventSubject,
  tellsOf: TellsOf,
  ids: readonly EventId[] | null,
): Promise<number> {
  const failed = new Set<EventId>();
  for (let page = 0; page < PAGES_A_RUN; page++) {
    const waiting = await listEventSyncs(db, subject, ids, A_PAGE + failed.size);
    const next = waiting.filter(({ eventId }) => !failed.has(eventId));
    if (next.length === 0) break;
    const tell = await tellsOf(next);
    const told = await Promise.all(next.map(tell));
    await dropEventSyncs(db, subject, told.filter(isTold));
    for (const [at, { eventId }] of next.entries()) if (told[at] === null) failed.add(eventId);
  }
  return failed.size;
}

/** The cron's part; those that fail or never answer keep no others waiting. Answers how many could not be told. */
export async function redeliver(
  db: Context["db"],
  subject: EventSubject,
  tellsOf: TellsOf,
  timeIsUp: TimeIsUp,
): Promise<number> {
  let failed = 0;
  const syncs = roundFrom<EventSync, EventId>(
    newId("evt"),
    ({ eventId }) => eventId,
    (after, until) => pageEventSyncs(db, subject, { after, until, limit: A_PAGE }),
  );
  await workInPages(
    {
      next: async () => {
        const page = await syncs();
        if (page === null) return null;
        const tell = await tellsOf(page);
        return page.map((sync) => ({ sync, tell }));
      },
      each: ({ sync, tell }) => tell(sync),
      settle: async (_, outcomes) => {
        const told = outcomes.filter(isTold);
        failed += outcomes.length - told.length;
        await dropEventSyncs(db, subject, told);
      },
    },
    timeIsUp,
  );
  return failed;
}

function isTold(outcome: EventSync | null): outcome is EventSync {
  return outcome !== null;
}
