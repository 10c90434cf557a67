// Compares D1's copies with the objects (rule X3): the call wakes an object whose copy is behind, which then projects by
// itself. A ticket type's object or a feed that is called also sets an alarm again that was lost.

import { listToCompare, markCompared, type ToCompare } from "../../db/projection/projection.ts";
import type { EventId } from "../../domain/ids.ts";
import type { Context } from "../context.ts";
import { type TimeIsUp, untilDone, workInPages } from "./work-in-pages.ts";
import { logError } from "../../shared/log.ts";

const A_PAGE = 200;

/**
 * Queries the inventories whose turn it is: those that have sold since the last query, and each once a day. One that does
 * not reply is queried again ten minutes later. Returns for how many D1's copy was behind.
 */
export async function checkProjections(context: Context, timeIsUp: TimeIsUp = untilDone): Promise<number> {
  const { db, inventories, now } = context;
  const called = new Set<EventId>();
  let last: ToCompare | null = null;
  let behind = 0;

  async function compare({ id, eventId, countsSeq }: ToCompare): Promise<number> {
    const isFirst = !called.has(eventId);
    called.add(eventId);
    const [position] = await Promise.all([inventories(id).position(countsSeq), isFirst && callFeed(context, eventId)]);
    return position.ok ? position.value : -1;
  }

  await workInPages(
    {
      next: async () => {
        const page: ToCompare[] = await listToCompare(db, now, last, A_PAGE);
        last = page.at(-1) ?? last;
        return page.length > 0 ? page : null;
      },
      each: compare,
      settle: async (page, positions) => {
        const compared = page.map(({ id, countsSeq }, index) => ({ id, countsSeq, position: positions[index] ?? -1 }));
        behind += compared.filter(({ countsSeq, position }) => position > countsSeq).length;
        await markCompared(db, compared, now);
      },
    },
    timeIsUp,
  );
  return behind;
}

async function callFeed({ feeds, requestId }: Context, eventId: EventId): Promise<void> {
  try {
    await feeds(eventId).recheck();
  } catch (fault) {
    logError({ event: "feed_unreachable", event_id: eventId, request_id: requestId }, fault);
  }
}
