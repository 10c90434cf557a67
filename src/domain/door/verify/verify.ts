// Verifies the log of a door (rules D1, D10): whether each row is in its place and its chain, and whether its verdict and
// its counts follow from the rows before it.

import { runsBack, type Sha256Hex } from "../../ledger/chain.ts";
import { type DoorHead, type DoorRow, EMPTY_DOOR, firstBrokenDoorRow } from "../rows/door-log.ts";
import { openFollower } from "./follow.ts";

/** `seq` is where the log breaks; the rows before it are right. */
export type DoorBreak = { readonly seq: number; readonly why: string };

/** The last row that is right. `inside` is as in the row, and below zero if clickers counted out too many. */
export type DoorVerdict = {
  readonly last: Pick<DoorRow, "seq" | "inside" | "admitted" | "hash">;
  readonly broken: DoorBreak | null;
};

/** A row that was noted outside the log, where somebody who rewrites the log cannot rewrite the note. */
export type NotedRow = Pick<DoorRow, "seq" | "hash">;

export type DoorVerifier = {
  /** False from the first row on that does not follow from those before it. */
  take(row: DoorRow): boolean;
  /** The verdict as if the log ended here. */
  verdict(): DoorVerdict;
};

/**
 * Takes the rows one by one, from the first on, and remembers what a ticket's counts depend on. `from` is the checkpoint of
 * a door that was emptied (rule D25); the rows are then those after it.
 */
export function openDoorVerifier(
  sha256: Sha256Hex,
  noted: readonly NotedRow[] = [],
  from: DoorHead = EMPTY_DOOR,
): DoorVerifier {
  const follower = openFollower(from.counts);
  const { seq, receivedAt, counts, hash } = from;
  let last: Pick<DoorRow, "seq" | "receivedAt" | "inside" | "admitted" | "hash"> = {
    ...{ seq, receivedAt, hash, inside: counts.inside, admitted: counts.admitted },
  };
  const forgery = explainNotNoted(from, noted);
  let broken: DoorBreak | null = forgery === null ? null : { seq, why: forgery };

  function explainBroken(row: DoorRow): string | null {
    if (row.seq !== last.seq + 1) return `row ${row.seq} stands where row ${last.seq + 1} belongs`;
    if (firstBrokenDoorRow(last, [row], sha256) !== null)
      return "its hash is not that of its content after the row before it";
    if (runsBack({ at: last.receivedAt }, row.receivedAt)) return "it was received earlier than the row before it";
    if (from.seq > 0 && row.kind !== "terms") return "an emptied door takes no more rows (rule D25)";
    return follower.take(row) ?? explainNotNoted(row, noted);
  }

  return {
    take(row) {
      if (broken !== null) return false;
      const why = explainBroken(row);
      if (why === null) last = row;
      else broken = { seq: last.seq + 1, why };
      return why === null;
    },
    verdict() {
      const { seq, inside, admitted, hash } = last;
      const missing = noted.find((note) => note.seq > seq);
      const cut = missing && {
        seq: seq + 1,
        why: `row ${missing.seq} of this log was noted, so its last rows are missing`,
      };
      return { last: { seq, inside, admitted, hash }, broken: broken ?? cut ?? null };
    },
  };
}

function explainNotNoted({ seq, hash }: Pick<DoorRow, "seq" | "hash">, noted: readonly NotedRow[]): string | null {
  const other = noted.find((note) => note.seq === seq && note.hash !== hash);
  if (other === undefined) return null;
  return `another row was noted at this place, with the hash ${other.hash}, so the rows up to here were rewritten`;
}
