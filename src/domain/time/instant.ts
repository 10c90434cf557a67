// Parses instants as clients write them: RFC 3339 with an offset, in which seconds may be left out.

import { accept, refuse, type Result } from "../result.ts";

const FORM = /^(\d{4}-\d\d-(\d\d))[Tt](\d\d:\d\d)(?::(\d\d(?:\.\d+)?))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
/** In a query, an offset such as +02:00 becomes this when its sign is not written as %2B. */
const BLANK_FOR_PLUS = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d\S* \d\d:\d\d$/;

/** The accepted years: those that are written with four digits, from 1970 on. */
const [EARLIEST, LATEST] = [Date.UTC(1970, 0, 1), Date.UTC(9999, 11, 31, 23, 59, 59, 999)];

const NO_INSTANT = "Not an ISO 8601 time with an offset";

/** Returns epoch ms; refused with what is wrong, in words. */
export function parseInstant(text: string): Result<number, string> {
  if (BLANK_FOR_PLUS.test(text)) return refuse("The + of the offset arrived as a blank: write it as %2B in a query");
  const parts = FORM.exec(text);
  if (!parts) return refuse(NO_INSTANT);
  const [, date, day, minutes, seconds = "00", offset = ""] = parts;
  const at = Date.parse(`${date}T${minutes}:${seconds}${offset.toUpperCase()}`);
  // Date moves a day that the month does not have into the next month.
  const isDay = new Date(`${date}T00:00:00Z`).getUTCDate() === Number(day);
  if (Number.isNaN(at) || !isDay || minutes?.startsWith("24")) return refuse(NO_INSTANT);
  return isOfOurYears(at) ? accept(at) : refuse("Not a time of the years 1970 to 9999, in UTC");
}

/** Whether an instant, epoch ms, is within the accepted years. */
export function isOfOurYears(at: number): boolean {
  return at >= EARLIEST && at <= LATEST;
}

/** The form of an instant in every response: UTC with milliseconds. */
export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
