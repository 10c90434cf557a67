// Collects what the rows of a door's log have shown so far, for its verification: counts, passages, and rules.

import type { ScanId } from "../../ids.ts";
import { addCounts, type Counts, subtractCounts } from "./counts.ts";
import type { LeaseDetail } from "../decisions/decide-lease.ts";
import type { DoorRow } from "./door-log.ts";
import { type FoldedTicket, foldTicket } from "./fold.ts";
import type { Guess, ObservedRules } from "../decisions/observed-rules.ts";
import type { BarrierRow, CountRow, PassRow, RevokeRow, UndoRow } from "./rows.ts";

/** Somebody passed. `rule` names the type's rules as they were then. `persons`: how many went through the gate, by its row. */
export type Pass = {
  readonly row: Omit<PassRow, "entry" | "persons">;
  readonly rule: string;
  readonly persons: number;
};
export type TicketRows = {
  readonly passes: readonly Pass[];
  readonly undos: readonly UndoRow[];
  readonly revokes: readonly RevokeRow[];
};

/** What an undo, and a repeated scan id, needs of a row. */
export type RowRef = Pick<DoorRow, "seq" | "kind" | "scanId" | "gateId" | "serial" | "typeNumber" | "generation">;

/** A ticket, and the time of its entry. */
export type LetIn = { readonly serial: number; readonly at: number };

/** What the rows so far have shown. */
export type LogFacts = {
  counts: Counts;
  /** The last row of terms. */
  termsSeq: number;
  readonly rules: ObservedRules;
  readonly tickets: Map<number, TicketRows>;
  readonly scans: Map<ScanId, RowRef>;
  readonly undos: Map<ScanId, readonly UndoRow[]>;
  readonly clicks: Map<ScanId, CountRow>;
  /** Whom each scanner has let in through the door, by the scanner's id, in the order of the rows. */
  readonly letIn: Map<string, LetIn[]>;
  barriers: readonly BarrierRow[];
  /** How many persons scans have drawn from the lease of each device, and each lease as in its last row. */
  readonly drawn: Map<string, number>;
  readonly leases: Map<string, LeaseDetail>;
};

/** What a row must come to; `adopt` makes it part of the facts. */
export type Expected = { readonly counts: Counts; readonly adopt?: () => void };
/** A text says why the row is impossible. */
export type Outcome = Expected | string;

/** The name of the rules that the type of a row had at that time. */
export function ruleOf({ termsSeq }: Pick<LogFacts, "termsSeq">, { typeNumber }: DoorRow): string {
  return `${termsSeq}.${typeNumber}`;
}

const UNKNOWN: TicketRows = { passes: [], undos: [], revokes: [] };

export function ticketOf({ tickets }: LogFacts, serial: number | null): TicketRows {
  return (serial === null ? undefined : tickets.get(serial)) ?? UNKNOWN;
}

export function folded(
  { passes, undos, revokes }: TicketRows,
  barriers: readonly BarrierRow[],
  guess: Guess,
): FoldedTicket {
  // Days are left out, since the day of an entry changes no counts.
  return foldTicket([...passes.map((pass) => passRow(pass, guess)), ...undos, ...revokes], barriers, []);
}

export function passRow({ row, rule, persons }: Pass, guess: Guess): PassRow {
  const { free, admits } = guess.rule(rule);
  return { ...row, entry: free === true ? "free" : "reentry", persons: admits ?? persons };
}

/** The event's counts when the part of a ticket changes. */
export function withPart(counts: Counts, before: FoldedTicket, after: FoldedTicket): Counts {
  return addCounts(subtractCounts(counts, before.part), after.part);
}

/** What the row records beside its verdict; empty when it is not JSON. */
export function detailOf({ detail }: Pick<DoorRow, "detail">): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(detail ?? "{}")) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
