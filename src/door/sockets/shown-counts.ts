// The counts of a door as frames show them (rule D10).

import type { DoorBook } from "../../domain/door/book.ts";
import { countsForPeople } from "../../domain/door/rows/counts.ts";
import type { DoorShown } from "../../sockets/protocol.ts";

/** Who is inside as of the last row (rule D10); null for a door without terms, at which nobody was ever scanned. */
export function doorShown({ terms, head }: DoorBook): DoorShown | null {
  if (terms === null) return null;
  const shown = countsForPeople(
    head.counts,
    terms.rules.gates.map(({ id }) => id),
  );
  const gates = shown.gates.map(({ id: gate_id, entries, exits, insideBy: inside_by }) => ({
    ...{ gate_id, entries, exits, inside_by },
  }));
  const capacity = { soft: terms.rules.softCapacity, hard: terms.rules.hardCapacity };
  return { seq: head.seq, inside: shown.inside, admitted: shown.admitted, capacity, gates };
}
