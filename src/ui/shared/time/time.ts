// Writes times as people read them, in the zone of a venue, by `Intl`.

import type { Locale } from "../../../domain/orders/contact.ts";

const REGIONS: Readonly<Record<Locale, string>> = { en: "en-ZA", af: "af-ZA" };
const formats = new Map<string, Intl.DateTimeFormat>();

/** Where and in which language; `zone` is an IANA name. */
export type Place = { readonly locale: Locale; readonly zone: string };

function formatOf({ locale, zone }: Place, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, zone, options]);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(REGIONS[locale], { ...options, timeZone: zone });
    formats.set(key, format);
  }
  return format;
}

const DAY = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const;
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/** `Saturday, 5 December 2026`. Times are epoch ms here and below. */
export function showDay(place: Place, at: number): string {
  return formatOf(place, DAY).format(at);
}

/** `18:00`. */
export function showClock(place: Place, at: number): string {
  return formatOf(place, CLOCK).format(at);
}

/** `Saturday, 5 December 2026 at 18:00`. */
export function showInstant(place: Place, at: number): string {
  return formatOf(place, { ...DAY, ...CLOCK }).format(at);
}

/** From `from` to `until`, with the day only once if both are on the same day or the end is in the night after it. */
export function showSpan(place: Place, from: number, to: number): string {
  const isOneNight = to - from < 18 * 3_600_000;
  return `${showInstant(place, from)} – ${isOneNight ? showClock(place, to) : showInstant(place, to)}`;
}

/** `South Africa Standard Time`, as it is called at `at`. */
export function showZone(place: Place, at: number): string {
  const parts = formatOf(place, { timeZoneName: "long" }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? place.zone;
}

/** The parts of a date that a list sets apart: `5`, `Dec`, `Sat`. */
export function showDateParts(
  place: Place,
  at: number,
): { readonly day: string; readonly month: string; readonly weekday: string } {
  const part = (options: Intl.DateTimeFormatOptions) => formatOf(place, options).format(at);
  return { day: part({ day: "numeric" }), month: part({ month: "short" }), weekday: part({ weekday: "short" }) };
}
