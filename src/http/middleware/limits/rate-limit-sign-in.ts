// Limits attempts on passwords and e-mail addresses, and mails to one address. It counts in D1, since the platform's
// limiter has no period longer than a minute (rule P6). RATE_LIMITS=off turns it off.

import { createHash } from "node:crypto";
import type { AccountPorts } from "../../../auth/people/accounts.ts";
import { knownDeviceIn } from "../../../auth/people/known-device.ts";
import { countAttempt } from "../../../db/rate-limit.ts";
import type { Db } from "../../../db/client.ts";
import type { Refusal } from "../../../domain/errors.ts";
import { addressOf, type RateLimited, siteOf } from "./rate-limit.ts";

const MINUTE_MS = 60_000;
const PER_EMAIL = { most: 10, windowMs: 10 * MINUTE_MS };
const PER_ADDRESS = { most: 60, windowMs: MINUTE_MS };
/** A /48 is one site with many networks, or an attacker who rents one. */
const PER_SITE = { most: 300, windowMs: MINUTE_MS };
const PER_ACCOUNT = { most: 100, windowMs: 60 * MINUTE_MS };
const PER_MAILBOX = { most: 5, windowMs: 60 * MINUTE_MS };

const GUESS_MS = 500;

/**
 * The time at which to respond to a guess that began at `begun`: after a whole number of half seconds, at least one. So the
 * response does not show how long the work took, for a known or an unknown address, even while D1 is slow.
 */
export function guessEndsAt(begun: number, now: number): number {
  return begun + Math.max(1, Math.ceil((now - begun) / GUESS_MS)) * GUESS_MS;
}

/**
 * Counts one attempt on the account of this e-mail (null for none). Refuses as `rate_limited` when there are too many from
 * its address or, for a try of a password, from all addresses together. A browser that is known to the account is counted
 * by itself.
 */
export async function limitAttempts(
  c: RateLimited,
  ports: AccountPorts,
  email: string | null,
  triesPassword: boolean,
): Promise<Refusal | null> {
  if (c.env.RATE_LIMITS === "off") return null;
  const now = Date.now();
  const device = email === null ? null : knownDeviceIn(ports, c.req.header("Cookie"), email, now);
  const limits = device === null ? limitsOf(c, email, triesPassword) : [{ key: keyOf("device", device), ...PER_EMAIL }];
  const endsAt = await countAttempt(ports.db, limits, now);
  return endsAt === null ? null : { code: "rate_limited", retryAfterSeconds: Math.ceil((endsAt - now) / 1_000) };
}

function limitsOf(c: RateLimited, email: string | null, triesPassword: boolean) {
  const [address, site] = [addressOf(c), siteOf(c)];
  return [
    { key: keyOf("address", address), ...PER_ADDRESS },
    ...(site === null ? [] : [{ key: keyOf("site", site), ...PER_SITE }]),
    ...(email === null ? [] : [{ key: keyOf("email", email, address), ...PER_EMAIL }]),
    ...(email !== null && triesPassword ? [{ key: keyOf("account", email), ...PER_ACCOUNT }] : []),
  ];
}

/**
 * Counts one mail to this address, wherever it was requested from. False when the address has had its mails of the hour.
 */
export async function mayMail(c: RateLimited, db: Db, email: string): Promise<boolean> {
  if (c.env.RATE_LIMITS === "off") return true;
  const limit = { key: keyOf("mailbox", email), ...PER_MAILBOX };
  return (await countAttempt(db, [limit], Date.now())) === null;
}

/** The e-mail address in a body, whatever else is in it. */
export function emailIn(body: unknown): string | null {
  const email = typeof body === "object" && body !== null && "email" in body ? body.email : null;
  return typeof email === "string" ? email.trim().toLowerCase() : null;
}

/** The key is hashed, since a counter need not show whose it is. */
function keyOf(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("base64url");
}
