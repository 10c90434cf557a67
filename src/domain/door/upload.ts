// What a scanner did without the door, as it reaches the door later (rules D4, D19, D20): what happened is never refused.
// Times are epoch ms.

import type { GateId, ScanId } from "../ids.ts";
import { type Breach, type PassRow } from "./rows.ts";
import type { Direction } from "./scan.ts";
import { admissionOf, type DoorTerms } from "./terms.ts";

/** What a scan is about: the same `scanId` is only ever of the same (rule D4). */
export type ScanSubject = {
  readonly serial: number;
  readonly generation: number | null;
  readonly gateId: GateId;
  readonly direction: Direction;
};

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
 * A passage that a scanner decided alone. `at`: its time, which is the door's as far as it knows that; `clockUnsure`: it
 * went by a wall clock (rule D20).
 */
export type Upload = ScanSubject & {
  readonly scanId: ScanId;
  readonly at: number;
  readonly deviceId: string;
  readonly counter: number;
  readonly typeNumber: number | null;
  readonly clockUnsure: boolean;
};

/** `lastOnline`: the device's last row that the door decided, by its counter. `against`: the door had refused this scan. */
export type Arrival = {
  readonly receivedAt: number;
  readonly lastOnline: { readonly at: number; readonly counter: number } | null;
  readonly against: boolean;
};

/** The row of an upload. It keeps what the rules say of it now, so that later terms change nothing of it. */
export function rowOfUpload(upload: Upload, terms: DoorTerms, arrival: Arrival): PassRow {
  const { scanId, at, deviceId, counter, gateId, generation, typeNumber, direction } = upload;
  const { entry, admits } = admissionOf(terms, typeNumber);
  const kind = direction === "in" ? "entry" : "exit";
  const breaches = breachesOf(upload, terms, arrival);
  return {
    scanId,
    at,
    deviceId,
    counter,
    kind,
    gateId,
    decided: "alone",
    generation,
    entry,
    persons: admits,
    breaches,
  };
}

function breachesOf(upload: Upload, terms: DoorTerms, arrival: Arrival): Breach[] {
  const breaches: Breach[] = [];
  if (upload.direction === "in") {
    const { gates, windows } = admissionOf(terms, upload.typeNumber);
    if (gates !== null && !gates.includes(upload.gateId)) breaches.push("wrong_gate_entry");
    const isDuring = ({ from, until }: { from: number; until: number }): boolean =>
      from <= upload.at && upload.at < until;
    const doors = { from: terms.doorsOpen, until: terms.endTime };
    if (!isDuring(doors) || windows?.some(isDuring) === false) breaches.push("outside_window_entry");
    if (arrival.against) breaches.push("against_verdict");
  }
  if (isClockOff(upload, arrival)) breaches.push("clock_off");
  return breaches;
}

/** Later than it arrived, or earlier than what the device had done before it. */
function isClockOff({ at, counter, clockUnsure }: Upload, { receivedAt, lastOnline }: Arrival): boolean {
  if (clockUnsure || at > receivedAt) return true;
  return lastOnline !== null && counter > lastOnline.counter && at < lastOnline.at;
}
