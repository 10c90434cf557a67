// Mints and verifies the token of a shopper. It is signed, so that it is checked without a look-up. Nothing is minted or
// accepted without a secret. Layout: version 1 byte · key id 4 · shopper 16 · expiry 6 (epoch ms) · HMAC-SHA256 32, as
// base64url after `vgs_`.

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { idFrom, type ShopperId } from "../../domain/ids.ts";
import { SHOPPER_TOKEN_MS } from "../../domain/limits.ts";
import { bytesOfToken, isSealedBy, sealToken } from "./signed-token.ts";

export const SHOPPER_TOKEN_PREFIX = "vgs_";

/** How far the clocks of two Workers may differ. A token with a longer life than one that is minted now is refused. */
const CLOCKS_MS = 60_000;

const VERSION = 1;
const LABEL = "voelgoedevents shopper token\n";
const KEY_ID = 1;
const SHOPPER = 5;
const EXPIRY = 21;
const LENGTH = 59;

/**
 * No other file names the secrets. The previous one is optional and only verifies, so that the secret can be rotated: the
 * old one becomes PREVIOUS for 7 days. Both may be missing at run time, whatever the generated type says.
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
  const token = sealToken(SHOPPER_TOKEN_PREFIX, bytes, LABEL, secret);
  return { shopperId: idFrom("shp", random), token, expiresAt };
}

/** The shopper of a token that one of the secrets signed and that has not expired (`now < expiry`), else null. */
export function verifyShopperToken(secrets: ShopperSecrets, token: string, now: number): ShopperId | null {
  const bytes = bytesOfToken(SHOPPER_TOKEN_PREFIX, token, LENGTH);
  if (bytes?.[0] !== VERSION) return null;
  const secret = secretNamed(secrets, bytes.subarray(KEY_ID, SHOPPER));
  if (secret === null || !isSealedBy(secret, LABEL, bytes)) return null;
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

/** The first 4 bytes of the secret's SHA-256. They show which secret signed, and reveal nothing of it. */
function keyIdOf(secret: string): Buffer {
  let keyId = keyIds.get(secret);
  if (!keyId) {
    keyId = createHash("sha256").update(secret).digest().subarray(0, 4);
    keyIds.set(secret, keyId);
  }
  return keyId;
}
