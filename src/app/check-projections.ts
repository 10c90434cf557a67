// The cron's look at the projections (rule X3): an object that is behind is woken, and then catches up by itself. Objects
// of ticket types and feeds that are called set an alarm again that was lost.

import { listToCompare, markCompared } from "../db/projection.ts";
import { describeFault } from "../domain/fault.ts";
import type { EventId } from "../domain/ids.ts";
import type { Context } from "./context.ts";

const A_RUN = 40;

/** Asks the inventories whose turn it is: those that have sold since they were asked, and each once a day. Answers of how many D1's copy was behind. */
export async function checkProjections(context: Context): Promise<number> {
  const { db, inventories, now } = context;
  const due = await listToCompare(db, now, A_RUN);
  const compared = await Promise.all(
    due.map(async ({ id, countsSeq }) => {
      const position = await inventories(id).position(countsSeq);
      return { id, countsSeq, position: position.ok ? position.value : 0 };
    }),
  );
  await Promise.all([...new Set(due.map(({ eventId }) => eventId))].map((id) => callFeed(context, id)));
  if (due.length > 0) await markCompared(db, compared, now);
  return compared.filter(({ countsSeq, position }) => position > countsSeq).length;
}

async function callFeed({ feeds, requestId }: Context, eventId: EventId): Promise<void> {
  try {
    await feeds(eventId).recheck();
  } catch (fault) {
    const line = { level: "error", event: "feed_unreachable", event_id: eventId, request_id: requestId };
    console.error(JSON.stringify({ ...line, error: describeFault(fault) }));
  }
}
