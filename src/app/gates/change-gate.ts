// Changes a gate (rule G1).

import { isGateCodeTaken, updateGate } from "../../db/gates/gate-changes.ts";
import { type Gate, readGate } from "../../db/gates/gates.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { GateId } from "../../domain/ids.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import { can, type Organiser } from "../../domain/policy.ts";
import { accept, assert, type Result } from "../../domain/result.ts";
import { changeOnce } from "../change-once.ts";
import { settingsText } from "../changed-fields.ts";
import type { Context } from "../context.ts";
import { deliverDoors } from "../jobs/deliver-doors.ts";
import { deliverFeeds } from "../jobs/deliver-feeds.ts";
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
  const changed = await changeOnce<Gate>(context, ifMatch, {
    kind: "gate",
    sent: { ...sent, settings: settingsText(settings) },
    read: () => readGate(db, actor, id),
    write: (seen, fields, audit) => updateGate(db, seen, fields, audit),
    explainRefusal: async (seen, { gate_code: code }) =>
      code !== undefined && (await isGateCodeTaken(db, seen, code)) ? { code: "gate_code_taken" } : null,
  });
  if (!changed.ok) return changed;
  if (changed.value.written) {
    deliverFeeds(context, null);
    deliverDoors(context, null);
  }
  return accept(changed.value.row);
}
