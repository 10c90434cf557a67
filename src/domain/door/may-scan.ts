// Whom a door answers (rules D9, D21, T1): a device of its venue while the event is seen at doors, and organisers of its
// organisation. What somebody may do at all, the Worker has judged.

import type { Refusal } from "../errors.ts";
import { isSeenAtDoors } from "../event.ts";
import type { GateId } from "../ids.ts";
import { accept, refuse, type Result } from "../result.ts";
import type { DoorActor } from "./command.ts";
import type { EventTerms } from "./event-terms.ts";
import { takesFacts } from "./terms.ts";

/** The terms, for whoever may ask this door anything; to anybody else the event does not exist. */
export function mayAsk(terms: EventTerms | null, by: DoorActor, now: number): Result<EventTerms, Refusal> {
  if (terms === null || terms.organizationId !== by.organizationId) return refuse({ code: "not_found" });
  if (by.device === null) return accept(terms);
  const { eventStatus: status, endTime } = terms.rules;
  const isThere = by.device.venueId === terms.venueId && isSeenAtDoors({ status, endTime }, now);
  return isThere ? accept(terms) : refuse({ code: "not_found" });
}

/** The terms, for whoever may scan at this gate: a device at its own, an organiser at any of the venue. */
export function mayScan(
  terms: EventTerms | null,
  by: DoorActor,
  gateId: GateId,
  now: number,
): Result<EventTerms, Refusal> {
  const asked = mayAsk(terms, by, now);
  if (!asked.ok) return asked;
  const isOwn = by.device === null ? isGateOf(asked.value, gateId) : by.device.gateId === gateId;
  if (!isOwn) return refuse(by.device === null ? { code: "not_found" } : { code: "forbidden" });
  return takesFacts(asked.value.rules, now) ? asked : refuse({ code: "door_closed" });
}

function isGateOf({ rules }: EventTerms, gateId: GateId): boolean {
  return rules.gates.some(({ id }) => id === gateId);
}
