// Reads and sets the two cookies of the shop, on our own host alone: who the shopper is, and what is in the basket of
// an event. Neither is there before something is held (rule S17). No script reads them.

import { getCookie } from "hono/cookie";
import { cookiePrefixFor } from "../../../auth/people/session-cookie.ts";
import { type EventId, type HoldId, parseHoldId } from "../../../domain/ids.ts";
import { MAX_HELD_MS, MAX_HOLDS_PER_CHECKOUT, SHOPPER_TOKEN_MS } from "../../../domain/limits.ts";
import { originOf } from "../../middleware/origin.ts";
import type { PageContext } from "../page-response.ts";

/** As long as a hold may last, and as long again, in which what ran out can be held again. */
const BASKET_SECONDS = (2 * MAX_HELD_MS) / 1_000;

export function shopperTokenIn(c: PageContext): string | null {
  return getCookie(c, nameOf(c, "shopper")) ?? null;
}

export function keepShopper(c: PageContext, token: string): void {
  keep(c, "shopper", token, SHOPPER_TOKEN_MS / 1_000);
}

/**
 * The holds of the basket, in the order in which they were put in. Only their inventories know whose they are and in
 * which state.
 */
export function basketIn(c: PageContext, eventId: EventId): HoldId[] {
  const kept = getCookie(c, nameOf(c, basketOf(eventId))) ?? "";
  const ids = kept.split(".").flatMap((body) => parseHoldId(`hold_${body}`) ?? []);
  return [...new Set(ids)].slice(0, MAX_HOLDS_PER_CHECKOUT);
}

export function setBasketCookie(c: PageContext, eventId: EventId, holdIds: readonly HoldId[]): void {
  const text = holdIds.map((id) => id.slice("hold_".length)).join(".");
  keep(c, basketOf(eventId), text, text === "" ? 0 : BASKET_SECONDS);
}

function basketOf(eventId: EventId): string {
  return `basket.${eventId.slice("evt_".length)}`;
}

function nameOf(c: PageContext, name: string): string {
  return `${cookiePrefixFor(originOf(c) ?? "")}.${name}`;
}

/**
 * `Lax`, so that a reader who follows a link in a mail is known; requests that change something compare the origin
 * (posted.ts). Values are tokens and ids. Hono's own function is not used, since it would be loaded with the first
 * response of the API.
 */
function keep(c: PageContext, name: string, value: string, maxAge: number): void {
  const isSecure = originOf(c)?.startsWith("https:") === true;
  const parts = [`${nameOf(c, name)}=${value}`, `Max-Age=${maxAge}`, "Path=/", "HttpOnly", "SameSite=Lax"];
  c.header("Set-Cookie", [...parts, ...(isSecure ? ["Secure"] : [])].join("; "), { append: true });
}
