// Writes the part of a world's catalogue that the door needs (theme `door`): gates, keys, few places, and each ticket
// type's admission. A world without the theme has none of it.

import type { Admission } from "../../../../src/domain/door/admission.ts";
import { DEFAULT_ADMISSION } from "../../../../src/domain/door/admission.ts";
import { type EventId, type GateId, idFrom } from "../../../../src/domain/ids.ts";
import { sha256Bytes } from "../../../support/builders.ts";
import { type Catalogue, GATE_ID, VENUE_ID } from "./on-sale.ts";
import type { Dice } from "../../platform/dice.ts";
import { KEY_NUMBER, publicKeyOf } from "../../platform/stand-ins/ticket-signer.ts";
import type { World } from "../world.ts";

export const GATES: readonly GateId[] = [GATE_ID, idFrom("gate", sha256Bytes("back door"))];
const MINUTE = 60_000;

export function seedDoor({ d1, dice, themes, scheduler }: World, { organizationId, typeIds }: Catalogue): void {
  if (!themes.has("door")) return;
  const now = scheduler.now();
  for (const [at, id] of GATES.entries())
    d1.look(
      `INSERT INTO gates (id, venue_id, organization_id, gate_code, name, status, capacity, created_at, updated_at)
       VALUES (?, ?, ?, ?, 'Gate', ?, ?, ?, ?)`,
      ...[id, VENUE_ID, organizationId, `G${at}`, at > 0 && dice.chance(0.2) ? "closed" : "open"],
      ...[dice.maybe([3, 5]), now, now],
    );
  const capacity = dice.pick([5, 9, 14, 40]);
  d1.look("UPDATE venues SET capacity = ? WHERE id = ?", capacity, VENUE_ID);
  const doorsOpen = now + dice.pick([-60 * MINUTE, -60 * MINUTE, dice.between(0, 2 * MINUTE)]);
  const soft = dice.maybe([dice.between(2, capacity)]);
  d1.look("UPDATE events SET capacity = ?, doors_open = ?, admission_capacity = ?", capacity, doorsOpen, soft);
  for (const { id } of d1.look("SELECT id FROM events"))
    d1.look(
      `INSERT INTO ticket_keys (event_id, n, public_key, status, secret_id, created_at) VALUES (?, ?, ?, ?, 'one', ?)`,
      ...[String(id), KEY_NUMBER, publicKeyOf(id as EventId), dice.pick(["active", "active", "accepted"]), now],
    );
  for (const [at, id] of typeIds.entries()) {
    const admission = drawAdmission(dice);
    const text = JSON.stringify(admission) === JSON.stringify(DEFAULT_ADMISSION) ? null : JSON.stringify(admission);
    d1.look("UPDATE ticket_types SET number = ?, admission = ? WHERE id = ?", at + 1, text, id);
    if (!themes.has("small"))
      d1.look("UPDATE ticket_types SET total_quantity = ? WHERE id = ?", dice.pick([8, 14]), id);
  }
}

function drawAdmission(dice: Dice): Admission {
  const entry = dice.pick(["once", "once", "reentry", "reentry", "free"] as const);
  const limits = { max_entries: dice.maybe([2]), gap_minutes: dice.chance(0.3) ? 1 : null };
  const [gate] = GATES;
  return {
    ...{ ...DEFAULT_ADMISSION, ...(entry !== "once" && limits), entry },
    gates: gate && dice.chance(0.15) ? [gate] : null,
    admits: dice.pick([1, 1, 2, 3]),
  };
}
