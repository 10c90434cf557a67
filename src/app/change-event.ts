// Changes an event (rules E1, E6, K3), and answers only after every inventory of its types has the new terms (rule K6).

import { readEventChangeObstacles, readTicketTypeIds, updateEvent } from "../db/event-changes.ts";
import { type Event, readEvent } from "../db/events.ts";
import { eventFaults } from "../domain/catalogue.ts";
import type { Refusal } from "../domain/errors.ts";
import { nextStatuses } from "../domain/event.ts";
import { type EventId, parseId } from "../domain/ids.ts";
import type { IfMatch } from "../domain/if-match.ts";
import { can, type Organiser } from "../domain/policy.ts";
import { accept, assert, refuse, type Result } from "../domain/result.ts";
import { auditOf } from "./audit-of.ts";
import {
  CHANGE_ATTEMPTS,
  changedFields,
  isEmpty,
  settingsText,
  toldChanges,
  TRY_AGAIN,
  whyStale,
} from "./changed-fields.ts";
import type { Context } from "./context.ts";
import type { NewEvent } from "./create-event.ts";
import { deliverTerms } from "./deliver-terms.ts";
import { refreshPublishedEvent } from "./refresh-published-event.ts";

/** The fields that a client sends; times epoch ms. */
export type EventChange = { readonly [K in keyof NewEvent]?: NewEvent[K] | undefined };

export async function changeEvent(
  context: Context<Organiser>,
  id: EventId,
  { settings, venue_id, ...sent }: EventChange,
  ifMatch: IfMatch,
): Promise<Result<Event, Refusal>> {
  const { actor, db } = context;
  const { organizationId } = actor;
  assert(can(actor, "event.write"), "the route has checked the permission");
  const venueId = venue_id === undefined ? undefined : parseId("ven", venue_id);
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const event = await readEvent(db, actor, id);
    if (!event || venueId === null) return refuse({ code: "not_found" });
    const stale = whyStale(ifMatch, event.version);
    if (stale) return refuse(stale);
    const fields = changedFields(event, { ...sent, venue_id: venueId, settings: settingsText(settings) });
    // Why also without a change: the first attempt may have ended between the write and the delivery.
    if (isEmpty(fields)) return afterDelivery(context, event);
    const errors = eventFaults({ ...event, ...fields });
    if (errors.length > 0) return refuse({ code: "invalid_request", errors });
    const audit = auditOf(context, {
      organizationId,
      action: "event.change",
      resourceKind: "event",
      resourceId: id,
      changes: toldChanges(fields),
    });
    if (await updateEvent(db, event, fields, audit)) {
      const changed = await readEvent(db, actor, id);
      return changed ? afterDelivery(context, changed) : refuse({ code: "not_found" });
    }
    const refusal = await whyNot(context, event, fields);
    if (refusal) return refuse(refusal);
  }
  return refuse(TRY_AGAIN);
}

async function afterDelivery(context: Context, event: Event): Promise<Result<Event, Refusal>> {
  const [delivered] = await Promise.all([
    deliverTerms(context, await readTicketTypeIds(context.db, event)),
    refreshPublishedEvent(context, event.id),
  ]);
  return delivered ? accept(event) : refuse(TRY_AGAIN);
}

/** The first that stands against it, in the order of docs/api.md: 404, then 409. */
async function whyNot({ db }: Context, event: Event, fields: Partial<Event>): Promise<Refusal | null> {
  const next = { ...event, ...fields };
  const { venue, slugTaken, used } = await readEventChangeObstacles(db, next);
  if (!venue) return { code: "not_found" };
  if (fields.venue_id !== undefined) {
    // Why this code: what stands against it is the step of its life that the event has taken (rule E6).
    if (event.status !== "draft")
      return { code: "invalid_transition", status: event.status, allowed: nextStatuses(event.status) };
    if (venue.status !== "active") return { code: "venue_archived" };
  }
  if (fields.capacity !== undefined || fields.venue_id !== undefined) {
    const requested = next.capacity;
    if (requested > venue.capacity) return { code: "capacity_exceeded", requested, used: 0, capacity: venue.capacity };
    if (requested < used) return { code: "capacity_exceeded", requested, used, capacity: event.capacity };
  }
  return slugTaken ? { code: "slug_taken" } : null;
}
