// Telling doors what D1 has of their events (rule D2). When and how often is in deliver-event-syncs.ts.

import { readEventTerms, readEventTermsOf } from "../../db/door/door-terms.ts";
import type { EventSync } from "../../db/outbox/event-syncs.ts";
import { compareEventTerms, type EventTerms } from "../../domain/door/event-terms.ts";
import type { EventId } from "../../domain/ids.ts";
import { withDeadline } from "../../shared/deadline.ts";
import type { Context } from "../context.ts";
import { deliverBehind, deliverOnce, redeliver, type TellsOf } from "./deliver-event-syncs.ts";
import { type TimeIsUp, untilDone } from "./work-in-pages.ts";
import { logError } from "../../shared/log.ts";

type Delivery = Pick<Context, "db" | "doors" | "requestId" | "now">;
type Behind = Delivery & Pick<Context, "waitUntil">;

/** So long an answer waits for a door at most, ms: with what D1 takes before, a call of the usual 5 s (rule X2). */
const FIRST_MS = 4_000;

/** Tells the doors of these events, or of all that wait, behind the answer; tries again for a while. Never rejects. */
export function deliverDoors(context: Behind, ids: readonly EventId[] | null): void {
  deliverBehind(context, "door", tellsOf(context), ids);
}

/**
 * Tells the door of this event what it has yet to be told before the caller goes on, but keeps the caller no longer than
 * 4 s: a door that has not answered by then is told behind the answer. Never rejects.
 */
export async function deliverDoorFirst(context: Behind, id: EventId): Promise<void> {
  const told = deliverOnce(context.db, "door", tellsOf(context), [id]);
  context.waitUntil(told);
  if (!(await withDeadline(told, FIRST_MS, () => false))) deliverDoors(context, [id]);
}

/** The cron's part. Answers how many could not be told. */
export function redeliverDoors(context: Delivery, timeIsUp: TimeIsUp = untilDone): Promise<number> {
  return redeliver(context.db, "door", tellsOf(context), timeIsUp);
}

function tellsOf(context: Delivery): TellsOf {
  return async (page) => {
    const ids = page.map(({ eventId }) => eventId);
    const terms = await readEventTermsOf(context.db, ids, context.now);
    return (sync) => tell(context, sync, terms.get(sync.eventId) ?? null);
  };
}

/**
 * Up to which version the door has been told; null when it could not be. `known`: what D1 has just said of the event, read
 * together with others. The door's port logs one that is away.
 */
async function tell(
  { db, doors, requestId, now }: Delivery,
  { eventId, version }: EventSync,
  known: EventTerms | null,
): Promise<EventSync | null> {
  const subject = { event_id: eventId, request_id: requestId };
  try {
    let terms = known;
    for (;;) {
      const reply = await doors(eventId).terms(terms, requestId);
      if (reply.ok) return { eventId, version: terms?.version ?? version };
      if (reply.refusal.code !== "version_conflict") return null;
      const refused = terms;
      terms = await readEventTerms(db, eventId, now);
      // While D1 has something newer, a delivery beside this one was faster with it, and it is no conflict.
      if (terms && compareEventTerms(terms, refused) !== "new") break;
    }
    logError({ event: "door_terms_not_taken", ...subject });
  } catch (fault) {
    logError({ event: "door_terms_not_read", ...subject }, fault);
  }
  return null;
}
