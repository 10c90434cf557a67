// Replaces doors by stand-ins that keep the terms they are sent, by the rule for terms (rule X6), and judge changes of
// tickets (rule N9). Who scans is no part of a world.

import { UNAVAILABLE } from "../../../../src/domain/errors.ts";
import type { Doors } from "../../../../src/door/client.ts";
import type { JudgeCommand, JudgeReply, TicketChange } from "../../../../src/domain/door/command.ts";
import { compareEventTerms, type EventTerms } from "../../../../src/domain/door/event-terms.ts";
import type { EventId } from "../../../../src/domain/ids.ts";
import { accept, refuse } from "../../../../src/domain/result.ts";

type VoidGroups = Extract<TicketChange, { action: "void" }>["groups"];

const AWAY = refuse(UNAVAILABLE);
const CONFLICT = refuse({ code: "version_conflict" } as const);

/** `known`: the terms that each has. */
export type ToldDoors = {
  readonly doors: Doors;
  readonly known: ReadonlyMap<EventId, EventTerms>;
  /** Nobody was let in, so that all is done; a change that comes again is the same. */
  judge(eventId: EventId, command: Omit<JudgeCommand, "kind">): JudgeReply;
};

export function openToldDoors(): ToldDoors {
  const known = new Map<EventId, EventTerms>();
  const doors: Doors = (eventId) => ({
    scan: () => Promise.resolve(AWAY),
    upload: () => Promise.resolve(AWAY),
    conflicts: () => Promise.resolve(AWAY),
    seeConflict: () => Promise.resolve(AWAY),
    undo: () => Promise.resolve(AWAY),
    click: () => Promise.resolve(AWAY),
    correct: () => Promise.resolve(AWAY),
    counts: () => Promise.resolve(AWAY),
    judge: () => Promise.resolve(AWAY),
    lease: () => Promise.resolve(AWAY),
    writeOff: () => Promise.resolve(AWAY),
    leases: () => Promise.resolve(AWAY),
    log: () => Promise.resolve(AWAY),
    bundle: () => Promise.resolve(AWAY),
    party: () => Promise.resolve(AWAY),
    shown: () => Promise.resolve(AWAY),
    notice: () => Promise.resolve(accept(null)),
    watchForRevocation: () => Promise.resolve(accept(null)),
    recheck: () => Promise.resolve(accept(null)),
    terms: async (terms) => {
      if (terms === null) return accept({ version: 0 });
      if (compareEventTerms(terms, known.get(eventId) ?? null) === "old") return CONFLICT;
      known.set(eventId, terms);
      return accept({ version: terms.version });
    },
  });
  const judged = new Map<string, readonly number[]>();
  const gone = new Set<number>();
  return {
    doors,
    known,
    judge(_, { changeId, change }) {
      const before = judged.get(changeId);
      if (before) return accept({ numbers: before });
      const numbers = change.action === "void" ? voided(change.groups) : [change.ticket.number];
      judged.set(changeId, numbers);
      return accept({ numbers });
    },
  };

  function voided(groups: VoidGroups): number[] {
    const taken = groups.flatMap(({ from, take }) => from.filter(({ serial }) => !gone.has(serial)).slice(-take));
    for (const { serial } of taken) gone.add(serial);
    return taken.map(({ number }) => number).sort((a, b) => a - b);
  }
}
