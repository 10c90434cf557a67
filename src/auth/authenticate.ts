// From an Authorization header to who acts. Kinds of credential are told apart by prefix.

import type { Db } from "../db/client.ts";
import type { Actor } from "../domain/policy.ts";
import { verifyApiKey } from "./api-keys.ts";
import { verifyDeviceToken } from "./devices.ts";
import { API_KEY_PREFIX, DEVICE_TOKEN_PREFIX } from "./secrets.ts";
import { SHOPPER_TOKEN_PREFIX, type ShopperSecrets, verifyShopperToken } from "./shopper-tokens.ts";

const BEARER = /^bearer +(\S+)$/i;

/** What a credential is checked against. `db` is opened for keys and devices only: a shopper needs no look-up. */
export type Verifiers = { readonly db: () => Db; readonly secrets: ShopperSecrets; readonly now: number };

/** Who the header speaks for; null when it is missing, malformed, unknown, expired or revoked. */
export async function authenticate(header: string | undefined, { db, secrets, now }: Verifiers): Promise<Actor | null> {
  const credential = BEARER.exec(header ?? "")?.[1] ?? "";
  if (credential.startsWith(SHOPPER_TOKEN_PREFIX)) {
    const id = verifyShopperToken(secrets, credential, now);
    return id === null ? null : { kind: "shopper", id };
  }
  if (credential.startsWith(API_KEY_PREFIX)) return verifyApiKey(db, credential, now);
  if (credential.startsWith(DEVICE_TOKEN_PREFIX)) return verifyDeviceToken(db, credential, now);
  return null;
}
