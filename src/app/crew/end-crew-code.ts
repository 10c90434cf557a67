// Ends a crew code early (rule D22): it makes no more devices, and those that it made stay valid. Ending it again changes
// nothing.

import { endCrewCodeRow, readCrewCode } from "../../db/crew/crew-codes.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { CrewCodeId, EventId } from "../../domain/ids.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import type { Context } from "../context.ts";

export async function endCrewCode(
  context: Context<Organiser>,
  eventId: EventId,
  id: CrewCodeId,
): Promise<Result<null, Refusal>> {
  const { actor, db } = context;
  const { organizationId } = actor;
  assert(can(actor, "crew.manage"), "the route has checked the permission");
  const audit = auditOf(context, {
    organizationId,
    action: "crew_code.end",
    resourceKind: "crew_code",
    resourceId: id,
    changes: { ended: true },
  });
  if (await endCrewCodeRow(db, eventId, id, audit)) return accept(null);
  const code = await readCrewCode(db, organizationId, id);
  return code?.event_id === eventId ? accept(null) : refuse({ code: "not_found" });
}
