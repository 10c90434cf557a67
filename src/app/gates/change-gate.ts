// Changes a gate (rule G1).

import { isGateCodeTaken, updateGate } from "../../db/gates/gate-changes.ts";
import { type Gate, readGate } from "../../db/gates/gates.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import type { GateId } from "../../domain/ids.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
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
import { deliverDoors } from "../deliveries/deliver-doors.ts";
import { deliverFeeds } from "../deliveries/deliver-feeds.ts";
import type { NewGate } from "./create-gate.ts";

/** The fields that a client sends. */
export type GateChange = { readonly [K in keyof NewGate]?: NewGate[K] | undefined };

export async function changeGate(
  context: Context<Organiser>,
  id: GateId,
  { settings, ...sent }: GateChange,
  ifMatch: IfMatch,
): Promise<Result<Gate, Refusal>> {
  const { actor, db } = context;
  assert(can(actor, "gate.write"), "the route has checked the permission");
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const current = await readMatching(() => readGate(db, actor, id), ifMatch);
    if (!current.ok) return current;
    const gate = current.value;
    const fields = changedFields(gate, { ...sent, settings: settingsText(settings) });
    if (isEmpty(fields)) return accept(gate);
    const audit = auditOf(context, {
      organizationId: gate.organization_id,
      action: "gate.change",
      resourceKind: "gate",
      resourceId: id,
      changes: auditedChanges(fields),
    });
    if (await updateGate(db, gate, fields, audit)) {
      const changed = await readGate(db, actor, id);
      deliverFeeds(context, null);
      deliverDoors(context, null);
      return changed ? accept(changed) : refuse({ code: "not_found" });
    }
    const code = fields.gate_code;
    if (code !== undefined && (await isGateCodeTaken(db, gate, code))) return refuse({ code: "gate_code_taken" });
  }
  return refuse(UNAVAILABLE);
}
