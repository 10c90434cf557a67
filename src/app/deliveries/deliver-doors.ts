// Delivers to doors what D1 has of their events (rule D2). When and how often is in deliver.ts.

import { readEventTermsOf } from "../../db/door/door-terms.ts";
import { dropSyncs, type Sync, type Acknowledged } from "../../db/outbox/outbox.ts";
import { compareEventTerms, type EventTerms } from "../../domain/door/event-terms.ts";
import type { EventId } from "../../domain/ids.ts";
import { withDeadline } from "../../shared/deadline.ts";
import { type Context, newId } from "../context.ts";
import { deliverBehind, type Delivery, deliverOnce, redeliver } from "./deliver.ts";
import { type TimeIsUp, untilDone } from "../jobs/work-in-pages.ts";

type Delivering = Pick<Context, "db" | "doors" | "requestId" | "now">;
type Behind = Delivering & Pick<Context, "waitUntil">;

/** A response waits for a door at most so long, ms: with the reads of D1 before it, as long as any call (rule X2). */
const FIRST_MS = 4_000;

/** Delivers to the doors of these events, or of all that wait, after the response; tries again for a while. Never rejects. */
export function deliverDoors(context: Behind, ids: readonly EventId[] | null): void {
  deliverBehind(context, doorsOf(context), ids);
}

/**
 * Delivers what the door of this event is owed before the caller goes on, but keeps the caller no longer than 4 s: for a
 * door that has not replied by then it goes on after the response. Never rejects.
 */
export async function deliverDoorFirst(context: Behind, id: EventId): Promise<void> {
  const delivered = deliverOnce(context, doorsOf(context), [id]);
  context.waitUntil(delivered);
  if (!(await withDeadline(delivered, FIRST_MS, () => false))) deliverDoors(context, [id]);
}

/** The cron's part. Returns how many could not be delivered. */
export function redeliverDoors(context: Delivering, timeIsUp: TimeIsUp = untilDone): Promise<number> {
  return redeliver(context, doorsOf(context), timeIsUp);
}

function doorsOf(context: Delivering): Delivery<"door", EventTerms, Acknowledged<"door">> {
  return {
    subject: "door",
    targetsAPage: 100,
    anyTarget: () => newId("evt"),
    logged: (event_id) => ({ event_id }),
    read: (ids) => readEventTermsOf(context.db, ids, context.now),
    push: (sync, terms) => push(context, sync, terms),
    conflict: {
      isNewer: (terms, refused) => compareEventTerms(terms, refused) === "new",
      notTaken: { event: "door_terms_not_taken" },
    },
    settle: (acknowledged) => dropSyncs(context.db, "door", acknowledged),
  };
}

/** The door's port logs one that is away. */
async function push(
  { doors, requestId }: Delivering,
  { target, version }: Sync<"door">,
  terms: EventTerms | null,
): Promise<Acknowledged<"door"> | "refused" | "away"> {
  const reply = await doors(target).terms(terms, requestId);
  if (reply.ok) return { target, version: terms?.version ?? version };
  return reply.refusal.code === "version_conflict" ? "refused" : "away";
}
