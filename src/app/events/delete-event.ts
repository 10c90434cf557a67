// Deletes a draft with its ticket types, and then the stored data of their inventories (rule E6).

import { readTicketTypeIds, removeDraft } from "../../db/events/event-changes.ts";
import { readEvent } from "../../db/events/events.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import { nextStatuses } from "../../domain/events/event.ts";
import type { EventId } from "../../domain/ids.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import { CHANGE_ATTEMPTS, readMatching } from "../changed-fields.ts";
import type { Context } from "../context.ts";
import { deliverDoors } from "../deliveries/deliver-doors.ts";
import { deliverFeeds } from "../deliveries/deliver-feeds.ts";
import { deliverWipes } from "../deliveries/deliver-wipes.ts";

export async function deleteEvent(
  context: Context<Organiser>,
  id: EventId,
  ifMatch: IfMatch,
): Promise<Result<null, Refusal>> {
  const { actor, db } = context;
  const { organizationId } = actor;
  assert(can(actor, "event.write"), "the route has checked the permission");
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const current = await readMatching(() => readEvent(db, actor, id, context.now), ifMatch);
    if (!current.ok) return current;
    const event = current.value;
    const { status } = event;
    // This code, because a deletion is a transition that the event's status does not allow, and it lists those that are
    // allowed.
    if (status !== "draft") return refuse({ code: "invalid_transition", status, allowed: nextStatuses(status) });
    const ticketTypeIds = await readTicketTypeIds(db, event);
    const audit = auditOf(context, {
      organizationId,
      action: "event.delete",
      resourceKind: "event",
      resourceId: id,
      changes: { name: event.name, deleted: true, ticket_type_ids: ticketTypeIds },
    });
    if (!(await removeDraft(db, event, audit))) continue;
    deliverFeeds(context, [id]);
    deliverDoors(context, [id]);
    await deliverWipes(context, ticketTypeIds);
    return accept(null);
  }
  return refuse(UNAVAILABLE);
}
