// Builds the terms of an event with two open gates and one ticket type, of which a test changes a part.

import { type Admission, DEFAULT_ADMISSION } from "../../../src/domain/door/admission.ts";
import { type EventTerms, hashEventTerms } from "../../../src/domain/door/event-terms.ts";
import { sha256Hex } from "../../../src/shared/sha256.ts";
import { EVENT, HOUR, idOf, ORGANIZATION } from "../builders.ts";
import { NORTH, NOW, SOUTH, TERMS } from "./cases.ts";

export const VENUE = idOf("ven", "hall");

export type TermsParts = {
  readonly rules?: Partial<EventTerms["rules"]>;
  readonly admission?: Partial<Admission>;
  readonly terms?: Partial<EventTerms>;
};

/** Two open gates and a type with re-entry of number 1. */
export function eventTerms({ rules, admission, terms }: TermsParts = {}): EventTerms {
  const gates = [NORTH, SOUTH].map((id) => ({ id, status: "open", capacity: null }) as const);
  const types = [{ number: 1, admission: { ...DEFAULT_ADMISSION, entry: "reentry" as const, ...admission } }];
  const said = {
    ...{ eventId: EVENT, organizationId: ORGANIZATION, venueId: VENUE, version: 1, epoch: 0 },
    rules: { ...TERMS, gates, types, ...rules },
    ...{ typeIds: [{ number: 1, id: idOf("tt", "general") }], keys: [], nearby: [], nearbyAt: NOW - HOUR },
    ...terms,
  };
  return { hash: hashEventTerms(said, sha256Hex), ...said };
}
