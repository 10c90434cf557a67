// What a scanner did without the door, as it reaches the door later (rules D4, D19, D20): what happened is never refused.
// Times are epoch ms.

import type { GateId, ScanId } from "../ids.ts";
import { must } from "../result.ts";
import type { DoorRow } from "./door-log.ts";
import type { Breach, PassRow } from "./rows.ts";
import type { Direction } from "./scan.ts";
import { admissionOf, type DoorTerms } from "./terms.ts";

/** What a scan is about: the same `scanId` is only ever of the same (rule D4). */
export type ScanSubject = {
  readonly serial: number;
  readonly generation: number | null;
  readonly gateId: GateId;
  readonly direction: Direction;
};

/** No serial is negative: what cannot be read is of no ticket, and one such code is like the other. */
export const NO_SERIAL = -1;

/** What the row of a scan is about. */
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

/** Whether somebody passes by this verdict; of one direction, if that is given. */
export function letsPass(verdict: string | null, direction?: Direction): boolean {
  const names = direction === undefined ? Object.values(PASSAGES).flat() : PASSAGES[direction];
  return verdict !== null && names.includes(verdict);
}

/** What the door has of a scan id already. `passed`: it let pass. `overruled`: its scanner has let in nevertheless. */
export type KnownScan = ScanSubject & { readonly passed: boolean; readonly overruled: boolean };

/**
 * What a scan id that the door has already means when it comes again: the same verdict and no row (`repeat`); a row that
 * refers to the refused one, since its scanner let the person pass (`against_verdict`); or another scan's id (`reused`).
 * `passedAlone`: it is an upload by which somebody passed.
 */
export function matchScan(
  known: KnownScan,
  arriving: ScanSubject,
  passedAlone: boolean,
): "repeat" | "against_verdict" | "reused" {
  const { serial, generation, gateId, direction } = arriving;
  const isSameCode = serial === known.serial && generation === known.generation;
  if (!isSameCode || gateId !== known.gateId || direction !== known.direction) return "reused";
  return passedAlone && !known.passed && !known.overruled ? "against_verdict" : "repeat";
}

/**
 * What a scanner decided alone; `passed`: by it somebody passed. `at`: its time, which is the door's as far as it knows
 * that; `clockUnsure`: it went by a wall clock (rule D20).
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

/** `lastOnline`: of the device's rows that the door decided, the last one before this upload by the device's counter. */
export type Arrival = {
  readonly receivedAt: number;
  readonly lastOnline: { readonly at: number; readonly counter: number } | null;
};

/**
 * How an upload is taken; `known`: what the door has of its scan id. `new`: with the row of the passage, or none when
 * nobody passed. The row keeps what the rules say of it now, so that later terms change nothing of it.
 */
export type Taken =
  | { readonly kind: "new"; readonly pass: PassRow | null }
  | { readonly kind: "repeat" }
  | { readonly kind: "reused" };

export function takeUpload(upload: Upload, known: KnownScan | null, terms: DoorTerms, arrival: Arrival): Taken {
  const match = known === null ? "new" : matchScan(known, upload, upload.passed);
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

/** Later than it arrived, or earlier than what the device had done before it. */
function isClockOff({ at, counter, clockUnsure }: Upload, { receivedAt, lastOnline }: Arrival): boolean {
  if (clockUnsure || at > receivedAt) return true;
  return lastOnline !== null && counter > lastOnline.counter && at < lastOnline.at;
}
