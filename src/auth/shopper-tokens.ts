// The token of a shopper: signed, so that it is checked without any look-up. Nothing is minted or accepted without a secret.
// Layout: version 1 byte · key id 4 · shopper 16 · expiry 6 (epoch ms) · HMAC-SHA256 32, as base64url after `vgs_`.

import { Buffer } from "node:buffer";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { idFrom, type ShopperId } from "../domain/ids.ts";
import { SHOPPER_TOKEN_MS } from "../domain/limits.ts";

export const SHOPPER_TOKEN_PREFIX = "vgs_";

/** How far the clocks of two Workers may lie apart: no token lasts longer than one that is minted now. */
const CLOCKS_MS = 60_000;

const VERSION = 1;
const LABEL = "voelgoedevents shopper token\n";
const KEY_ID = 1;
const SHOPPER = 5;
const EXPIRY = 21;
const MAC = 27;
const LENGTH = 59;
const TOKEN = /^vgs_[A-Za-z0-9_-]{79}$/;

/**
 * The one place that names the secrets. The previous one is optional and only verifies, so that the secret can be
 * rotated: the old becomes PREVIOUS for 7 days. Both may be missing at run time, whatever the generated type says.
 */
export type ShopperSecrets = {
  readonly SHOPPER_TOKEN_SECRET?: string;
  readonly SHOPPER_TOKEN_SECRET_PREVIOUS?: string;
};

export type ShopperToken = { readonly shopperId: ShopperId; readonly token: string; readonly expiresAt: number };

/** Whether tokens can be minted at all. */
export function canMint(secrets: ShopperSecrets): boolean {
  return Boolean(secrets.SHOPPER_TOKEN_SECRET);
}

/** A token for a new shopper whose id is `random` (16 bytes); null without a secret. `now` in epoch ms. */
export function mintShopperToken(secrets: ShopperSecrets, random: Uint8Array, now: number): ShopperToken | null {
  const secret = secrets.SHOPPER_TOKEN_SECRET;
  if (!secret) return null;
  const expiresAt = now + SHOPPER_TOKEN_MS;
  const bytes = Buffer.alloc(LENGTH);
  bytes.writeUInt8(VERSION, 0);
  keyIdOf(secret).copy(bytes, KEY_ID);
  bytes.set(random.subarray(0, 16), SHOPPER);
  bytes.writeUIntBE(expiresAt, EXPIRY, 6);
  sign(secret, bytes).copy(bytes, MAC);
  return { shopperId: idFrom("shp", random), token: SHOPPER_TOKEN_PREFIX + bytes.toString("base64url"), expiresAt };
}

/** The shopper of a token that one of the secrets signed and that has not expired (`now < expiry`), else null. */
export function verifyShopperToken(secrets: ShopperSecrets, token: string, now: number): ShopperId | null {
  if (!TOKEN.test(token)) return null;
  const text = token.slice(SHOPPER_TOKEN_PREFIX.length);
  const bytes = Buffer.from(text, "base64url");
  // Why: the last character has two bits to spare; one token has one spelling.
  if (bytes.length !== LENGTH || bytes.toString("base64url") !== text || bytes[0] !== VERSION) return null;
  const secret = secretNamed(secrets, bytes.subarray(KEY_ID, SHOPPER));
  if (secret === null || !timingSafeEqual(sign(secret, bytes), bytes.subarray(MAC))) return null;
  const left = bytes.readUIntBE(EXPIRY, 6) - now;
  if (left <= 0 || left > SHOPPER_TOKEN_MS + CLOCKS_MS) return null;
  return idFrom("shp", bytes.subarray(SHOPPER, EXPIRY));
}

function secretNamed(
  { SHOPPER_TOKEN_SECRET, SHOPPER_TOKEN_SECRET_PREVIOUS }: ShopperSecrets,
  keyId: Buffer,
): string | null {
  for (const secret of [SHOPPER_TOKEN_SECRET, SHOPPER_TOKEN_SECRET_PREVIOUS]) {
    if (secret && keyIdOf(secret).equals(keyId)) return secret;
  }
  return null;
}

const keyIds = new Map<string, Buffer>();

/** The first 4 bytes of the secret's SHA-256: says which secret signed, and nothing of it. */
function keyIdOf(secret: string): Buffer {
  let keyId = keyIds.get(secret);
  if (!keyId) {
    keyId = createHash("sha256").update(secret).digest().subarray(0, 4);
    keyIds.set(secret, keyId);
  }
  return keyId;
}

function sign(secret: string, bytes: Buffer): Buffer {
  return createHmac("sha256", secret).update(LABEL).update(bytes.subarray(0, MAC)).digest();
}
