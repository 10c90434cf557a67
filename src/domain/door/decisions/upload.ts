// Decides how a door takes what a scanner did without it (rules D4, D19, D20): what happened is never refused. Times are
// epoch ms.

import type { GateId, ScanId } from "../../ids.ts";
import { must } from "../../result.ts";
import type { DoorRow } from "../rows/door-log.ts";
import type { Breach, PassRow } from "../rows/rows.ts";
import type { Direction } from "../scan.ts";
import { admissionOf, type DoorTerms } from "../terms.ts";

/** What a scan is about. The same `scanId` always belongs to the same subject (rule D4). */
export type ScanSubject = {
  readonly serial: number;
  readonly generation: number | null;
  readonly gateId: GateId;
  readonly direction: Direction;
};

/** Stands for a code that could not be read, since no serial is negative. All such codes count as the same. */
export const NO_SERIAL = -1;

/** The subject of a scan's row. */
export function subjectOf({ serial, generation, gateId, kind }: DoorRow): ScanSubject {
  return {
    serial: serial ?? NO_SERIAL,
    generation,
    gateId: must(gateId, "a scan is at a gate"),
    direction: kind === "exit" ? "out" : "in",
  };
}

const PASSAGES: Readonly<Record<Direction, readonly string[]>> = {
  in: ["admitted", "readmitted"],
  out: ["exited", "exit_unmatched"],
};

/** Whether somebody passes with this verdict; if `direction` is given, in that direction. */
export function letsPass(verdict: string | null, direction?: Direction): boolean {
  const names = direction === undefined ? Object.values(PASSAGES).flat() : PASSAGES[direction];
  return verdict !== null && names.includes(verdict);
}

/**
 * What the door has under a scan id already. `passed`: somebody passed. `overruled`: its scanner has let the person in
 * nevertheless.
 */
export type RecordedScan = ScanSubject & { readonly passed: boolean; readonly overruled: boolean };

/**
 * What it means when a known scan id arrives again: the same verdict without a row (`repeat`); a row that refers to the
 * refused one, since its scanner let the person pass (`against_verdict`); or the id of another scan (`reused`).
 * `passedAlone`: it is an upload in which somebody passed.
 */
export function matchScan(
  recorded: RecordedScan,
  arriving: ScanSubject,
  passedAlone: boolean,
): "repeat" | "against_verdict" | "reused" {
  const { serial, generation, gateId, direction } = arriving;
  const isSameCode = serial === recorded.serial && generation === recorded.generation;
  if (!isSameCode || gateId !== recorded.gateId || direction !== recorded.direction) return "reused";
  return passedAlone && !recorded.passed && !recorded.overruled ? "against_verdict" : "repeat";
}

/**
 * What a scanner decided alone; `passed`: somebody passed. `at`: its time, corrected to the door's as far as it knows that;
 * `clockUnsure`: it is the time of a wall clock (rule D20).
 */
export type Upload = ScanSubject & {
  readonly scanId: ScanId;
  readonly at: number;
  readonly deviceId: string;
  readonly counter: number;
  readonly typeNumber: number | null;
  readonly passed: boolean;
  readonly clockUnsure: boolean;
};

/** `lastOnline`: the last row of the device before this upload, by the device's counter, that the door decided. */
export type Arrival = {
  readonly receivedAt: number;
  readonly lastOnline: { readonly at: number; readonly counter: number } | null;
};

/**
 * How an upload is taken: `repeat` and `reused` as `matchScan` says, against what the door has under its scan id.
 * `new`: with the row of the passage, or none when nobody passed. The row records what the rules say now, so that later
 * terms change nothing of it.
 */
export type Taken =
  | { readonly kind: "new"; readonly pass: PassRow | null }
  | { readonly kind: "repeat" }
  | { readonly kind: "reused" };

export function takeUpload(upload: Upload, recorded: RecordedScan | null, terms: DoorTerms, arrival: Arrival): Taken {
  const match = recorded === null ? "new" : matchScan(recorded, upload, upload.passed);
  if (match === "repeat" || match === "reused") return { kind: match };
  if (!upload.passed) return { kind: "new", pass: null };
  const { scanId, at, deviceId, counter, gateId, generation, typeNumber, direction } = upload;
  const { entry, admits } = admissionOf(terms, typeNumber);
  const pass: PassRow = {
    ...{ scanId, at, deviceId, counter, gateId, generation, entry },
    kind: direction === "in" ? "entry" : "exit",
    decided: "alone",
    persons: admits,
    breaches: breachesOf(upload, terms, arrival, match === "against_verdict"),
  };
  return { kind: "new", pass };
}

function breachesOf(upload: Upload, terms: DoorTerms, arrival: Arrival, isAgainst: boolean): Breach[] {
  const breaches: Breach[] = [];
  if (upload.direction === "in") {
    const { gates, windows } = admissionOf(terms, upload.typeNumber);
    if (gates !== null && !gates.includes(upload.gateId)) breaches.push("wrong_gate_entry");
    const isDuring = ({ from, until }: { from: number; until: number }): boolean =>
      from <= upload.at && upload.at < until;
    const doors = { from: terms.doorsOpen, until: terms.endTime };
    if (!isDuring(doors) || windows?.some(isDuring) === false) breaches.push("outside_window_entry");
    if (isAgainst) breaches.push("against_verdict");
  }
  if (isClockOff(upload, arrival)) breaches.push("clock_off");
  return breaches;
}

/** The time is later than the upload's arrival, or earlier than what the device had done before it. */
function isClockOff({ at, counter, clockUnsure }: Upload, { receivedAt, lastOnline }: Arrival): boolean {
  if (clockUnsure || at > receivedAt) return true;
  return lastOnline !== null && counter > lastOnline.counter && at < lastOnline.at;
}
