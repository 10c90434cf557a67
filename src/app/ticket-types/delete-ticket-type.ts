// Deletes a ticket type that never had a hold, and then the stored data of its inventory. Until D1 has deleted the
// type, its inventory hides it, so that no hold can be placed in between, even if the Worker or the object dies.

import { closeForDeletion, listClosed, removeTicketType, reopen } from "../../db/ticket-types/ticket-type-changes.ts";
import { readTicketType, type TicketType } from "../../db/ticket-types/ticket-types.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import type { TicketTypeId } from "../../domain/ids.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import { CHANGE_ATTEMPTS, readMatching } from "../changed-fields.ts";
import type { Context } from "../context.ts";
import { deliverDoors } from "../deliveries/deliver-doors.ts";
import { deliverFeeds } from "../deliveries/deliver-feeds.ts";
import { deliverTerms } from "../deliveries/deliver-terms.ts";
import { deliverWipes } from "../deliveries/deliver-wipes.ts";
import { refreshPublishedEvent } from "../events/refresh-published-event.ts";
import { type TimeIsUp, untilDone } from "../jobs/work-in-pages.ts";

export async function deleteTicketType(
  context: Context<Organiser>,
  id: TicketTypeId,
  ifMatch: IfMatch,
): Promise<Result<null, Refusal>> {
  const { actor, db, inventories } = context;
  assert(can(actor, "ticket_type.write"), "the route has checked the permission");
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const current = await readMatching(() => readTicketType(db, actor, id, context.now), ifMatch);
    if (!current.ok) return current;
    const type = current.value;
    const untouched = await inventories(id).isUntouched();
    if (!untouched.ok) return refuse(UNAVAILABLE);
    if (!untouched.value) return refuse({ code: "in_use" });
    if (!(await closeForDeletion(db, type, context.now))) continue;
    const removed = await removeClosed(context, id);
    if (!removed.ok) return removed;
    if (removed.value) return accept(null);
  }
  return refuse(UNAVAILABLE);
}

/** False when something came in between. If this leaves the type closed, the cron reopens it. */
async function removeClosed(context: Context<Organiser>, id: TicketTypeId): Promise<Result<boolean, Refusal>> {
  const { actor, db, inventories } = context;
  const closed = await readTicketType(db, actor, id, context.now);
  if (!closed) return refuse({ code: "not_found" });
  if (!(await deliverTerms(context, [id]))) return refuse(UNAVAILABLE);
  const untouched = await inventories(id).isUntouched();
  if (!untouched.ok) return refuse(UNAVAILABLE);
  if (!untouched.value || !(await removeTicketType(db, closed, auditOfDeletion(context, closed)))) {
    await reopen(db, closed, context.now);
    await deliverTerms(context, [id]);
    return untouched.value ? accept(false) : refuse({ code: "in_use" });
  }
  deliverFeeds(context, [closed.event_id]);
  deliverDoors(context, [closed.event_id]);
  await Promise.all([deliverWipes(context, [id]), refreshPublishedEvent(context, closed.event_id)]);
  return accept(true);
}

function auditOfDeletion(context: Context<Organiser>, { id, organization_id, name, event_id }: TicketType) {
  return auditOf(context, {
    organizationId: organization_id,
    action: "ticket_type.delete",
    resourceKind: "ticket_type",
    resourceId: id,
    changes: { name, event_id, deleted: true },
  });
}

/** Longer than any deletion takes. */
const ABANDONED_MS = 60_000;
const A_PAGE = 100;

/** The cron's part: types whose deletion died half-way sell again, once `redeliverTerms` has delivered their terms. */
export async function reopenAbandoned({ db, now }: Context, timeIsUp: TimeIsUp = untilDone): Promise<void> {
  while (!timeIsUp()) {
    const closed = await listClosed(db, now - ABANDONED_MS, A_PAGE);
    if (closed.length === 0) return;
    for (const type of closed) await reopen(db, type, now);
  }
}
