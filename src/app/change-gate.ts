// Changes a gate (rule G1).

import { type Gate, isGateCodeTaken, readGate, updateGate } from "../db/gates.ts";
import type { Refusal } from "../domain/errors.ts";
import type { GateId } from "../domain/ids.ts";
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
import { deliverFeeds } from "./deliver-feeds.ts";
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
  const { organizationId } = actor;
  assert(can(actor, "gate.write"), "the route has checked the permission");
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const gate = await readGate(db, organizationId, id);
    if (!gate) return refuse({ code: "not_found" });
    const stale = whyStale(ifMatch, gate.version);
    if (stale) return refuse(stale);
    const fields = changedFields(gate, { ...sent, settings: settingsText(settings) });
    if (isEmpty(fields)) return accept(gate);
    const audit = auditOf(context, {
      organizationId,
      action: "gate.change",
      resourceKind: "gate",
      resourceId: id,
      changes: toldChanges(fields),
    });
    if (await updateGate(db, gate, fields, audit)) {
      deliverFeeds(context, null);
      const changed = await readGate(db, organizationId, id);
      return changed ? accept(changed) : refuse({ code: "not_found" });
    }
    if (fields.gate_code !== undefined && (await isGateCodeTaken(db, gate, fields.gate_code))) {
      return refuse({ code: "gate_code_taken" });
    }
  }
  return refuse(TRY_AGAIN);
}
