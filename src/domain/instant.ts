// Instants as clients write them: RFC 3339 with an offset, of which the seconds may be left out.

import { accept, refuse, type Result } from "./result.ts";

const FORM = /^(\d{4}-\d\d-(\d\d))[Tt](\d\d:\d\d)(?::(\d\d(?:\.\d+)?))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
/** What an offset such as +02:00 becomes in a query in which its sign is not written as %2B. */
const BLANK_FOR_PLUS = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d\S* \d\d:\d\d$/;

/** The years that are answered with four digits, less those that no event here has had. */
const [EARLIEST, LATEST] = [Date.UTC(1970, 0, 1), Date.UTC(9999, 11, 31, 23, 59, 59, 999)];

const NO_INSTANT = "Not an ISO 8601 time with an offset";

/** Epoch ms; refused with what is wrong, in words. */
export function parseInstant(text: string): Result<number, string> {
  if (BLANK_FOR_PLUS.test(text)) return refuse("The + of the offset came as a blank: write it as %2B in a query");
  const parts = FORM.exec(text);
  if (!parts) return refuse(NO_INSTANT);
  const [, date, day, minutes, seconds = "00", offset = ""] = parts;
  const at = Date.parse(`${date}T${minutes}:${seconds}${offset.toUpperCase()}`);
  // Date carries a day that the month does not have over into the next one.
  const isDay = new Date(`${date}T00:00:00Z`).getUTCDate() === Number(day);
  if (Number.isNaN(at) || !isDay || minutes?.startsWith("24")) return refuse(NO_INSTANT);
  return isOfOurYears(at) ? accept(at) : refuse("Not a time of the years 1970 to 9999, in UTC");
}

/** Whether an instant, epoch ms, is one that is taken and answered. */
export function isOfOurYears(at: number): boolean {
  return at >= EARLIEST && at <= LATEST;
}

/** An instant, epoch ms, as it is answered everywhere: UTC with milliseconds. */
export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
