// Computes the SHA-256 hash of a text, as bytes for ids and as hex for comparisons. The domain gets these functions as
// arguments.

import { createHash } from "node:crypto";

export function sha256(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

/** Hashes a text and the bytes after it; lower-case hex. */
export function sha256HexOf(text: string, bytes: Uint8Array): string {
  return createHash("sha256").update(`${text}\n`).update(bytes).digest("hex");
}

/** Lower-case hex. */
export function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
