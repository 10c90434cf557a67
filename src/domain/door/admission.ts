// What a ticket type admits to (rule D8): declarative, so that the door and a scanner alone run the same function and
// each refusal explains itself. Times are epoch ms.

import type { FieldError } from "../errors.ts";
import type { GateId } from "../ids.ts";

/** `once`: in, and not again. `reentry`: in again after an exit. `free`: in again at any time, also without an exit. */
export type EntryKind = "once" | "reentry" | "free";

/** Half-open: open while `from <= now < until`. */
export type Window = { readonly from: number; readonly until: number };

/** `gates` null: all. `windows` null: from the doors' opening to the end. The other nulls: no limit. */
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

export const MAX_ADMITS = 20;
const LIMITS = ["per_day", "max_entries", "gap_minutes"] as const;

/** What is wrong with the rules, each at its path; none when they can be kept. */
export function admissionErrors(admission: Admission): FieldError[] {
  return [...limitErrors(admission), ...gateErrors(admission.gates), ...windowErrors(admission.windows)];
}

function limitErrors(admission: Admission): FieldError[] {
  const errors = LIMITS.flatMap((path) => {
    const limit = admission[path];
    if (limit === null) return [];
    if (admission.entry === "once") return [{ path, message: "A ticket that enters once has no such limit" }];
    return isWhole(limit) && limit >= 1 ? [] : [{ path, message: "Must be a whole number of at least 1" }];
  });
  const { admits } = admission;
  if (isWhole(admits) && admits >= 1 && admits <= MAX_ADMITS) return errors;
  return [...errors, { path: "admits", message: `Must be a whole number of 1 to ${MAX_ADMITS}` }];
}

function gateErrors(gates: Admission["gates"]): FieldError[] {
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

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value);
}
