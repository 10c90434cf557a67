// Hashes a client's address, for objects that count by address and must not store it (rule X4).

import { createHmac } from "node:crypto";
import { ADDRESS_HASH_BYTES, type AddressHash, isAddressHash } from "../domain/people/address-hash.ts";
import { must } from "../domain/result.ts";
import type { ShopperSecrets } from "./links/shopper-tokens.ts";

const LABEL = "voelgoedevents address\n";

/**
 * The hash has a key, since a plain hash of an IPv4 address is undone by trying them all. `scope` names the object, so that
 * the hashes of two objects do not show that an address is the same. Null without a secret. A new secret makes new hashes.
 */
export function hashAddress(secrets: ShopperSecrets, scope: string, address: string): AddressHash | null {
  const { SHOPPER_TOKEN_SECRET: secret } = secrets;
  if (!secret) return null;
  const mac = createHmac("sha256", secret).update(`${LABEL}${scope}\n${address}`).digest();
  const hash = mac.readUIntBE(0, ADDRESS_HASH_BYTES);
  return must(isAddressHash(hash) ? hash : null, "six bytes are an address hash");
}
