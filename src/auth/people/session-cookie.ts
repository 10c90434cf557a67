// Finds the session's cookie. The prefix `__Host-` binds it to our own host where there is TLS; a local server has none.

export const ACCOUNTS_PATH = "/api/auth";

export function cookiePrefixFor(origin: string): string {
  return origin.startsWith("https:") ? "__Host-voelgoed" : "voelgoed";
}

/** The session's cookie alone, as the header for better-auth; null when the request has none. */
export function sessionCookieIn(header: string | undefined, origin: string): string | null {
  const name = `${cookiePrefixFor(origin)}.session_token=`;
  const found = (header ?? "").split(";").find((each) => each.trim().startsWith(name));
  return found === undefined || found.trim() === name ? null : found.trim();
}
