// Passwords at rest: scrypt by the runtime's own crypto, a third of the time that better-auth's takes in JavaScript.
// The layout is better-auth's: salt and key in hex, with a colon between.

import { Buffer } from "node:buffer";
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

export const MIN_PASSWORD = 10;
export const MAX_PASSWORD = 128;

/** 16 MiB and some 60 ms a try. */
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

function deriveKey(password: string, salt: string): Promise<Buffer> {
  return new Promise((settle, reject) => {
    // Why NFKC: the same password typed on another keyboard may arrive in another form.
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, COST, (fault, key) => (fault ? reject(fault) : settle(key)));
  });
}
