// Lists the fields of venues, events and ticket types in forms, and the faults between them.

import { isCountry } from "../../../../domain/events/catalogue.ts";
import { HOLD_EXTENSIONS } from "../../../../domain/events/event.ts";
import { language, texts } from "../../language.ts";
import { eventWrong, typeWrong } from "../../decisions/catalogue-faults.ts";
import type { FieldName, Spec } from "../../decisions/form-fields.ts";
import type { Fields } from "../../decisions/merge.ts";
import type { Wrong } from "./use-form.ts";

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

function countries(): [string, string][] {
  const names = new Intl.DisplayNames([language().locale], { type: "region" });
  return LETTERS.flatMap((a) => LETTERS.map((b) => a + b))
    .filter(isCountry)
    .map((code): [string, string] => [code, names.of(code) ?? code])
    .sort(([, a], [, b]) => a.localeCompare(b));
}

export function venueSpecs(): Spec[] {
  return [
    { name: "name", kind: "line" },
    { name: "address", kind: "line" },
    { name: "city", kind: "line" },
    { name: "venueCapacity", wire: "capacity", kind: "whole" },
    { name: "country", kind: "choice", choices: countries() },
    {
      name: "timezone",
      kind: "choice",
      choices: Intl.supportedValuesOf("timeZone").map((zone): [string, string] => [zone, zone.replaceAll("_", " ")]),
    },
  ];
}

export const NEW_VENUE = { country: "ZA", timezone: "Africa/Johannesburg" };

function holdExtensions(): [string, string][] {
  const { hold_extension: called } = texts().choices;
  return HOLD_EXTENSIONS.map((each): [string, string] => [each, called[each]]);
}

const WHEN: readonly Spec[] = [
  { name: "start_time", kind: "instant" },
  { name: "end_time", kind: "instant" },
];
const AROUND = (): Spec[] => [
  { name: "doors_open", kind: "instant", isOptional: true },
  { name: "payment_instructions", kind: "lines", isOptional: true },
  { name: "order_minutes", kind: "whole" },
  { name: "hold_extension", kind: "choice", choices: holdExtensions() },
];

/** The fields of a new event. Those that can be filled in later are folded. */
export function newEventSpecs(): Spec[] {
  return [
    { name: "name", kind: "line" },
    ...WHEN,
    { name: "sale_start", kind: "instant" },
    { name: "new_sale_end", wire: "sale_end", kind: "instant", isOptional: true },
    { name: "capacity", kind: "whole" },
    { name: "description", kind: "lines", isOptional: true },
    ...AROUND(),
  ];
}

export const LATER: readonly FieldName[] = [
  "description",
  "doors_open",
  "payment_instructions",
  "order_minutes",
  "hold_extension",
];

export function eventSpecs(): Spec[] {
  return [
    { name: "name", kind: "line" },
    ...WHEN,
    { name: "sale_start", kind: "instant" },
    { name: "sale_end", kind: "instant" },
    { name: "capacity", kind: "whole" },
    { name: "description", kind: "lines", isOptional: true },
    ...AROUND(),
    { name: "accent_color", kind: "colour", isOptional: true },
  ];
}

export function typeSpecs(): Spec[] {
  const { status } = texts().choices;
  return [
    { name: "name", kind: "line" },
    { name: "price", kind: "money" },
    { name: "total_quantity", kind: "whole" },
    { name: "description", kind: "lines", isOptional: true },
    { name: "min_per_order", kind: "whole" },
    { name: "max_per_order", kind: "whole" },
    { name: "typeSaleStart", wire: "sale_start", kind: "instant", isOptional: true },
    { name: "typeSaleEnd", wire: "sale_end", kind: "instant", isOptional: true },
    { name: "status", kind: "choice", choices: Object.entries(status) },
  ];
}

export const NEW_TYPE = { min_per_order: "1", max_per_order: "10", status: "available" };
export const SELDOM: readonly FieldName[] = [
  ...(["description", "min_per_order", "max_per_order", "typeSaleStart", "typeSaleEnd", "status"] as const),
];

function said(names: readonly FieldName[]): Wrong {
  const { fields } = texts();
  return Object.fromEntries(names.map((name) => [name, fields[name].wrong]));
}

export const checkEvent = (specs: readonly Spec[]) => (values: Fields) => said(eventWrong(specs, values));
export const checkType = (specs: readonly Spec[]) => (values: Fields) => said(typeWrong(specs, values));
