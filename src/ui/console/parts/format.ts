// Formats numbers, money and times as people of the page's language read them (rule C9).

import { parseMoney } from "../../../domain/money.ts";
import { showMoney } from "../../shared/money.ts";
import { showClock, showInstant } from "../../shared/time/time.ts";
import type { Problem } from "../../../client/client.ts";
import { language, placeIn } from "../language.ts";
import { refusalText } from "../decisions/refusal-text.ts";

const REGIONS = { en: "en-ZA", af: "af-ZA" } as const;
/** The reader's own zone, for what is at no venue: the log, an invitation. */
export const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function count(n: number): string {
  return new Intl.NumberFormat(REGIONS[language().locale]).format(n);
}

/** `150.00` of the API, as it is read. */
export function money(text: string, currency: string): string {
  return showMoney(language().locale, parseMoney(text) ?? 0, currency);
}

export function when(iso: string, zone = OWN_ZONE): string {
  return showInstant(placeIn(zone), Date.parse(iso));
}

/** `5 Dec 2026, 18:00`: for tables. */
export function shortWhen(iso: string, zone = OWN_ZONE): string {
  return new Intl.DateTimeFormat(REGIONS[language().locale], {
    timeZone: zone,
    ...{ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  }).format(Date.parse(iso));
}

/** By the clocks of an event's venue; where those show another time than here, the place is named. */
export function whenThere(iso: string, zone: string | undefined): string {
  if (zone === undefined) return shortWhen(iso);
  const there = shortWhen(iso, zone);
  return there === shortWhen(iso) ? there : `${there} (${zone.split("/").at(-1)?.replaceAll("_", " ") ?? zone})`;
}

export function clock(at: number, zone = OWN_ZONE): string {
  return showClock(placeIn(zone), at);
}

export function refusal(problem: Problem): string {
  return refusalText({ t: language().t, count }, problem);
}
