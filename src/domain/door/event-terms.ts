// Defines what D1 delivers to the door of an event (rule D2): everything that it needs to decide a scan without D1. Times
// are epoch ms.

import type { EventId, GateId, OrganizationId, TicketTypeId, VenueId } from "../ids.ts";
import type { Sha256Hex } from "../ledger/chain.ts";
import type { PublicKey } from "./tickets/code.ts";
import type { OtherEvent } from "./scan.ts";
import type { DoorTerms } from "./terms.ts";

/**
 * An event of the same organisation within 60 days. Its tickets are recognised, so that they are not called forged, but
 * never admitted.
 */
export type NearbyEvent = OtherEvent & { readonly keys: readonly PublicKey[] };

/**
 * `version` counts the changes of the terms; `epoch` is that of rule X6 and is compared first. `hash` is
 * `hashEventTerms`. `nearbyAt`: when `nearby` was read; it has no version and is read again each day. `formerGates`:
 * gates of earlier terms that no longer exist, which the door adds itself; absent for none.
 */
export type EventTerms = {
  readonly eventId: EventId;
  readonly organizationId: OrganizationId;
  readonly venueId: VenueId;
  readonly version: number;
  readonly epoch: number;
  readonly hash: string;
  readonly rules: DoorTerms;
  /** The ticket types by the number that codes carry. */
  readonly typeIds: readonly { readonly number: number; readonly id: TicketTypeId }[];
  readonly keys: readonly PublicKey[];
  readonly nearby: readonly NearbyEvent[];
  readonly nearbyAt: number;
  readonly formerGates?: readonly GateId[];
};

/** SHA-256 over the content of the terms, without version, epoch and the events nearby. */
export function hashEventTerms(terms: Omit<EventTerms, "version" | "epoch" | "hash">, sha256: Sha256Hex): string {
  const { eventId, organizationId, venueId, rules, typeIds, keys } = terms;
  return sha256(JSON.stringify([eventId, organizationId, venueId, rules, typeIds, keys]));
}

/**
 * How a door that has `known` takes the terms: `new` ones replace them; of the `same` only the events nearby may be newer;
 * `old` ones, and different ones of the same version, come from a history of D1 that a restore has ended (rule X6).
 */
export function compareEventTerms(next: EventTerms, known: EventTerms | null): "new" | "same" | "old" {
  if (known === null || next.epoch > known.epoch) return "new";
  if (next.epoch < known.epoch || next.version < known.version) return "old";
  if (next.version > known.version) return "new";
  return next.hash === known.hash ? "same" : "old";
}

/** The most former gates that are kept, the latest: no venue removes so many in an evening. */
const MAX_FORMER_GATES = 1_000;

/** Adds to `next` the gates of `known` that it does not have, since a scanner alone may have let somebody in there. */
export function withFormerGates(next: EventTerms, known: EventTerms | null): EventTerms {
  const before = [...(known?.formerGates ?? []), ...(known?.rules.gates ?? []).map(({ id }) => id)];
  const formerGates = [...new Set(before)].filter((id) => !next.rules.gates.some((gate) => gate.id === id));
  return formerGates.length === 0 ? next : { ...next, formerGates: formerGates.slice(-MAX_FORMER_GATES) };
}
