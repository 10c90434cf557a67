// Makes and recognises the secrets of API keys and devices: 32 random bytes behind a prefix. Only their SHA-256 is stored
// (rule P2).

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

export const API_KEY_PREFIX = "vgk_";
export const DEVICE_TOKEN_PREFIX = "vgd_";

const SECRET = /^vg[kd]_[A-Za-z0-9_-]{43}$/;

/** A new secret from 32 random bytes: shown once, never stored. */
export function secretFrom(prefix: typeof API_KEY_PREFIX | typeof DEVICE_TOKEN_PREFIX, random: Uint8Array): string {
  return prefix + Buffer.from(random.subarray(0, 32)).toString("base64url");
}

/** What is stored: the SHA-256 of the whole secret, hex. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Whether `text` has the form of a secret; anything else is refused without a look-up. */
export function isSecret(text: string): boolean {
  return SECRET.test(text);
}
