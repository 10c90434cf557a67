// What D1 tells the door of an event (rule D2): all that it needs to decide a scan without D1. Times are epoch ms.

import type { EventId, GateId, OrganizationId, TicketTypeId, VenueId } from "../ids.ts";
import type { Sha256Hex } from "../ledger/chain.ts";
import type { PublicKey } from "./code.ts";
import type { OtherEvent } from "./scan.ts";
import type { DoorTerms } from "./terms.ts";

/** An event of the same organisation within 60 days: its tickets are told from forged ones, and never admitted. */
export type NearbyEvent = OtherEvent & { readonly keys: readonly PublicKey[] };

/**
 * `version` counts the changes of what the door must know, `epoch` is that of rule X6 and counts before it. `hash` is
 * `hashEventTerms`. `nearbyAt`: when `nearby` was read, which has no version: it is read again each day. `formerGates`: those
 * of earlier terms that are there no more, as the door notes them itself; absent: none.
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

/** SHA-256 over all that the terms say, but not over how they are numbered, nor over other events. */
export function hashEventTerms(terms: Omit<EventTerms, "version" | "epoch" | "hash">, sha256: Sha256Hex): string {
  const { eventId, organizationId, venueId, rules, typeIds, keys } = terms;
  return sha256(JSON.stringify([eventId, organizationId, venueId, rules, typeIds, keys]));
}

/**
 * How terms are to be taken by a door that has `known`: `new` ones replace them; of the `same` only the nearby events may
 * be newer; `old` ones, and others of the same version, come out of a history of D1 that is not the door's (rule X6).
 */
export function compareEventTerms(next: EventTerms, known: EventTerms | null): "new" | "same" | "old" {
  if (known === null || next.epoch > known.epoch) return "new";
  if (next.epoch < known.epoch || next.version < known.version) return "old";
  if (next.version > known.version) return "new";
  return next.hash === known.hash ? "same" : "old";
}

/** So many former gates are noted, the latest: no venue takes away so many in an evening. */
const MAX_FORMER_GATES = 1_000;

/** `next` as the door keeps them after `known`: with the gates at which a scanner alone may have let somebody in. */
export function withFormerGates(next: EventTerms, known: EventTerms | null): EventTerms {
  const before = [...(known?.formerGates ?? []), ...(known?.rules.gates ?? []).map(({ id }) => id)];
  const formerGates = [...new Set(before)].filter((id) => !next.rules.gates.some((gate) => gate.id === id));
  return formerGates.length === 0 ? next : { ...next, formerGates: formerGates.slice(-MAX_FORMER_GATES) };
}
