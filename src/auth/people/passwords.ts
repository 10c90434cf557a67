// Hashes passwords with the runtime's own scrypt, which takes a third of the time of better-auth's in JavaScript. The
// layout is better-auth's: salt and key in hex, with a colon between. It also makes the tokens of the links that set
// passwords.

import { Buffer } from "node:buffer";
import { createHash, randomBytes, scrypt, timingSafeEqual } from "node:crypto";

export const MIN_PASSWORD = 10;
export const MAX_PASSWORD = 128;

/** 32 MiB and some 60 ms for each hash. */
const COST = { N: 16_384, r: 16, p: 1, maxmem: 64 * 1024 * 1024 };
const KEY_BYTES = 64;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16).toString("hex");
  return `${salt}:${(await deriveKey(password, salt)).toString("hex")}`;
}

export async function verifyPassword({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  const [salt = "", key = ""] = hash.split(":");
  const expected = Buffer.from(key, "hex");
  if (expected.length !== KEY_BYTES) return false;
  return timingSafeEqual(await deriveKey(password, salt), expected);
}

/** The secret of a link that sets a password: 32 random bytes, stored by its hash alone. */
export function newLinkToken(): string {
  return randomBytes(32).toString("base64url");
}

/** The stored hash of such a token. The label must stay, since links that earlier versions sent depend on it. */
export function hashLinkToken(token: string): string {
  return createHash("sha256").update(`reset-password:${token}`).digest("base64url");
}

function deriveKey(password: string, salt: string): Promise<Buffer> {
  return new Promise((settle, reject) => {
    // NFKC, since the same password typed on another keyboard may arrive in another form.
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, COST, (fault, key) => (fault ? reject(fault) : settle(key)));
  });
}
