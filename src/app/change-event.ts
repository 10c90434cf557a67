// Changes an event (rules E1, E6, K3), and answers only after every inventory of its types has the new terms (rule K6).

import { readEventChangeObstacles, readTicketTypeIds, updateEvent } from "../db/event-changes.ts";
import { type Event, readEvent } from "../db/events.ts";
import { eventFaults, windowFaults } from "../domain/catalogue.ts";
import type { FieldError, Refusal } from "../domain/errors.ts";
import { nextStatuses } from "../domain/event.ts";
import { type EventId, parseId } from "../domain/ids.ts";
import type { IfMatch } from "../domain/if-match.ts";
import { can, type Organiser } from "../domain/policy.ts";
import { accept, assert, refuse, type Result } from "../domain/result.ts";
import { changeOnce } from "./change-once.ts";
import { settingsText, TRY_AGAIN } from "./changed-fields.ts";
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
  assert(can(actor, "event.write"), "the route has checked the permission");
  const venueId = venue_id === undefined ? undefined : parseId("ven", venue_id);
  if (venueId === null) return refuse({ code: "unknown_reference", path: "/venue_id" });
  const changed = await changeOnce<Event>(context, ifMatch, {
    kind: "event",
    sent: { ...sent, venue_id: venueId, settings: settingsText(settings) },
    read: () => readEvent(db, actor, id),
    faults: eventFaults,
    write: (seen, fields, audit) => updateEvent(db, seen, fields, audit),
    whyNot: (seen, fields) => whyNot(context, seen, fields),
  });
  // Why also without a change: the first attempt may have ended between the write and the delivery.
  return changed.ok ? afterDelivery(context, changed.value.row) : changed;
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
  const { venue, slugTaken, used, closed } = await readEventChangeObstacles(db, next);
  if (!venue) return { code: "unknown_reference", path: "/venue_id" };
  if (closed && (fields.sale_start !== undefined || fields.sale_end !== undefined)) {
    const errors = windowFaults(closed, next).map(({ path }) => closesType(path, closed.id));
    return { code: "invalid_request", errors };
  }
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

/** The bound of a type, `path`, that lies outside of the window, told of the event's that cuts it off. */
function closesType(path: string, typeId: string): FieldError {
  return {
    path: path === "/sale_start" ? "/sale_end" : "/sale_start",
    message: `The ticket type ${typeId} would never be on sale: change its own times first, or set them to null`,
  };
}
