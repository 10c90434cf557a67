// Counts without a ticket at the door of an event (rule D16): a click, or a supervisor's correction of who is inside.

import type { CountsReply } from "../../domain/door/command.ts";
import { type EventId, type GateId, parseId, type ScanId } from "../../domain/ids.ts";
import { can } from "../../domain/people/policy.ts";
import { assert, refuse } from "../../domain/result.ts";
import type { Context } from "../context.ts";
import { atDoor, type Scanner } from "./scan-ticket.ts";

/** A count as a client sends it: it is not yet known whether its gates exist. */
export type SentCount = { readonly scan_id: ScanId } & (
  | { readonly kind: "click"; readonly gate_id: string; readonly count: number }
  | { readonly kind: "sweep"; readonly reason: string }
  | {
      readonly kind: "set";
      readonly gates: readonly { readonly gate_id: string; readonly inside_by: number }[];
      readonly reason: string;
    }
);

/**
 * Refuses as `forbidden` a device that sets who is inside at other gates than its own. Every other refusal is the door's.
 */
export async function countAtDoor(context: Context<Scanner>, id: EventId, counted: SentCount): Promise<CountsReply> {
  const { actor, doors, requestId } = context;
  assert(can(actor, "door.scan"), "the route has checked the permission");
  const common = { by: atDoor(actor), requestId, scanId: counted.scan_id };
  if (counted.kind === "click") {
    const gateId = parseId("gate", counted.gate_id);
    return gateId ? doors(id).click({ ...common, gateId, count: counted.count }) : refuse({ code: "not_found" });
  }
  if (!can(actor, "door.override")) return refuse({ code: "forbidden" });
  const { reason } = counted;
  if (counted.kind === "sweep") return doors(id).correct({ ...common, to: "sweep", reason });
  const gates = parseGates(counted.gates);
  return gates === null ? refuse({ code: "not_found" }) : doors(id).correct({ ...common, to: { gates }, reason });
}

type InsideBy = { readonly id: GateId; readonly insideBy: number };

/** Null when one of them has no id of a gate. */
function parseGates(sent: Extract<SentCount, { kind: "set" }>["gates"]): readonly InsideBy[] | null {
  const gates = sent.flatMap(({ gate_id, inside_by: insideBy }): readonly InsideBy[] => {
    const id = parseId("gate", gate_id);
    return id ? [{ id, insideBy }] : [];
  });
  return gates.length < sent.length ? null : gates;
}
