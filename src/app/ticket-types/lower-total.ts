// Lowers the total of a ticket type before its other fields change (rule K4): D1 stores the requested total as pending, the
// inventory accepts or refuses it, and D1 takes over what was accepted.

import { wasWritten } from "../../db/audit/audit.ts";
import { proposeLowerTotal } from "../../db/ticket-types/ticket-type-changes.ts";
import { readTicketType, type TicketType } from "../../db/ticket-types/ticket-types.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import { committedOf } from "../../domain/ledger/chain.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import type { Organiser } from "../../domain/people/policy.ts";
import { accept, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import type { Context } from "../context.ts";
import { deliverTerms } from "../deliveries/deliver-terms.ts";

/** A total was written: the caller reads the row again, and writes the other fields with this If-Match. */
type ReadAgain = { readonly ifMatch: IfMatch };

/**
 * Completes a lower total that an earlier attempt left pending; otherwise lowers the total to `total`. Null when there is
 * nothing to lower: a higher total is written with the other fields.
 */
export async function lowerTotalFirst(
  context: Context<Organiser>,
  type: TicketType,
  total: number | undefined,
  ifMatch: IfMatch,
): Promise<Result<ReadAgain | null, Refusal>> {
  if (total === undefined) return accept(null);
  if (type.pending_total !== null) {
    if (!(await deliverTerms(context, [type.id]))) return refuse(UNAVAILABLE);
    // The same total was left by an attempt of this client that got no reply, so its version has been raised by that.
    const isSame = total === type.pending_total;
    return accept({ ifMatch: isSame ? await versionIfTaken(context, type, ifMatch) : ifMatch });
  }
  if (total >= type.total_quantity) return accept(null);
  const lowered = await lowerTotal(context, type, total);
  return lowered.ok ? accept({ ifMatch: lowered.value ?? ifMatch }) : lowered;
}

async function versionIfTaken(
  { db, actor, now }: Context<Organiser>,
  { id, pending_total }: TicketType,
  ifMatch: IfMatch,
): Promise<IfMatch> {
  const type = await readTicketType(db, actor, id, now);
  return type && type.total_quantity === pending_total ? type.version : ifMatch;
}

/**
 * Returns the version that the lower total got, or null when something came in between and the caller has to read the row
 * again. 409 `capacity_below_committed` leaves no trace (rule T7). 503 when the inventory could not be reached; the cron
 * then delivers the pending total.
 */
async function lowerTotal(
  context: Context<Organiser>,
  type: TicketType,
  requested: number,
): Promise<Result<number | null, Refusal>> {
  const { db, inventories, actor } = context;
  const counts = await inventories(type.id).counts();
  if (!counts.ok) return refuse(UNAVAILABLE);
  const { sold, held, withdrawn } = counts.value;
  const committed = committedOf(counts.value);
  if (requested < committed) {
    return refuse({ code: "capacity_below_committed", requested, committed, sold, held, withdrawn });
  }
  const audit = auditOf(context, {
    organizationId: type.organization_id,
    action: "ticket_type.change",
    resourceKind: "ticket_type",
    resourceId: type.id,
    changes: { total_quantity: requested },
  });
  if (!(await proposeLowerTotal(db, type, requested, audit))) return accept(null);
  if (!(await deliverTerms(context, [type.id]))) return refuse(UNAVAILABLE);
  if (!(await wasWritten(db, audit))) return accept(null);
  const lowered = await readTicketType(db, actor, type.id, context.now);
  return lowered ? accept(lowered.version) : refuse({ code: "not_found" });
}
