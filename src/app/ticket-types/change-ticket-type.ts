// Changes a ticket type (rules K1 to K4, D8), and returns only after its inventory has the new terms (rule K6).

import { readRoom, updateTicketType } from "../../db/ticket-types/ticket-type-changes.ts";
import { readTicketType, type TicketType } from "../../db/ticket-types/ticket-types.ts";
import { ticketTypeFaults, windowFaults } from "../../domain/events/catalogue.ts";
import { admissionText } from "../../domain/door/admission.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import type { TicketTypeId } from "../../domain/ids.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { admissionFaults, auditedAdmission, refuseUnknownGate } from "./admission-of.ts";
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
import type { NewTicketType } from "./create-ticket-type.ts";
import { deliverDoors } from "../deliveries/deliver-doors.ts";
import { deliverTerms } from "../deliveries/deliver-terms.ts";
import { lowerTotalFirst } from "./lower-total.ts";
import { refreshPublishedEvent } from "../events/refresh-published-event.ts";

/** The fields that a client sends; `price` is in minor units, times are epoch ms. */
export type TicketTypeChange = { readonly [K in keyof NewTicketType]?: NewTicketType[K] | undefined };

/**
 * A lower total is written first and alone, so that nothing has changed if the inventory refuses it. The other fields
 * follow with a version and an audit row of their own. Written together with the total, they would stay although the total
 * was refused; written as waiting, the inventory would judge terms that D1 does not have yet.
 */
export async function changeTicketType(
  context: Context<Organiser>,
  id: TicketTypeId,
  { settings, status, admission: sentAdmission, ...sent }: TicketTypeChange,
  ifMatch: IfMatch,
): Promise<Result<TicketType, Refusal>> {
  const { actor, db } = context;
  assert(can(actor, "ticket_type.write"), "the route has checked the permission");
  const admission = sentAdmission === undefined ? undefined : admissionText(sentAdmission);
  const hidden = status === undefined ? undefined : status === "hidden";
  let expected = ifMatch;
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const current = await readMatching(() => readTicketType(db, actor, id, context.now), expected);
    if (!current.ok) return current;
    const type = current.value;
    const fields = changedFields(type, { ...sent, hidden, admission, settings: settingsText(settings) });
    // The terms are delivered even without a change, since an earlier attempt may have ended between the write and the
    // delivery.
    if (isEmpty(fields)) return deliverAndReturn(context, type);
    const errors = ticketTypeFaults({ ...type, ...fields });
    if (errors.length > 0) return refuse({ code: "invalid_request", errors });
    const lowered = await lowerTotalFirst(context, type, fields.total_quantity, expected);
    if (!lowered.ok) return lowered;
    if (lowered.value) {
      expected = lowered.value.ifMatch;
      continue;
    }
    const audit = auditOf(context, {
      organizationId: type.organization_id,
      action: "ticket_type.change",
      resourceKind: "ticket_type",
      resourceId: id,
      changes: ticketTypeAuditFields(fields),
    });
    if (await updateTicketType(db, type, fields, audit)) {
      const changed = await readTicketType(db, actor, id, context.now);
      return changed ? deliverAndReturn(context, changed) : refuse({ code: "not_found" });
    }
    const refusal = await explainRefusal(context, type, fields);
    if (refusal) return refuse(refusal);
  }
  return refuse(UNAVAILABLE);
}

function ticketTypeAuditFields({ hidden, admission, ...rest }: Partial<TicketType>): object {
  return {
    ...auditedChanges(rest),
    ...(hidden !== undefined && { status: hidden ? "hidden" : "available" }),
    ...(admission !== undefined && { admission: auditedAdmission(admission) }),
  };
}

async function deliverAndReturn(
  context: Context<Organiser>,
  { id, event_id }: TicketType,
): Promise<Result<TicketType, Refusal>> {
  deliverDoors(context, [event_id]);
  const [delivered] = await Promise.all([deliverTerms(context, [id]), refreshPublishedEvent(context, event_id)]);
  if (!delivered) return refuse(UNAVAILABLE);
  const type = await readTicketType(context.db, context.actor, id, context.now);
  return type ? accept(type) : refuse({ code: "not_found" });
}

async function explainRefusal({ db }: Context, type: TicketType, fields: Partial<TicketType>): Promise<Refusal | null> {
  const room = await readRoom(db, type);
  if (!room) return null;
  const { admission } = fields;
  const errors = windowFaults({ ...type, ...fields }, room);
  if (admission !== undefined) errors.push(...admissionFaults(admission, room));
  if (errors.length > 0) return { code: "invalid_request", errors };
  const unknown = admission === undefined ? null : await refuseUnknownGate(db, type.event_id, admission);
  if (unknown) return unknown;
  const { used, capacity } = room;
  const requested = fields.total_quantity ?? 0;
  return requested > 0 && used + requested > capacity ? { code: "capacity_exceeded", requested, used, capacity } : null;
}
