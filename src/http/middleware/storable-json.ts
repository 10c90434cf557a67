// Refuses JSON that a store would not return unchanged, at its path. Read back it would differ, and a repeat would be taken
// for another request (rule H8).

import type { FieldError } from "../../domain/errors.ts";
import { MAX_ERRORS, pointer } from "./validation.ts";

/** A number with more digits than a double holds, or with an exponent; only these need a closer check. */
const MAY_BE_CHANGED = /\d[eE]|[\d.]{16}/;

/** Takes the place of a number that a double does not hold exactly. */
const CHANGED = Symbol("changed");

/** The faults of `value`, which was parsed from `text`. */
export function findUnstorable(text: string, value: unknown): FieldError[] {
  const read: unknown = MAY_BE_CHANGED.test(text) ? JSON.parse(text, markChanged) : value;
  return [...faultsOf(read, [])].slice(0, MAX_ERRORS);
}

/** The runtime passes the text of each number to a reviver; the library's type does not declare that yet. */
function markChanged(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" &&
    context?.source !== undefined &&
    decimal(context.source) !== decimal(String(value))
    ? CHANGED
    : value;
}

/** One spelling for each number: its sign, its digits without outer zeros, and the power of ten. */
function decimal(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  // A loop rather than a regular expression: one for the zeros at the end is tried from each zero on, which takes seconds
  // for 64 KB of them.
  let end = digits.length;
  while (digits[end - 1] === "0") end -= 1;
  const significant = digits.slice(0, end);
  if (significant === "") return whole === "" ? text : "0";
  return `${sign}${significant}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length)}`;
}

/**
 * JSON can contain what UTF-8 cannot hold (`"\ud800"`), a zero byte, at which SQLite's functions end a text, a number
 * beyond a double, and a field that every object has already.
 */
function* faultsOf(value: unknown, path: readonly string[]): Generator<FieldError> {
  if (value === CHANGED)
    yield { path: pointer(path), message: "A number that cannot be stored exactly: send it as a text" };
  if (typeof value === "string" && !isStorable(value)) yield { path: pointer(path), message: BAD_TEXT };
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (!isStorable(name) || name === "__proto__")
      yield { path: pointer(path), message: "A field name that cannot be stored" };
    else yield* faultsOf(inner, [...path, name]);
  }
}

const BAD_TEXT = "Contains a zero byte, or half of a surrogate pair";

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}
