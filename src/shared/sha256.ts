// The hash of a text, as bytes for ids and as hex for what is compared. The domain takes them as arguments.

import { createHash } from "node:crypto";

export function sha256(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

/** Lower-case hex. */
export function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
