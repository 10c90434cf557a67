// Limits of attempts on passwords and e-mail addresses, counted in D1, since the platform's limiter knows no period
// longer than a minute. Off with RATE_LIMITS=off.

import { createHash } from "node:crypto";
import { countAttempt } from "../db/attempts.ts";
import type { Db } from "../db/client.ts";
import { answered } from "../db/limit.ts";
import type { Refusal } from "../domain/errors.ts";
import { addressOf, type Attempt } from "./attempts.ts";

const MINUTE_MS = 60_000;
const PER_EMAIL = { most: 10, windowMs: 10 * MINUTE_MS };
const PER_ADDRESS = { most: 60, windowMs: MINUTE_MS };

/** Counts one attempt, of an address and of the e-mail that the body names from it: `rate_limited` when it is too many. */
export async function limitSignIn(c: Attempt, db: Db, body: unknown): Promise<Refusal | null> {
  if (c.env.RATE_LIMITS === "off") return null;
  const address = addressOf(c);
  const email = emailIn(body);
  const now = Date.now();
  const limits = [
    { key: keyOf("address", address), ...PER_ADDRESS },
    ...(email === null ? [] : [{ key: keyOf("email", email, address), ...PER_EMAIL }]),
  ];
  const endsAt = await answered(countAttempt(db, limits, now));
  return endsAt === null ? null : { code: "rate_limited", retryAfterSeconds: Math.ceil((endsAt - now) / 1_000) };
}

function emailIn(body: unknown): string | null {
  const email = typeof body === "object" && body !== null && "email" in body ? body.email : null;
  return typeof email === "string" ? email.trim().toLowerCase() : null;
}

/** Why hashed: what is counted need not say whose it is. */
function keyOf(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("base64url");
}
