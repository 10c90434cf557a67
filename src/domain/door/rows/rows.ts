// Defines the rows of a door from which states and counts follow (rules D1, D14, D16, D19); each is a fact that stays.
// Times are epoch ms, numbers persons.

import type { GateId, ScanId } from "../../ids.ts";
import type { EntryKind } from "../admission.ts";

/**
 * Rows are ordered by `at`, then `deviceId`, then the device's own `counter`, then `scanId`. `deviceId` names the
 * author of the row: a device, a member, a key, or the door itself. The times of the rows that a door decides of one
 * ticket grow, so that these are folded in the order in which they were decided.
 */
type Row = { readonly scanId: ScanId; readonly at: number; readonly deviceId: string; readonly counter: number };

/** How a row that its scanner decided alone broke the rules; recorded in the row (rule D19). */
export const BREACHES = ["wrong_gate_entry", "outside_window_entry", "against_verdict", "clock_off"] as const;
export type Breach = (typeof BREACHES)[number];

/**
 * Somebody passed. `decided`: by the door, by its scanner alone, or by a supervisor against a verdict. `entry` and
 * `persons` are the type's at that time: a later change of the rules changes no row.
 */
export type PassRow = Row & {
  readonly kind: "entry" | "exit";
  readonly gateId: GateId;
  readonly decided: "door" | "alone" | "override";
  readonly generation: number | null;
  readonly entry: EntryKind;
  readonly persons: number;
  readonly breaches: readonly Breach[];
};

/** Undoes the row of `ref`, which may arrive later. */
export type UndoRow = Row & { readonly kind: "undo"; readonly ref: ScanId; readonly bySupervisor: boolean };

/** `unlessEntered`: decided because nobody had entered, as far as the door knew; false when it was forced. */
export type RevokeEffect =
  | { readonly action: "void"; readonly note: string | null; readonly unlessEntered: boolean }
  | { readonly action: "block"; readonly note: string | null }
  | { readonly action: "unblock" }
  | { readonly action: "reissue"; readonly generation: number }
  | { readonly action: "attention"; readonly text: string | null };

/** What an order's home did with the ticket (rules N8 to N10). */
export type RevokeRow = Row & { readonly kind: "revoke" } & RevokeEffect;

export type TicketRow = PassRow | UndoRow | RevokeRow;

export function isPass(row: TicketRow): row is PassRow {
  return row.kind === "entry" || row.kind === "exit";
}

/** A click: `by` persons, 1 to 50 in or -1 to -50 out, at a gate. */
export type CountRow = Row & { readonly kind: "count"; readonly gateId: GateId; readonly by: number };

/**
 * A barrier in time (rule D16): from then on `inside` persons are inside, and `gates` says at which gates they entered
 * last. A `sweep` empties the place, so each ticket is outside too.
 */
export type BarrierRow = Row &
  (
    | { readonly kind: "sweep" }
    | { readonly kind: "set"; readonly inside: number; readonly gates: ReadonlyMap<GateId, number> }
  );

/** The order in which rows are folded, whatever order they arrived in. */
export function compareRows(a: Row, b: Row): number {
  return a.at - b.at || compareText(a.deviceId, b.deviceId) || a.counter - b.counter || compareText(a.scanId, b.scanId);
}

/** For this long a scanner may undo its own row; a supervisor may at any time. */
export const UNDO_MS = 10 * 60_000;

/** The rows that no row of `undos` undoes (rule D14), each scan once, in the order of the fold. */
export function effectiveRows<R extends PassRow | CountRow>(rows: Iterable<R>, undos: readonly UndoRow[]): R[] {
  const effective = new Map<ScanId, R>();
  for (const row of rows) {
    const best = effective.get(row.scanId);
    if (best === undefined || isBetter(row, best)) effective.set(row.scanId, row);
  }
  return [...effective.values()].filter((row) => !undos.some((undo) => takesBack(undo, row))).sort(compareRows);
}

function takesBack(undo: UndoRow, row: PassRow | CountRow): boolean {
  if (undo.ref !== row.scanId) return false;
  return undo.bySupervisor || (undo.deviceId === row.deviceId && Math.abs(undo.at - row.at) < UNDO_MS);
}

/** A door keeps one passage of a scan. If there are two, the one that it decided itself is taken. */
function isBetter(row: PassRow | CountRow, best: PassRow | CountRow): boolean {
  const isAlone = (each: PassRow | CountRow): boolean => each.kind !== "count" && each.decided === "alone";
  return isAlone(row) === isAlone(best) ? compareRows(row, best) < 0 : isAlone(best);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
