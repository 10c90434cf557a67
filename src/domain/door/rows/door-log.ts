// Defines the log of a door (rule D1): one row for each scan, whatever its verdict, with the counts after it, in a chain of
// hashes. Times are epoch ms, counts persons.

import type { GateId, ScanId } from "../../ids.ts";
import type { Sha256Hex } from "../../ledger/chain.ts";
import { type Counts, type GateCounts, NO_COUNTS } from "./counts.ts";
import type { Direction } from "../scan.ts";

export const DOOR_KINDS = ["terms", "entry", "exit", "undo", "count", "set", "sweep", "revoke", "lease"] as const;
/**
 * `entry` and `exit` are scans, refused ones too. `terms`: the rules changed. `undo` undoes the row of `ref`. `count` is a
 * click. `set` and `sweep` say who is inside (rule D16). `revoke` is what an order's home did with a ticket (rules N8 to
 * N10), `lease` what a scanner may let in alone (rule D12); neither changes a count.
 */
export type DoorKind = (typeof DOOR_KINDS)[number];

/** How a scanner got a code. */
export const CODE_SOURCES = ["camera", "reader", "typed"] as const;
export type CodeSource = (typeof CODE_SOURCES)[number];

/** `party`: nobody presented a code; the ticket was named together with one that was just let in (rule D13). */
export const SOURCES = [...CODE_SOURCES, "party"] as const;
export type Source = (typeof SOURCES)[number];

/** Who decided a scan: the door, a supervisor against the door's verdict, or its scanner alone. */
export const DECIDED_BY = ["door", "override", "alone"] as const;
export type DecidedBy = (typeof DECIDED_BY)[number];

/** The counts of a gate after a row. */
export type GateInRow = GateCounts & { readonly id: GateId };

/**
 * `at`: the time that counts; `receivedAt`: when the row reached the door. `scanId`: null when it is no scan. `serial`,
 * `typeNumber` and `generation`: as in the code, which is unsigned if the verdict says so; in a `revoke` those of the
 * ticket after it, where `typeNumber` is null if the door had no terms. `verdict`: in a `revoke` or a `lease` what was
 * done; for a scan that was decided alone what its scanner showed. `detail`: JSON with the facts beside the verdict; for a
 * scan decided alone an `AloneDetail`, in a `lease` a `LeaseDetail`. `reason`: why a supervisor overrode, or wrote a lease
 * off; in a `revoke` the text for the gate. `letIn`: somebody went in. `ref`: the scan id of the row that it refers to; a
 * passage that the door had refused refers to its own. `gates`: all gates that the row changed, and in each 256th row every
 * gate. No row has a code (rule N6).
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

/** What the last row has: its time, the counts after it, and the end of the chain. */
export type DoorHead = {
  readonly seq: number;
  readonly receivedAt: number;
  readonly counts: Counts;
  readonly hash: string;
};

/**
 * What is kept of a log whose rows were deleted (rule D25): its last row, and `begunAt`, when its first row was written.
 */
export type DoorCheckpoint = DoorHead & { readonly begunAt: number };

export const EMPTY_DOOR: DoorHead = { seq: 0, receivedAt: 0, counts: NO_COUNTS, hash: "" };

/** Each row whose number is a multiple of this has the counts of every gate, so that a wake reads at most so many rows. */
export const FULL_ROW_EVERY = 256;

/** The gates in a row: those whose counts have changed, or all. */
export function gatesInRow(seq: number, before: Counts, after: Counts): DoorRow["gates"] {
  const gateIds = [...new Set([...before.gates.keys(), ...after.gates.keys()])].sort();
  const counts = (id: GateId): GateCounts => after.gates.get(id) ?? { entries: 0, exits: 0, insideBy: 0 };
  const inRow = seq % FULL_ROW_EVERY === 0 ? [...after.gates.keys()].sort() : gateIds.filter((id) => differs(id));
  return inRow.map((id) => ({ id, ...counts(id) }));

  function differs(id: GateId): boolean {
    const [was, is] = [before.gates.get(id), counts(id)];
    return was?.entries !== is.entries || was.exits !== is.exits || was.insideBy !== is.insideBy;
  }
}

/**
 * The head after these rows, which are the last of the log in their order, either from one with all gates on or from the
 * first after `from`.
 */
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

/** The `seq` of the first row after `from` that breaks the chain or the sequence; null when none does. */
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

/** The kind of row of a scan in this direction. */
export function kindOf(direction: Direction): DoorKind {
  return direction === "in" ? "entry" : "exit";
}
