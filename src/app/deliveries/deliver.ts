// Delivers to objects what D1 owes them, as the only file that does: with the change or behind its response, and by the
// cron for what was left over. What is delivered, and how, is a `Delivery` of deliver-{terms,wipes,doors,feeds}.ts.

import { isD1Fault } from "../../db/fault.ts";
import {
  countFailures,
  listSyncs,
  pageSyncs,
  type Subject,
  type Sync,
  type TargetOf,
  type Acknowledged,
} from "../../db/outbox/outbox.ts";
import type { Pauses } from "../../domain/time/backoff.ts";
import { parkedUntil } from "../../domain/time/parking.ts";
import { type LogLine, logError } from "../../shared/log.ts";
import { repeatUntilDone } from "../../shared/timing.ts";
import type { Context } from "../context.ts";
import { roundFrom, type TimeIsUp, workInPages } from "../jobs/work-in-pages.ts";

export type Delivering = Pick<Context, "db" | "requestId" | "now">;

/** What an object replied: `refused` when it has something later than D1, or other; `away` when it could not be reached. */
export type Reply<A> = A | "refused" | "away";

/** One subject of the outbox. `Content`: what D1 has of a target. */
export type Delivery<S extends Subject, Content, A extends Acknowledged<S>> = {
  readonly subject: S;
  readonly targetsAPage: number;
  /** Where a round of the cron begins. */
  readonly anyTarget: () => TargetOf<S>;
  /** What a line of the log has of a target. */
  readonly logged: (target: TargetOf<S>) => Readonly<Record<string, string>>;
  /** Reads what D1 has of a page together, of each target that it knows. Rejects when D1 fails. */
  readonly read: (targets: readonly TargetOf<S>[]) => Promise<ReadonlyMap<TargetOf<S>, Content>>;
  /** Delivers to one object; `content` is null when D1 has no such target. Never rejects. */
  readonly push: (sync: Sync<S>, content: Content | null) => Promise<Reply<A>>;
  /** Null where nothing is ever refused. */
  readonly conflict: Conflict<Content> | null;
  /** Stores what was acknowledged, and deletes the rows up to it. */
  readonly settle: (acknowledged: readonly A[]) => Promise<void>;
};

/** What is made of a refusal. */
type Conflict<Content> = {
  /** Whether what D1 has now is later than what was refused: then a concurrent delivery was faster with it. */
  readonly isNewer: (content: Content, refused: Content) => boolean;
  /** The line for what D1 has no later of: the object's history is not D1's (rule X6). */
  readonly notTaken: LogLine;
};

/** One row, and what is delivered by it. */
type Push<S extends Subject, Content> = { readonly sync: Sync<S>; readonly content: Content | null };

const PAGES_A_REQUEST = 10;
/** So often in turn an object gets what was changed meanwhile. */
const PUSHES = 5;
/**
 * An object that was away gets its delivery soon after it is back. Together the pauses take some 16 s: the platform
 * lets a request work on for 30.
 */
const PAUSES: Pauses = { leastMs: 200, firstMs: 800, longestMs: 4_000 };
const RETRIES = 9;

/** Delivers behind the response what waits of these targets, or of all; tries again for a while. Never rejects. */
export function deliverBehind<S extends Subject, C, A extends Acknowledged<S>>(
  context: Delivering & Pick<Context, "waitUntil">,
  delivery: Delivery<S, C, A>,
  targets: readonly TargetOf<S>[] | null,
): void {
  context.waitUntil(repeatUntilDone(() => deliverOnce(context, delivery, targets), PAUSES, RETRIES));
}

/** Whether all that waits of these was delivered; not so when D1 fails. */
export async function deliverOnce<S extends Subject, C, A extends Acknowledged<S>>(
  context: Delivering,
  delivery: Delivery<S, C, A>,
  targets: readonly TargetOf<S>[] | null,
): Promise<boolean> {
  try {
    return await deliverWaiting(context, delivery, targets);
  } catch (fault) {
    if (!isD1Fault(fault)) throw fault;
    return false;
  }
}

/** Delivers what waits of these targets, or of all, a page side by side. Whether all was. Rejects when D1 fails. */
export async function deliverWaiting<S extends Subject, C, A extends Acknowledged<S>>(
  { db, now, requestId }: Delivering,
  delivery: Delivery<S, C, A>,
  targets: readonly TargetOf<S>[] | null,
): Promise<boolean> {
  const failed = new Set<TargetOf<S>>();
  for (let page = 0; page < PAGES_A_REQUEST; page++) {
    const limit = delivery.targetsAPage + failed.size;
    const waiting = await listSyncs(db, delivery.subject, targets, { now, limit });
    const next = waiting.filter(({ target }) => !failed.has(target));
    for (const { target } of await deliverAll({ db, now, requestId }, delivery, next)) failed.add(target);
    if (waiting.length < limit) break;
  }
  return failed.size === 0;
}

/** Delivers these side by side; returns what could not be delivered. */
export async function deliverAll<S extends Subject, C, A extends Acknowledged<S>>(
  context: Delivering,
  delivery: Delivery<S, C, A>,
  syncs: readonly Sync<S>[],
): Promise<Sync<S>[]> {
  return pushAll(context, delivery, await withContent(delivery, syncs), PUSHES);
}

/**
 * The cron's part: a round over all that waits and is not parked. What fails or never replies keeps no other waiting, and
 * is parked after some rounds (rules E4, T4, K6). Returns how many could not be delivered.
 */
export async function redeliver<S extends Subject, C, A extends Acknowledged<S>>(
  context: Delivering,
  delivery: Delivery<S, C, A>,
  timeIsUp: TimeIsUp,
): Promise<number> {
  const { db, now } = context;
  const { subject, targetsAPage: limit, anyTarget, push } = delivery;
  let count = 0;
  const pages = roundFrom<Sync<S>, TargetOf<S>>(
    anyTarget(),
    ({ target }) => target,
    (after, until) => pageSyncs(db, subject, { after, until, limit, now }),
  );
  await workInPages<Push<S, C>, Reply<A>>(
    {
      next: async () => {
        const page = await pages();
        return page && withContent(delivery, page);
      },
      each: ({ sync, content }) => push(sync, content),
      settle: async (page, replies) => {
        const failed = await settle(context, delivery, { page, replies, pushes: PUSHES });
        count += failed.length;
        await park(context, delivery, failed);
      },
    },
    timeIsUp,
  );
  return count;
}

async function withContent<S extends Subject, C, A extends Acknowledged<S>>(
  { read }: Delivery<S, C, A>,
  syncs: readonly Sync<S>[],
): Promise<Push<S, C>[]> {
  if (syncs.length === 0) return [];
  const contents = await read(syncs.map(({ target }) => target));
  return syncs.map((sync) => ({ sync, content: contents.get(sync.target) ?? null }));
}

async function pushAll<S extends Subject, C, A extends Acknowledged<S>>(
  context: Delivering,
  delivery: Delivery<S, C, A>,
  page: readonly Push<S, C>[],
  pushes: number,
): Promise<Sync<S>[]> {
  const replies = await Promise.all(page.map(({ sync, content }) => delivery.push(sync, content)));
  return settle(context, delivery, { page, replies, pushes });
}

/** Settles a page by its replies; returns what could not be delivered. `pushes`: so often each may still be tried. */
async function settle<S extends Subject, C, A extends Acknowledged<S>>(
  context: Delivering,
  delivery: Delivery<S, C, A>,
  pushed: { readonly page: readonly Push<S, C>[]; readonly replies: readonly Reply<A>[]; readonly pushes: number },
): Promise<Sync<S>[]> {
  const { page, replies, pushes } = pushed;
  const acknowledged = replies.filter((reply): reply is A => typeof reply === "object");
  if (acknowledged.length > 0) await delivery.settle(acknowledged);
  const away = page.filter((_, at) => replies[at] === "away").map(({ sync }) => sync);
  const refused = page.filter((_, at) => replies[at] === "refused");
  if (refused.length === 0 || delivery.conflict === null) return [...away, ...refused.map(({ sync }) => sync)];
  return [...away, ...(await pushNewer(context, delivery, delivery.conflict, { refused, pushes: pushes - 1 }))];
}

/** Reads again what was refused, pushes what is newer, and logs the rest. Returns what could not be delivered. */
async function pushNewer<S extends Subject, C, A extends Acknowledged<S>>(
  context: Delivering,
  delivery: Delivery<S, C, A>,
  { isNewer, notTaken }: Conflict<C>,
  { refused, pushes }: { readonly refused: readonly Push<S, C>[]; readonly pushes: number },
): Promise<Sync<S>[]> {
  const { db, now, requestId } = context;
  const before = new Map(refused.map(({ sync, content }) => [sync.target, content]));
  // Rows that a concurrent delivery has settled meanwhile are not listed.
  const waiting = await listSyncs(db, delivery.subject, [...before.keys()], { now, limit: before.size });
  const page = await withContent(delivery, waiting);
  const isOvertaken = ({ sync, content }: Push<S, C>) => {
    const pushedContent = before.get(sync.target) ?? null;
    return content === null || pushedContent === null ? content !== pushedContent : isNewer(content, pushedContent);
  };
  const newer = pushes > 0 ? page.filter(isOvertaken) : [];
  const same = page.filter((push) => !newer.includes(push)).map(({ sync }) => sync);
  for (const { target } of same) logError({ ...notTaken, ...delivery.logged(target), request_id: requestId });
  return newer.length === 0 ? same : [...same, ...(await pushAll(context, delivery, newer, pushes))];
}

/** Counts a round that has failed for these; those that failed often are left alone for a while, which is logged. */
async function park<S extends Subject, C, A extends Acknowledged<S>>(
  { db, now, requestId }: Delivering,
  { subject, logged }: Delivery<S, C, A>,
  failed: readonly Sync<S>[],
): Promise<void> {
  const pauses = failed.map(({ target, version, attempts }) => {
    return { target, version, until: parkedUntil(attempts + 1, now, Math.random()) };
  });
  for (const { target, attempts, parked_until } of await countFailures(db, subject, pauses)) {
    const until = new Date(parked_until).toISOString();
    logError({ event: "delivery_parked", subject, ...logged(target), attempts, until, request_id: requestId });
  }
}
