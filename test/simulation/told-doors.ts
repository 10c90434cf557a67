// Doors that only keep what they are told, by the rule that terms are taken by (rule X6): who scans is no part of a world.

import type { Doors } from "../../src/door/client.ts";
import { compareEventTerms, type EventTerms } from "../../src/domain/door/event-terms.ts";
import type { EventId } from "../../src/domain/ids.ts";
import { accept, refuse } from "../../src/domain/result.ts";

const AWAY = refuse({ code: "temporarily_unavailable", retryAfterSeconds: 1 } as const);
const CONFLICT = refuse({ code: "version_conflict" } as const);

/** `known`: the terms that each has. */
export type ToldDoors = { readonly doors: Doors; readonly known: ReadonlyMap<EventId, EventTerms> };

export function openToldDoors(): ToldDoors {
  const known = new Map<EventId, EventTerms>();
  const doors: Doors = (eventId) => ({
    scan: () => Promise.resolve(AWAY),
    undo: () => Promise.resolve(AWAY),
    click: () => Promise.resolve(AWAY),
    correct: () => Promise.resolve(AWAY),
    counts: () => Promise.resolve(AWAY),
    judge: () => Promise.resolve(AWAY),
    log: () => Promise.resolve(AWAY),
    shown: () => Promise.resolve(AWAY),
    terms: async (terms) => {
      if (terms === null) return accept({ version: 0 });
      if (compareEventTerms(terms, known.get(eventId) ?? null) === "old") return CONFLICT;
      known.set(eventId, terms);
      return accept({ version: terms.version });
    },
  });
  return { doors, known };
}
