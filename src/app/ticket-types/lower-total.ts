// Lowers the total of a ticket type (rule K4): D1 stores the requested total as pending, the inventory accepts or refuses
// it, and D1 takes over what was accepted.

import { wasWritten } from "../../db/audit/audit.ts";
import { proposeLowerTotal } from "../../db/ticket-types/ticket-type-changes.ts";
import { readTicketType, type TicketType } from "../../db/ticket-types/ticket-types.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import { committedOf } from "../../domain/ledger/chain.ts";
import type { Organiser } from "../../domain/people/policy.ts";
import { accept, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import type { Context } from "../context.ts";
import { deliverTerms } from "../deliveries/deliver-terms.ts";

/**
 * Returns the version that the lower total got, or null when something came in between and the caller has to read the row
 * again. 409 `capacity_below_committed` leaves no trace (rule T7). 503 when the inventory could not be reached; the cron
 * then delivers the pending total.
 */
export async function lowerTotal(
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
  const taken = await readTicketType(db, actor, type.id, context.now);
  return taken ? accept(taken.version) : refuse({ code: "not_found" });
}
