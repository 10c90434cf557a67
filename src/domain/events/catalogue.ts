// Checks the names and fields of venues, gates, events and ticket types (rules V1, G1, E1, K1).

import type { FieldError } from "../errors.ts";
import { MAX_SLUG } from "./slug.ts";

export const GATE_CODE = /^[A-Z0-9][A-Z0-9_]{0,31}$/;

/** A derived slug is cut to this length, which leaves room for a suffix that makes it unique. */
const MAX_DERIVED = MAX_SLUG - 20;

/** Letters that Unicode's decomposition does not split into a base letter and a mark. */
const FOLDED: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ı: "i",
};

/** `"Café Noir: Live!"` → `"cafe-noir-live"`. Returns `fallback` when no letter or digit of the name is in ASCII. */
export function slugFrom(name: string, fallback: string): string {
  const folded = name
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^\x00-\x7f]/gu, (letter) => FOLDED[letter] ?? letter);
  const words = folded.replace(/['’]/g, "").match(/[a-z0-9]+/g) ?? [];
  return words.join("-").slice(0, MAX_DERIVED).replace(/-$/, "") || fallback;
}

/**
 * The IANA name of a time zone that was written in any case; null when there is none. `resolve` is the runtime's own
 * lookup. It also accepts offsets such as `+02:00`, which are not names, and replaces some newer names by older ones.
 */
export function timezoneNamed(name: string, resolve: (name: string) => string | null): string | null {
  const resolved = /^[A-Za-z]/.test(name) ? resolve(name) : null;
  if (resolved === null) return null;
  return resolved.toLowerCase() === name.toLowerCase() ? resolved : spelled(name);
}

/** The words in the names of zones that IANA does not write with one capital letter. */
const ODD_WORDS = new Map(
  `ACT CET CHAT CST6CDT EET EST EST5EDT GB GMT GMT0 HST IN LHI MET MST MST7MDT NSW NZ PRC PST8PDT ROC ROK SU UCT US UTC
   W WET of BajaNorte BajaSur ComodRivadavia DeNoronha EasterIsland`
    .split(/\s+/)
    .map((word) => [word.toLowerCase(), word]),
);

function spelled(name: string): string {
  return name.toLowerCase().replace(/[a-z0-9]+/g, (word) => {
    return ODD_WORDS.get(word) ?? word.charAt(0).toUpperCase() + word.slice(1);
  });
}

/** ISO 3166-1 alpha-2, as of 2024. */
const COUNTRIES = new Set(
  `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
   CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
   GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
   KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT
   MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
   SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
   UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`.split(/\s+/),
);

export function isCountry(code: string): boolean {
  return COUNTRIES.has(code);
}

type EventTimes = {
  readonly start_time?: number | undefined;
  readonly end_time?: number | undefined;
  readonly sale_start?: number | undefined;
  readonly sale_end?: number | undefined;
  readonly doors_open?: number | null | undefined;
};

/** What is wrong between the times of an event (rule E1), epoch ms. Unknown times are not compared. */
export function eventFaults({ start_time, end_time, sale_start, sale_end, doors_open }: EventTimes): FieldError[] {
  const faults: FieldError[] = [];
  if (!isBelow(start_time, end_time)) faults.push({ path: "/end_time", message: "Not after start_time" });
  if (!isBelow(sale_start, sale_end)) faults.push({ path: "/sale_end", message: "Not after sale_start" });
  if (end_time !== undefined && sale_end !== undefined && sale_end > end_time) {
    faults.push({ path: "/sale_end", message: "After end_time" });
  }
  if (!isBelow(doors_open, end_time)) faults.push({ path: "/doors_open", message: "Not before end_time" });
  return faults;
}

/**
 * How many tickets of a type one address may hold unpaid unless the organiser sets another limit (rule H15). It is a
 * quarter, so that somebody who holds without paying leaves most of the type on sale, but at least 100, since an office
 * or a campus may need as many at once.
 */
export function defaultMaxUnpaid(total: number): number {
  return Math.max(100, Math.ceil(total / 4));
}

type TicketTypeBounds = {
  readonly total_quantity?: number | undefined;
  readonly min_per_order?: number | undefined;
  readonly max_per_order?: number | undefined;
  readonly max_unpaid_per_address?: number | null | undefined;
  readonly sale_start?: number | null | undefined;
  readonly sale_end?: number | null | undefined;
};

/** What is wrong between the fields of a ticket type (rule K1), times epoch ms. Unknown fields are not compared. */
export function ticketTypeFaults(type: TicketTypeBounds): FieldError[] {
  const { min_per_order: min, max_per_order: max, sale_start, sale_end } = type;
  const faults: FieldError[] = [];
  if (min !== undefined && max !== undefined && min > max) {
    faults.push({ path: "/min_per_order", message: "Above max_per_order" });
  }
  if (min !== undefined && type.total_quantity !== undefined && min > type.total_quantity) {
    faults.push({ path: "/min_per_order", message: "Above total_quantity" });
  }
  const unpaid = type.max_unpaid_per_address ?? null;
  if (min !== undefined && unpaid !== null && unpaid < min) {
    faults.push({ path: "/max_unpaid_per_address", message: "Below min_per_order" });
  }
  if (!isBelow(sale_start, sale_end)) faults.push({ path: "/sale_end", message: "Not after sale_start" });
  return faults;
}

type Window = { readonly sale_start: number; readonly sale_end: number };

/**
 * Why a type with this sale window is never on sale within the event's window (rule K1); empty when it is. A bound that is
 * null is the event's.
 */
export function windowFaults(
  type: { readonly sale_start: number | null; readonly sale_end: number | null },
  event: Window,
): FieldError[] {
  if (type.sale_start !== null && type.sale_start >= event.sale_end) {
    return [{ path: "/sale_start", message: "Not before the sale of the event ends" }];
  }
  if (type.sale_end !== null && type.sale_end <= event.sale_start) {
    return [{ path: "/sale_end", message: "Not after the sale of the event begins" }];
  }
  return [];
}

/** Also true when a bound is not known. */
function isBelow(low: number | null | undefined, high: number | null | undefined): boolean {
  return low === undefined || low === null || high === undefined || high === null || low < high;
}
