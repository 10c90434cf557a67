// The log of a door (rule D1): a row a scan, whatever its verdict, with the counts after it, in a chain of hashes. Times
// are epoch ms, counts persons.

import type { GateId, ScanId } from "../ids.ts";
import type { Sha256Hex } from "../ledger/chain.ts";
import { type Counts, type GateCounts, NO_COUNTS } from "./counts.ts";
import type { Direction } from "./scan.ts";

export const DOOR_KINDS = ["terms", "entry", "exit", "undo", "count", "set", "sweep", "revoke", "lease"] as const;
/**
 * `entry` and `exit` are scans, also those that were refused; `terms`: the rules changed; `undo` takes back the row of `ref`;
 * `count` is a clicker's; `set` and `sweep` say who is inside (rule D16); `revoke` is what its order's home did with a ticket
 * (rules N8 to N10), and `lease` what a scanner may let in alone (rule D12); neither changes a count.
 */
export type DoorKind = (typeof DOOR_KINDS)[number];

/** How a scanner came by a code. */
export const CODE_SOURCES = ["camera", "reader", "typed"] as const;
export type CodeSource = (typeof CODE_SOURCES)[number];

/** `party`: nobody presented a code, the ticket was named beside one that was just let in (rule D13). */
export const SOURCES = [...CODE_SOURCES, "party"] as const;
export type Source = (typeof SOURCES)[number];

/** By whom a scan was decided: the door, a supervisor against the door's verdict, or its scanner alone. */
export const DECIDED_BY = ["door", "override", "alone"] as const;
export type DecidedBy = (typeof DECIDED_BY)[number];

/** The counts of a gate after a row. */
export type GateInRow = GateCounts & { readonly id: GateId };

/**
 * `at`: when it counts; `receivedAt`: when the door heard of it. `scanId` null: no scan. `serial`, `typeNumber` and
 * `generation` are as the code says, which nobody has signed where the verdict says so; of a `revoke` they are the ticket's
 * after it, and `typeNumber` is null where the door had no terms. `verdict`: of a `revoke` or a `lease` what was done, of a scan that was
 * decided alone what its scanner showed. `detail`: JSON, what the verdict says beside its name; of a scan decided alone an
 * `AloneDetail`, of a `lease` a `LeaseDetail`. `reason`: why a supervisor overrode it, or wrote a lease off; of a `revoke` the text for the gate. `letIn`: somebody went in.
 * `ref`: the scan id of the row that it is about, which of a passage that the door had refused is its own. `gates`: of all
 * gates that the row changed, and of every gate in each 256th row. No row has a code (rule N6).
 */
export type DoorRow = {
  readonly seq: number;
  readonly at: number;
  readonly receivedAt: number;
  readonly kind: DoorKind;
  readonly scanId: ScanId | null;
  readonly actor: string;
  readonly requestId: string;
  readonly gateId: GateId | null;
  readonly serial: number | null;
  readonly typeNumber: number | null;
  readonly generation: number | null;
  readonly source: Source | null;
  readonly decided: DecidedBy | null;
  readonly verdict: string | null;
  readonly detail: string | null;
  readonly reason: string | null;
  readonly letIn: boolean;
  readonly ref: ScanId | null;
  readonly inside: number;
  readonly admitted: number;
  readonly gates: readonly GateInRow[];
  readonly hash: string;
};

/** What the last row says: its time, the counts after it, and the end of the chain. */
export type DoorHead = {
  readonly seq: number;
  readonly receivedAt: number;
  readonly counts: Counts;
  readonly hash: string;
};

/** What is left of a log whose rows were deleted (rule D25): the last of them. `begunAt`: when its first row was written. */
export type DoorCheckpoint = DoorHead & { readonly begunAt: number };

export const EMPTY_DOOR: DoorHead = { seq: 0, receivedAt: 0, counts: NO_COUNTS, hash: "" };

/** Each row of such a number has the counts of every gate, so that a wake reads no more rows than these. */
export const FULL_ROW_EVERY = 256;

/** The gates that a row tells of: those whose counts are not as before, or all. */
export function gatesToTell(seq: number, before: Counts, after: Counts): DoorRow["gates"] {
  const known = [...new Set([...before.gates.keys(), ...after.gates.keys()])].sort();
  const counts = (id: GateId): GateCounts => after.gates.get(id) ?? { entries: 0, exits: 0, insideBy: 0 };
  const told = seq % FULL_ROW_EVERY === 0 ? [...after.gates.keys()].sort() : known.filter((id) => differs(id));
  return told.map((id) => ({ id, ...counts(id) }));

  function differs(id: GateId): boolean {
    const [was, is] = [before.gates.get(id), counts(id)];
    return was?.entries !== is.entries || was.exits !== is.exits || was.insideBy !== is.insideBy;
  }
}

/** The head after these rows, the last ones of the log in their order: from a full one on, or from the first after `from`. */
export function headAfter(rows: readonly DoorRow[], from: DoorHead = EMPTY_DOOR): DoorHead {
  const last = rows.at(-1);
  if (last === undefined) return from;
  const gates = new Map<GateId, GateCounts>(from.counts.gates);
  for (const { id, entries, exits, insideBy } of rows.flatMap((row) => row.gates)) {
    if (entries === 0 && exits === 0 && insideBy === 0) gates.delete(id);
    else gates.set(id, { entries, exits, insideBy });
  }
  const { seq, receivedAt, inside, admitted, hash } = last;
  return { seq, receivedAt, counts: { inside, admitted, gates }, hash };
}

export function hashDoorRow(before: string, row: Omit<DoorRow, "hash">, sha256: Sha256Hex): string {
  const { seq, at, receivedAt, kind, scanId, actor, requestId, gateId, serial, typeNumber, generation } = row;
  const { source, decided, verdict, detail, reason, letIn, ref, inside, admitted, gates } = row;
  return sha256(
    JSON.stringify([
      ...[before, seq, at, receivedAt, kind, scanId, actor, requestId, gateId, serial, typeNumber, generation],
      ...[source, decided, verdict, detail, reason, letIn, ref, inside, admitted, gates.map(gateValues)],
    ]),
  );
}

export function gateValues({ id, entries, exits, insideBy }: GateInRow): [GateId, number, number, number] {
  return [id, entries, exits, insideBy];
}

/** The `seq` of the first row that breaks the chain or the sequence after `from`; null when all hold. */
export function firstBrokenDoorRow(
  from: Pick<DoorHead, "seq" | "hash">,
  rows: Iterable<DoorRow>,
  sha256: Sha256Hex,
): number | null {
  let { seq, hash } = from;
  for (const row of rows) {
    if (row.seq !== seq + 1 || row.hash !== hashDoorRow(hash, row, sha256)) return row.seq;
    ({ seq, hash } = row);
  }
  return null;
}

/** The kind of row that a scan in this direction is. */
export function kindOf(direction: Direction): DoorKind {
  return direction === "in" ? "entry" : "exit";
}
