// Decides whether the scanner is LIVE, behind, or ALONE, and since when (rule W6). Pure: each sign of life is passed
// with its time, in ms of a monotonic clock.

/** The way by which the last sign of life came. A socket is pinged each second, HTTP polled every two. */
export type Way = "socket" | "http";

/**
 * `lostAt`: since when the door is known to be unreachable; null while that is not known. `sleptMs`: for how long the
 * page itself did not run since the last sign of life, as when a phone is in a pocket.
 */
export type Link = {
  readonly way: Way;
  readonly heardAt: number | null;
  readonly lostAt: number | null;
  readonly sleptMs: number;
};

export type LinkStatus =
  | { readonly kind: "live" }
  | { readonly kind: "behind"; readonly seconds: number }
  | { readonly kind: "alone"; readonly since: number | null };

export const NEVER_HEARD: Link = { way: "http", heardAt: null, lostAt: null, sleptMs: 0 };

/** After the first duration of silence the scanner is behind, after the second it is alone. */
const SILENT_MS: Readonly<Record<Way, readonly [number, number]>> = { socket: [1_900, 2_700], http: [6_000, 9_000] };
export const PING_EVERY_MS = 1_000;
/**
 * A timer of at most a second that takes this long shows that the page did not run. A hidden page runs once a second.
 */
export const SLEPT_MS = 1_600;
export const POLL_EVERY_MS = 2_000;
/** How long a guest waits for the door before the scanner decides alone (rule D18). */
export const ALONE_AFTER_MS = 800;

/** One reply is enough to be LIVE. */
export function linkAfterReply(way: Way, at: number): Link {
  return { way, heardAt: at, lostAt: null, sleptMs: 0 };
}

/** The link after the page did not run for `ms`. Silence in that time proves nothing about the door. */
export function linkAfterSleep(link: Link, ms: number): Link {
  return { ...link, sleptMs: link.sleptMs + ms };
}

/** The link after a request failed or the phone reported that it has no network. An earlier `lostAt` stays. */
export function linkAfterLoss(link: Link, at: number): Link {
  return link.lostAt === null ? { ...link, lostAt: at } : link;
}

export function statusOf({ way, heardAt, lostAt, sleptMs }: Link, now: number): LinkStatus {
  if (heardAt === null) return { kind: "alone", since: null };
  const [behindMs, aloneMs] = SILENT_MS[way];
  const silent = now - heardAt;
  if (lostAt !== null || silent - sleptMs >= aloneMs) return { kind: "alone", since: heardAt };
  return silent >= behindMs ? { kind: "behind", seconds: Math.floor(silent / 1_000) } : { kind: "live" };
}

/** How long a scan waits for the door from `now`: not at all when the scanner is alone. */
export function patienceMs(link: Link, now: number): number {
  return statusOf(link, now).kind === "alone" ? 0 : ALONE_AFTER_MS;
}
