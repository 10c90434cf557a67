// Moves an event one step along its life, by an organiser. The clock's steps are in advance-events.ts.

import { writeTransition } from "../../db/events/event-transitions.ts";
import type { Event } from "../../db/events/events.ts";
import { type Transition, TRANSITIONS } from "../../domain/events/event.ts";
import { auditOf } from "../audit-of.ts";
import type { Context } from "../context.ts";

/**
 * Moves the event if it still has the status and version that were read, and the step is allowed; null otherwise. The
 * caller then delivers the terms of its types.
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
