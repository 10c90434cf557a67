// Converts what is typed into a form into the API's form, and back. Numbers and money are accepted as people write
// them.

import { formatMoney, parseMoney } from "../../../domain/money.ts";
import type { ConsoleTexts } from "../texts/en.ts";
import type { Fields } from "./merge.ts";
import { instantOf, localTime } from "./event/zoned-time.ts";

export type FieldName = keyof ConsoleTexts["fields"];
export type Kind = "line" | "lines" | "email" | "whole" | "money" | "instant" | "choice" | "colour";

/** `wire`: the field's name in the API, if it differs. `choices`: the values of a choice, with their labels. */
export type Spec = {
  readonly name: FieldName;
  readonly wire?: string;
  readonly kind: Kind;
  readonly isOptional?: boolean;
  readonly choices?: readonly (readonly [value: string, label: string])[];
};

export type Typed = Readonly<Record<string, string>>;

export const wireName = ({ name, wire }: Spec): string => wire ?? name;

/** The text of a value in its field; times are shown in `zone`. */
export function typedOf({ kind }: Spec, value: unknown, zone: string): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return JSON.stringify(value);
  return kind === "instant" ? localTime(zone, Date.parse(value)) : value;
}

export function typedOfAll(specs: readonly Spec[], values: Fields, zone: string): Typed {
  return Object.fromEntries(specs.map((spec) => [spec.name, typedOf(spec, values[wireName(spec)], zone)]));
}

/**
 * The typed text as the API's value; `undefined` when it is invalid. An empty text is null where the field is optional.
 */
export function wireOf({ kind, isOptional = false, choices = [] }: Spec, typed: string, zone: string): unknown {
  const text = kind === "lines" ? typed.replace(/\r\n?/g, "\n").trim() : typed.trim();
  if (text === "") return isOptional ? null : undefined;
  switch (kind) {
    case "line":
    case "lines":
      return text;
    case "email":
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? text : undefined;
    case "whole":
      return wholeIn(text);
    case "money":
      return moneyIn(text);
    case "instant":
      return isoIn(zone, text);
    case "choice":
      return choices.some(([value]) => value === text) ? text : undefined;
    case "colour":
      return /^#[0-9a-f]{6}$/i.test(text) ? text.toLowerCase() : undefined;
  }
}

function wholeIn(text: string): number | undefined {
  const digits = text.replace(/[\s\u00a0]/g, "");
  return /^\d{1,9}$/.test(digits) ? Number(digits) : undefined;
}

/** Accepts `R 1 250,50`, `1250.5` and `150`. */
function moneyIn(text: string): string | undefined {
  const plain = text
    .replace(/^R/i, "")
    .replace(/[\s\u00a0]/g, "")
    .replace(",", ".");
  const minor = parseMoney(plain);
  return minor === null ? undefined : formatMoney(minor);
}

function isoIn(zone: string, text: string): string | undefined {
  const at = instantOf(zone, text);
  return at === null ? undefined : new Date(at).toISOString();
}

export type Filled =
  | { readonly ok: true; readonly values: Fields }
  | { readonly ok: false; readonly wrong: readonly FieldName[] };

/** All typed values in the API's form, or the invalid fields. */
export function filled(specs: readonly Spec[], typed: Typed, zone: string): Filled {
  const values = specs.map((spec) => [spec, wireOf(spec, typed[spec.name] ?? "", zone)] as const);
  const wrong = values.filter(([, value]) => value === undefined).map(([{ name }]) => name);
  if (wrong.length > 0) return { ok: false, wrong };
  return { ok: true, values: Object.fromEntries(values.map(([spec, value]) => [wireName(spec), value])) };
}

/**
 * The form's values, but with the value of `base` in each field whose text has not changed since the form was opened. A
 * field shows less than the value has (no seconds of a time, no blanks around a text), so an untouched field must not
 * count as a change (rule C3).
 */
export function untouchedAsRead(
  specs: readonly Spec[],
  { typed, base, zone }: { readonly typed: Typed; readonly base: Fields; readonly zone: string },
  values: Fields,
): Fields {
  const untouched = specs.filter((spec) => typed[spec.name] === typedOf(spec, base[wireName(spec)], zone));
  return { ...values, ...Object.fromEntries(untouched.map((spec) => [wireName(spec), base[wireName(spec)] ?? null])) };
}

/** The fields of this form that the server names in a refusal, by the first part of each path. */
export function fieldsNamed(specs: readonly Spec[], paths: readonly string[]): FieldName[] {
  const named = new Set(paths.map((path) => path.split("/")[1]));
  return specs.filter((spec) => named.has(wireName(spec))).map(({ name }) => name);
}
