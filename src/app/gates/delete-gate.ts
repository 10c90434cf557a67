// Deletes a gate for good while nothing refers to it (rule G1).

import { listEventsNaming } from "../../db/ticket-types/admission-rules.ts";
import { isGateUsed, removeGate } from "../../db/gates/gate-removal.ts";
import { readGate } from "../../db/gates/gates.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import type { GateId } from "../../domain/ids.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import { MAX_IN_USE } from "../../domain/limits.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import { CHANGE_ATTEMPTS, readMatching } from "../changed-fields.ts";
import type { Context } from "../context.ts";
import { deliverDoors } from "../deliveries/deliver-doors.ts";
import { deliverFeeds } from "../deliveries/deliver-feeds.ts";

export async function deleteGate(
  context: Context<Organiser>,
  id: GateId,
  ifMatch: IfMatch,
): Promise<Result<null, Refusal>> {
  const { actor, db } = context;
  const { organizationId } = actor;
  assert(can(actor, "gate.write"), "the route has checked the permission");
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const current = await readMatching(() => readGate(db, actor, id), ifMatch);
    if (!current.ok) return current;
    const gate = current.value;
    const { gate_code } = gate;
    const audit = auditOf(context, {
      organizationId,
      action: "gate.delete",
      resourceKind: "gate",
      resourceId: id,
      changes: { gate_code, deleted: true },
    });
    if (await removeGate(db, gate, audit)) {
      deliverFeeds(context, null);
      deliverDoors(context, null);
      return accept(null);
    }
    if (await isGateUsed(db, id)) return refuse({ code: "in_use" });
    const eventIds = await listEventsNaming(db, gate, MAX_IN_USE);
    if (eventIds.length > 0) return refuse({ code: "in_use", eventIds });
  }
  return refuse(UNAVAILABLE);
}
