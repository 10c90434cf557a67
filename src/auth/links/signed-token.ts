// Seals and opens signed tokens: bytes as base64url after a prefix, the last 32 of them an HMAC-SHA256 of those before.

import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";

const MAC_LENGTH = 32;

/** Writes the MAC into the end of `bytes` and returns the token. `label` separates kinds of tokens under one secret. */
export function sealToken(prefix: string, bytes: Buffer, label: string, secret: string): string {
  macOf(bytes, label, secret).copy(bytes, bytes.length - MAC_LENGTH);
  return prefix + bytes.toString("base64url");
}

/** The bytes of a token of this prefix and length, whether its signature is right or not; null for anything else. */
export function bytesOfToken(prefix: string, token: string, length: number): Buffer | null {
  const text = token.slice(prefix.length);
  if (!token.startsWith(prefix) || text.length !== Math.ceil((length * 4) / 3)) return null;
  const bytes = Buffer.from(text, "base64url");
  // Base64url's last character has unused bits; the comparison makes sure that a token has only one spelling.
  return bytes.length === length && bytes.toString("base64url") === text ? bytes : null;
}

export function isSealedBy(secret: string, label: string, bytes: Buffer): boolean {
  return timingSafeEqual(macOf(bytes, label, secret), bytes.subarray(bytes.length - MAC_LENGTH));
}

function macOf(bytes: Buffer, label: string, secret: string): Buffer {
  const signed = bytes.subarray(0, bytes.length - MAC_LENGTH);
  return createHmac("sha256", secret).update(label).update(signed).digest();
}
