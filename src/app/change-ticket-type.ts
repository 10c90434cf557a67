// Changes a ticket type (rules K1 to K4), and answers only after its inventory has the new terms (rule K6).

import { readRoom, updateTicketType } from "../db/ticket-type-changes.ts";
import { readTicketType, type TicketType } from "../db/ticket-types.ts";
import { ticketTypeFaults } from "../domain/catalogue.ts";
import type { Refusal } from "../domain/errors.ts";
import type { TicketTypeId } from "../domain/ids.ts";
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
import type { NewTicketType } from "./create-ticket-type.ts";
import { deliverTerms } from "./deliver-terms.ts";
import { lowerTotal } from "./lower-total.ts";
import { refreshPublishedEvent } from "./refresh-published-event.ts";

/** The fields that a client sends; `price` in minor units, times epoch ms. */
export type TicketTypeChange = { readonly [K in keyof NewTicketType]?: NewTicketType[K] | undefined };

/**
 * A total that is lower goes first and alone: when the inventory refuses it, nothing has changed. What else was sent
 * follows, with a version of its own.
 */
export async function changeTicketType(
  context: Context<Organiser>,
  id: TicketTypeId,
  { settings, status, ...sent }: TicketTypeChange,
  ifMatch: IfMatch,
): Promise<Result<TicketType, Refusal>> {
  const { actor, db } = context;
  assert(can(actor, "ticket_type.write"), "the route has checked the permission");
  const hidden = status === undefined ? undefined : status === "hidden";
  let expected = ifMatch;
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const type = await readTicketType(db, actor, id);
    if (!type) return refuse({ code: "not_found" });
    const stale = whyStale(expected, type.version);
    if (stale) return refuse(stale);
    const fields = changedFields(type, { ...sent, hidden, settings: settingsText(settings) });
    const errors = ticketTypeFaults({ ...type, ...fields });
    if (errors.length > 0) return refuse({ code: "invalid_request", errors });
    if (fields.total_quantity !== undefined && type.pending_total !== null) {
      const same = fields.total_quantity === type.pending_total;
      if (!(await deliverTerms(context, [id]))) return refuse(TRY_AGAIN);
      // Why: the total that waited is this very one, left by an attempt that got no answer.
      if (same) expected = await versionIfTaken(context, type, expected);
      continue;
    }
    if (fields.total_quantity !== undefined && fields.total_quantity < type.total_quantity) {
      const lowered = await lowerTotal(context, type, fields.total_quantity);
      if (!lowered.ok) return lowered;
      if (lowered.value !== null) expected = lowered.value;
      continue;
    }
    // Why also without a change: the first attempt may have ended between the write and the delivery.
    if (isEmpty(fields) || (await write(context, type, fields))) return afterDelivery(context, type);
    const refusal = fields.total_quantity === undefined ? null : await whyNot(context, type, fields.total_quantity);
    if (refusal) return refuse(refusal);
  }
  return refuse(TRY_AGAIN);
}

function write(context: Context<Organiser>, type: TicketType, fields: Partial<TicketType>): Promise<boolean> {
  const { hidden, ...rest } = fields;
  const changes = toldChanges(rest);
  const audit = auditOf(context, {
    organizationId: type.organization_id,
    action: "ticket_type.change",
    resourceKind: "ticket_type",
    resourceId: type.id,
    changes: hidden === undefined ? changes : { ...changes, status: hidden ? "hidden" : "available" },
  });
  return updateTicketType(context.db, type, fields, audit);
}

async function afterDelivery(
  context: Context<Organiser>,
  { id, event_id }: TicketType,
): Promise<Result<TicketType, Refusal>> {
  const [delivered] = await Promise.all([deliverTerms(context, [id]), refreshPublishedEvent(context, event_id)]);
  if (!delivered) return refuse(TRY_AGAIN);
  const type = await readTicketType(context.db, context.actor, id);
  return type ? accept(type) : refuse({ code: "not_found" });
}

async function versionIfTaken(
  { db, actor }: Context<Organiser>,
  { id, pending_total }: TicketType,
  expected: IfMatch,
): Promise<IfMatch> {
  const type = await readTicketType(db, actor, id);
  return type && type.total_quantity === pending_total ? type.version : expected;
}

async function whyNot({ db }: Context, type: TicketType, requested: number): Promise<Refusal | null> {
  const room = await readRoom(db, type);
  return room && room.used + requested > room.capacity ? { code: "capacity_exceeded", requested, ...room } : null;
}
