// Changes an event (rules E1, E6, K3, D8, D11), and returns only after every inventory of its types has the new terms (rule
// K6).

import { movesDoors, readEventChangeObstacles, readTicketTypeIds, updateEvent } from "../../db/events/event-changes.ts";
import { type Event, readEvent } from "../../db/events/events.ts";
import { eventFaults, windowFaults } from "../../domain/events/catalogue.ts";
import { type FieldError, type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import { nextStatuses } from "../../domain/events/event.ts";
import { type EventId, parseId } from "../../domain/ids.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { findClosedWindows } from "../ticket-types/admission-of.ts";
import { auditOf } from "../audit-of.ts";
import {
  auditedChanges,
  CHANGE_ATTEMPTS,
  changedFields,
  isEmpty,
  settingsText,
  readMatching,
} from "../changed-fields.ts";
import type { Context } from "../context.ts";
import { aboveVenue, type NewEvent } from "./create-event.ts";
import { deliverDoors } from "../deliveries/deliver-doors.ts";
import { deliverTerms } from "../deliveries/deliver-terms.ts";
import { htmlFieldFor } from "../descriptions/description-html.ts";
import { refreshPublishedEvent } from "./refresh-published-event.ts";

/** The fields that a client sends; times are epoch ms. */
export type EventChange = { readonly [K in keyof NewEvent]?: NewEvent[K] | undefined };

export async function changeEvent(
  context: Context<Organiser>,
  id: EventId,
  { settings, venue_id, ...sent }: EventChange,
  ifMatch: IfMatch,
): Promise<Result<Event, Refusal>> {
  const { actor, db } = context;
  assert(can(actor, "event.write"), "the route has checked the permission");
  const venueId = venue_id === undefined ? undefined : parseId("ven", venue_id);
  if (venueId === null) return refuse({ code: "unknown_reference", path: "/venue_id" });
  const html = await htmlFieldFor(sent.description);
  const sentFields = { ...sent, ...html, venue_id: venueId, settings: settingsText(settings) };
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const current = await readMatching(() => readEvent(db, actor, id, context.now), ifMatch);
    if (!current.ok) return current;
    const event = current.value;
    const fields = changedFields(event, sentFields);
    // The terms are delivered even without a change, since an earlier attempt may have ended between the write and the
    // delivery.
    if (isEmpty(fields)) return deliverAndReturn(context, event);
    const errors = eventFaults({ ...event, ...fields });
    if (errors.length > 0) return refuse({ code: "invalid_request", errors });
    const audit = auditOf(context, {
      organizationId: event.organization_id,
      action: "event.change",
      resourceKind: "event",
      resourceId: id,
      changes: auditedChanges(fields),
    });
    if (await updateEvent(db, event, fields, audit)) {
      const changed = await readEvent(db, actor, id, context.now);
      return changed ? deliverAndReturn(context, changed) : refuse({ code: "not_found" });
    }
    const refusal = await explainRefusal(context, event, fields);
    if (refusal) return refuse(refusal);
  }
  return refuse(UNAVAILABLE);
}

async function deliverAndReturn(context: Context, event: Event): Promise<Result<Event, Refusal>> {
  deliverDoors(context, [event.id]);
  const [delivered] = await Promise.all([
    deliverTerms(context, await readTicketTypeIds(context.db, event)),
    refreshPublishedEvent(context, event.id),
  ]);
  return delivered ? accept(event) : refuse(UNAVAILABLE);
}

/** The first reason against the change, in the order of docs/api.md: 404, then 409. */
async function explainRefusal({ db }: Context, event: Event, fields: Partial<Event>): Promise<Refusal | null> {
  const next = { ...event, ...fields };
  const { venue, slugTaken, used, closed, bound } = await readEventChangeObstacles(db, next);
  if (!venue) return { code: "unknown_reference", path: "/venue_id" };
  if (closed && (fields.sale_start !== undefined || fields.sale_end !== undefined)) {
    const errors = windowFaults(closed, next).map(({ path }) => cutWindowFault(path, closed.id));
    return { code: "invalid_request", errors };
  }
  if (bound.closed && movesDoors(fields)) {
    return { code: "invalid_request", errors: findClosedWindows(bound.closed, next, fields) };
  }
  if (bound.atGates && fields.venue_id !== undefined && event.status === "draft") {
    return { code: "invalid_request", errors: [gatesFault(bound.atGates.id)] };
  }
  if (fields.venue_id !== undefined) {
    // This code, because what prevents the change is the event's status (rule E6).
    if (event.status !== "draft")
      return { code: "invalid_transition", status: event.status, allowed: nextStatuses(event.status) };
    if (venue.status !== "active") return { code: "venue_archived" };
  }
  const { capacity, venue_id, admission_capacity } = fields;
  const resized = capacity !== undefined || venue_id !== undefined;
  const above = resized || admission_capacity !== undefined ? aboveVenue(venue, next) : null;
  if (above) return above;
  const requested = next.capacity;
  if (resized && requested < used) return { code: "capacity_exceeded", requested, used, capacity: event.capacity };
  return slugTaken ? { code: "slug_taken" } : null;
}

function gatesFault(typeId: string): FieldError {
  const message = `The ticket type ${typeId} admits at gates of the venue: set the gates of its admission to null first`;
  return { path: "/venue_id", message };
}

/** The fault of an event's new time that would leave the window `path` of a type outside the event's. */
function cutWindowFault(path: string, typeId: string): FieldError {
  return {
    path: path === "/sale_start" ? "/sale_end" : "/sale_start",
    message: `The ticket type ${typeId} would never be on sale: change its own times first, or set them to null`,
  };
}
