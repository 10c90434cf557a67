// Delivers to doors what D1 has of their events (rule D2). When and how often is in deliver.ts.

import { readEventTermsOf } from "../../db/door/door-terms.ts";
import { dropSyncs, type Sync, type Told } from "../../db/outbox/outbox.ts";
import { compareEventTerms, type EventTerms } from "../../domain/door/event-terms.ts";
import type { EventId } from "../../domain/ids.ts";
import { withDeadline } from "../../shared/deadline.ts";
import { type Context, newId } from "../context.ts";
import { deliverBehind, type Delivery, deliverOnce, redeliver } from "./deliver.ts";
import { type TimeIsUp, untilDone } from "./work-in-pages.ts";

type Delivering = Pick<Context, "db" | "doors" | "requestId" | "now">;
type Behind = Delivering & Pick<Context, "waitUntil">;

/** So long an answer waits for a door at most, ms: with what D1 takes before, a call of the usual 5 s (rule X2). */
const FIRST_MS = 4_000;

/** Tells the doors of these events, or of all that wait, behind the answer; tries again for a while. Never rejects. */
export function deliverDoors(context: Behind, ids: readonly EventId[] | null): void {
  deliverBehind(context, doorsOf(context), ids);
}

/**
 * Tells the door of this event what it has yet to be told before the caller goes on, but keeps the caller no longer than
 * 4 s: a door that has not answered by then is told behind the answer. Never rejects.
 */
export async function deliverDoorFirst(context: Behind, id: EventId): Promise<void> {
  const told = deliverOnce(context, doorsOf(context), [id]);
  context.waitUntil(told);
  if (!(await withDeadline(told, FIRST_MS, () => false))) deliverDoors(context, [id]);
}

/** The cron's part. Answers how many could not be told. */
export function redeliverDoors(context: Delivering, timeIsUp: TimeIsUp = untilDone): Promise<number> {
  return redeliver(context, doorsOf(context), timeIsUp);
}

function doorsOf(context: Delivering): Delivery<"door", EventTerms, Told<"door">> {
  return {
    subject: "door",
    targetsAPage: 100,
    anyTarget: () => newId("evt"),
    logged: (event_id) => ({ event_id }),
    read: (ids) => readEventTermsOf(context.db, ids, context.now),
    tell: (sync, terms) => tell(context, sync, terms),
    conflict: {
      isNewer: (terms, refused) => compareEventTerms(terms, refused) === "new",
      notTaken: { event: "door_terms_not_taken" },
    },
    settle: (told) => dropSyncs(context.db, "door", told),
  };
}

/** The door's port logs one that is away. */
async function tell(
  { doors, requestId }: Delivering,
  { target, version }: Sync<"door">,
  terms: EventTerms | null,
): Promise<Told<"door"> | "refused" | "away"> {
  const reply = await doors(target).terms(terms, requestId);
  if (reply.ok) return { target, version: terms?.version ?? version };
  return reply.refusal.code === "version_conflict" ? "refused" : "away";
}
