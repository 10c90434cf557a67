// Defines crew codes (rule D22): how many devices they make, until when, and why a code makes no more. Times are epoch ms.

import type { Refusal } from "../errors.ts";
import { KEPT_AFTER_END_MS } from "../events/event.ts";
import type { CrewCodeId, EventId, GateId, OrganizationId, UserId, VenueId } from "../ids.ts";

export const CREW_CODE_USES = { min: 1, max: 200 } as const;
/** A code lasts at most this long. */
export const CREW_CODE_MS = 48 * 60 * 60_000;
/** How many codes of an event may be open at a time. */
export const MAX_OPEN_CREW_CODES = 50;

/**
 * A code with everything that decides whether it makes a device. `isGiven`: its creator still has the right to it. `used`:
 * how many devices it made, revoked ones too, so that a lost phone gives no use back.
 */
export type FoundCrewCode = {
  readonly id: CrewCodeId;
  readonly organizationId: OrganizationId;
  readonly eventId: EventId;
  readonly venueId: VenueId;
  readonly gateId: GateId | null;
  readonly creatorId: UserId | null;
  readonly uses: number;
  readonly used: number;
  readonly expiresAt: number;
  readonly endedAt: number | null;
  readonly eventEnd: number;
  readonly isGiven: boolean;
  readonly isSuspended: boolean;
};

/** When the devices that were paired for an event with this end expire. */
export function crewDeviceEnd(eventEnd: number): number {
  return eventEnd + KEPT_AFTER_END_MS;
}

/**
 * Whether the devices of the code no longer count at `now`: its creator has lost the right to it, or its event is long
 * over.
 */
export function isWithdrawn({ isGiven, eventEnd }: FoundCrewCode, now: number): boolean {
  return !isGiven || now >= crewDeviceEnd(eventEnd);
}

/** The first reason why the code makes no device at `now`; null when it may. */
export function explainNoDevice(code: FoundCrewCode, now: number): Refusal | null {
  if (code.isSuspended) return { code: "organization_suspended" };
  if (code.endedAt !== null || isWithdrawn(code, now)) return { code: "crew_code_refused", reason: "ended" };
  if (now >= code.expiresAt) return { code: "crew_code_refused", reason: "expired" };
  return code.used >= code.uses ? { code: "crew_code_refused", reason: "used_up" } : null;
}
