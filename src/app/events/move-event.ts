// One step of an event's life, by an organiser. The clock's own are in advance-events.ts.

import { writeTransition } from "../../db/events/event-transitions.ts";
import type { Event } from "../../db/events/events.ts";
import { type Transition, TRANSITIONS } from "../../domain/event.ts";
import { auditOf } from "../audit-of.ts";
import type { Context } from "../context.ts";

/**
 * Moves the event from the status and version in which it was read, if it still stands there and may; null otherwise.
 * The caller then delivers the terms of its types.
 */
export function moveEvent(context: Context, event: Event, transition: Transition): ReturnType<typeof writeTransition> {
  const { id, organization_id: organizationId, status: from, version } = event;
  const audit = auditOf(context, {
    organizationId,
    action: `event.${transition}`,
    resourceKind: "event",
    resourceId: id,
    changes: { status: TRANSITIONS[transition] },
  });
  return writeTransition(context.db, { id, organizationId, from, transition, version, now: context.now }, audit);
}
