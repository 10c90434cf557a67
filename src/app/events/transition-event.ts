// Moves an event along its life by an organiser's request (rules E2, E3, T4), and returns only after every inventory of its
// types has the new terms (rule K6).

import { readTransitionFacts } from "../../db/events/event-transitions.ts";
import type { Event } from "../../db/events/events.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import { missingToPublish, transit, type Transition } from "../../domain/events/event.ts";
import type { EventId } from "../../domain/ids.ts";
import { type IfMatch, isCurrent } from "../../domain/if-match.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import type { Context } from "../context.ts";
import { deliverDoors } from "../deliveries/deliver-doors.ts";
import { deliverFeeds } from "../deliveries/deliver-feeds.ts";
import { deliverTerms } from "../deliveries/deliver-terms.ts";
import { moveEvent } from "./move-event.ts";
import { refreshPublishedEvent } from "./refresh-published-event.ts";

/** Another change may come between the read and the write; more than this many in a row do not happen by chance. */
const ATTEMPTS = 4;

export async function transitionEvent(
  context: Context<Organiser>,
  id: EventId,
  transition: Transition,
  ifMatch: IfMatch,
): Promise<Result<Event, Refusal>> {
  const { actor, db, now } = context;
  const { organizationId } = actor;
  assert(can(actor, "event.transition"), "the route has checked the permission");
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const facts = await readTransitionFacts(db, organizationId, id, now);
    if (!facts) return refuse({ code: "not_found" });
    const refusal = explainRefusal(facts, transition, ifMatch, now);
    if (refusal) return refuse(refusal);
    const moved = await moveEvent(context, facts.event, transition);
    if (!moved) continue;
    deliverFeeds(context, [id]);
    deliverDoors(context, [id]);
    const [delivered] = await Promise.all([
      deliverTerms(context, moved.ticketTypeIds),
      refreshPublishedEvent(context, id),
    ]);
    return delivered ? accept(moved.event) : refuse(UNAVAILABLE);
  }
  return refuse(UNAVAILABLE);
}

type Facts = NonNullable<Awaited<ReturnType<typeof readTransitionFacts>>>;

/**
 * The first reason against the transition, in the order of docs/api.md; the statement that writes checks all of it again.
 */
function explainRefusal(facts: Facts, transition: Transition, ifMatch: IfMatch, now: number): Refusal | null {
  const { event, suspended } = facts;
  if (transition === "publish" && suspended) return { code: "organization_suspended" };
  if (!isCurrent(ifMatch, event.version)) return { code: "version_conflict" };
  const next = transit(event.status, transition);
  if (!next.ok) return next.refusal;
  const missing = transition === "publish" ? missingToPublish({ ...facts, endTime: event.end_time }, now) : [];
  return missing.length > 0 ? { code: "not_publishable", missing } : null;
}
