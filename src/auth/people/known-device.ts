// The cookie of a browser in which somebody has signed in or set their password: other people's attempts at the account
// do not lock its owner out of that browser (rule P6). It signs nobody in. It has a signature, so that checking it
// needs no look-up.

import { createHmac, timingSafeEqual } from "node:crypto";
import { cookiePrefixFor } from "./session-cookie.ts";

export const KNOWN_DEVICE_MS = 180 * 24 * 60 * 60_000;

/** Derives a separate key from the Worker's secret, which itself signs the cookies of sessions. */
const PURPOSE = "voelgoedevents known device\n";

type Keys = { readonly secret: string; readonly origin: string };

/** The `Set-Cookie` for a browser whose user has proved, at `now`, that the account of `email` is theirs. */
export function knownDeviceCookie({ secret, origin }: Keys, email: string, now: number): string {
  const expiresAt = now + KNOWN_DEVICE_MS;
  const value = `${expiresAt}.${sign(secret, email, expiresAt)}`;
  const secure = origin.startsWith("https:") ? "; Secure" : "";
  return `${nameFor(origin)}=${value}; Max-Age=${KNOWN_DEVICE_MS / 1_000}; Path=/api/auth; HttpOnly; SameSite=Lax${secure}`;
}

/** The signature that makes this browser known to the account of `email` at `now`; null when `header` has none. */
export function knownDeviceIn(
  { secret, origin }: Keys,
  header: string | undefined,
  email: string,
  now: number,
): string | null {
  const prefix = `${nameFor(origin)}=`;
  const cookie = (header ?? "").split(";").find((each) => each.trim().startsWith(prefix));
  const [, text = "", mac = ""] = /^(\d{1,15})\.([\w-]{43})$/.exec(cookie?.trim().slice(prefix.length) ?? "") ?? [];
  const expiresAt = Number(text);
  if (mac === "" || now >= expiresAt) return null;
  return timingSafeEqual(bytesOf(mac), bytesOf(sign(secret, email, expiresAt))) ? mac : null;
}

/** Not `__Host-`, which requires `Path=/`: the cookie is sent to the routes of accounts only. */
function nameFor(origin: string): string {
  return `${cookiePrefixFor(origin).replace("__Host-", "__Secure-")}.known_device`;
}

function sign(secret: string, email: string, expiresAt: number): string {
  const key = createHmac("sha256", secret).update(PURPOSE).digest();
  return createHmac("sha256", key).update(`${email}\n${expiresAt}`).digest("base64url");
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
