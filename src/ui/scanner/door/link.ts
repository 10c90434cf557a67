// How the scanner stands to its door (rule W6): LIVE, behind, or ALONE since. Pure: each sign of life comes in with its time,
// ms of a clock that only goes forward.

/** By which way the door was heard last. A socket is pinged each second, HTTP asked each few. */
export type Way = "socket" | "http";

/** `lostAt`: since when it is known that nothing answers; null while that is not known. */
export type Link = { readonly way: Way; readonly heardAt: number | null; readonly lostAt: number | null };

export type LinkStatus =
  | { readonly kind: "live" }
  | { readonly kind: "behind"; readonly seconds: number }
  | { readonly kind: "alone"; readonly since: number | null };

export const NEVER_HEARD: Link = { way: "http", heardAt: null, lostAt: null };

/** Silent for the first it is behind, for the second alone. */
const SILENT_MS: Readonly<Record<Way, readonly [number, number]>> = { socket: [1_900, 2_700], http: [6_000, 9_000] };
export const PING_EVERY_MS = 1_000;
export const ASK_EVERY_MS = 2_000;
/** How long a guest waits for the door before the scanner decides alone (rule D18). */
export const ALONE_AFTER_MS = 800;

/** One answer is enough to be LIVE. */
export function heard(way: Way, at: number): Link {
  return { way, heardAt: at, lostAt: null };
}

/** A request failed, or the phone says that there is no network. Since when it is alone stays as it was. */
export function lost(link: Link, at: number): Link {
  return link.lostAt === null ? { ...link, lostAt: at } : link;
}

export function statusOf({ way, heardAt, lostAt }: Link, now: number): LinkStatus {
  if (heardAt === null) return { kind: "alone", since: null };
  const [behindMs, aloneMs] = SILENT_MS[way];
  const silent = now - heardAt;
  if (lostAt !== null || silent >= aloneMs) return { kind: "alone", since: heardAt };
  return silent >= behindMs ? { kind: "behind", seconds: Math.floor(silent / 1_000) } : { kind: "live" };
}

/** How long from `now` a scan waits for the door: not at all where it is known to be away. */
export function patienceMs(link: Link, now: number): number {
  return statusOf(link, now).kind === "alone" ? 0 : ALONE_AFTER_MS;
}
