// Defines a ticket type's rules of entry (rule D8). They are data, so that the door and a scanner alone run the same
// function, and so that each refusal can be explained. Times are epoch ms.

import type { FieldError } from "../errors.ts";
import type { GateId } from "../ids.ts";

/**
 * `once`: no entry after the first. `reentry`: in again after an exit. `free`: in again at any time, also without an exit.
 */
export const ENTRY_KINDS = ["once", "reentry", "free"] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** Half-open: open while `from <= now < until`. */
export type Window = { readonly from: number; readonly until: number };

/** `gates` null: all gates. `windows` null: from the doors' opening to the end. Any other null: no limit. */
export type Admission = {
  readonly entry: EntryKind;
  readonly gates: readonly GateId[] | null;
  readonly windows: readonly Window[] | null;
  readonly per_day: number | null;
  readonly max_entries: number | null;
  readonly gap_minutes: number | null;
  /** Persons that one ticket lets in together, 1 to 20. */
  readonly admits: number;
};

export const DEFAULT_ADMISSION: Admission = {
  entry: "once",
  gates: null,
  windows: null,
  per_day: null,
  max_entries: null,
  gap_minutes: null,
  admits: 1,
};
const STANDARD = JSON.stringify(DEFAULT_ADMISSION);

export const MAX_ADMITS = 20;
/** The bound of `per_day` and `max_entries`. */
export const MAX_ENTRIES = 10_000;
/** A week. */
export const MAX_GAP_MINUTES = 10_080;
/** How many gates, and how many windows, one type may name. */
export const MAX_NAMED = 100;
const LIMITS = ["per_day", "max_entries", "gap_minutes"] as const;

/** The rules as a client sends them: it is not yet known whether the gates exist. */
export type SentAdmission = Omit<Admission, "gates"> & { readonly gates: readonly string[] | null };

/**
 * The rules as they are stored: JSON, the same text for the same rules; null for the standard ones. The statement that
 * writes them checks whether the gates exist.
 */
export function admissionText(admission: SentAdmission | null): string | null {
  if (admission === null) return null;
  const { entry, gates, windows, per_day, max_entries, gap_minutes, admits } = admission;
  const ordered = windows?.map(({ from, until }) => ({ from, until })) ?? null;
  const text = JSON.stringify({ entry, gates, windows: ordered, per_day, max_entries, gap_minutes, admits });
  return text === STANDARD ? null : text;
}

/** Parses a text of `admissionText`. */
export function admissionFrom(text: string | null): Admission {
  // The cast holds, since nothing else writes such a text.
  return text === null ? DEFAULT_ADMISSION : (JSON.parse(text) as Admission);
}

/** What is wrong with the rules, each at its path; empty when they are valid. */
export function admissionErrors(admission: SentAdmission): FieldError[] {
  return [...limitErrors(admission), ...gateErrors(admission.gates), ...windowErrors(admission.windows)];
}

function limitErrors(admission: SentAdmission): FieldError[] {
  const errors = LIMITS.flatMap((path) => {
    const limit = admission[path];
    if (limit === null) return [];
    if (admission.entry === "once") return [{ path, message: "A ticket that enters once cannot have this limit" }];
    return isWhole(limit) && limit >= 1 ? [] : [{ path, message: "Must be a whole number of at least 1" }];
  });
  const { admits } = admission;
  if (isWhole(admits) && admits >= 1 && admits <= MAX_ADMITS) return errors;
  return [...errors, { path: "admits", message: `Must be a whole number of 1 to ${MAX_ADMITS}` }];
}

function gateErrors(gates: SentAdmission["gates"]): FieldError[] {
  if (gates === null) return [];
  if (gates.length === 0) return [{ path: "gates", message: "Must name a gate, or be null for all" }];
  return new Set(gates).size === gates.length ? [] : [{ path: "gates", message: "Must name each gate once" }];
}

function windowErrors(windows: Admission["windows"]): FieldError[] {
  if (windows === null) return [];
  if (windows.length === 0) return [{ path: "windows", message: "Must have a window, or be null for the whole event" }];
  return windows.flatMap(({ from, until }, index) => {
    const before = windows[index - 1];
    if (from >= until) return [{ path: `windows.${index}.until`, message: "Must be after the window's beginning" }];
    const isAfter = before === undefined || before.until <= from;
    return isAfter
      ? []
      : [{ path: `windows.${index}.from`, message: "Must not be before the end of the window before" }];
  });
}

/**
 * The windows in which nobody could ever enter, since the event's doors are open only while `doors.from <= now <
 * doors.until`, each at its path (rule D8).
 */
export function closedWindows(windows: Admission["windows"], doors: Window): FieldError[] {
  return (windows ?? []).flatMap(({ from, until }, index) => {
    if (from >= doors.until) return [{ path: `windows.${index}.from`, message: "Not before the event ends" }];
    if (until <= doors.from) return [{ path: `windows.${index}.until`, message: "Not after the doors open" }];
    return [];
  });
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value);
}
