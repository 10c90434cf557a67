// Decides whose commands a door accepts (rules D9, D21, T1): those of a device of its venue, or of its event alone, while
// the doors may be staffed, and of organisers of its organisation. The Worker has checked what they may do in general.

import type { Refusal } from "../../errors.ts";
import { isListedAtDoors } from "../../events/event.ts";
import type { GateId } from "../../ids.ts";
import { accept, refuse, type Result } from "../../result.ts";
import type { DoorActor } from "../command.ts";
import type { EventTerms } from "../event-terms.ts";
import { takesFacts } from "../terms.ts";

/** The terms, for a caller that may use this door at all; for anybody else the event does not exist. */
export function mayUse(terms: EventTerms | null, by: DoorActor, now: number): Result<EventTerms, Refusal> {
  if (terms === null || terms.organizationId !== by.organizationId) return refuse({ code: "not_found" });
  if (by.device === null) return accept(terms);
  const { eventStatus: status, endTime } = terms.rules;
  const { venueId, eventId = null } = by.device;
  const isIts = venueId === terms.venueId && (eventId === null || eventId === terms.eventId);
  return isIts && isListedAtDoors({ status, endTime }, now) ? accept(terms) : refuse({ code: "not_found" });
}

/**
 * The terms, for a caller that may scan at this gate: a device at its own gate; a device without one, or an organiser, at
 * any gate of the venue.
 */
export function mayScan(
  terms: EventTerms | null,
  by: DoorActor,
  gateId: GateId,
  now: number,
): Result<EventTerms, Refusal> {
  const allowed = mayUse(terms, by, now);
  if (!allowed.ok) return allowed;
  const own = by.device?.gateId ?? null;
  if (own === null && !isGateOf(allowed.value, gateId)) return refuse({ code: "not_found" });
  if (own !== null && own !== gateId) return refuse({ code: "forbidden" });
  return mayTakeBack(terms, by, now);
}

/** The same for what was done at a gate without the door; the gate may have been removed since. */
export function mayUpload(
  terms: EventTerms | null,
  by: DoorActor,
  gateId: GateId,
  now: number,
): Result<EventTerms, Refusal> {
  const isFormer = (by.device?.gateId ?? null) === null && (terms?.formerGates?.includes(gateId) ?? false);
  return isFormer ? mayTakeBack(terms, by, now) : mayScan(terms, by, gateId, now);
}

/** The terms, for a caller that may undo or correct what was counted, at whatever gate. */
export function mayTakeBack(terms: EventTerms | null, by: DoorActor, now: number): Result<EventTerms, Refusal> {
  const allowed = mayUse(terms, by, now);
  return allowed.ok && !takesFacts(allowed.value.rules, now) ? refuse({ code: "door_closed" }) : allowed;
}

function isGateOf({ rules }: EventTerms, gateId: GateId): boolean {
  return rules.gates.some(({ id }) => id === gateId);
}
