// Makes an actor of an Authorization header. The kind of a credential is known by its prefix.

import type { Actor } from "../domain/people/policy.ts";
import { verifyApiKey } from "./api-keys.ts";
import { verifyDeviceToken } from "./devices.ts";
import type { LookUp } from "./look-up.ts";
import type { LinkSecrets } from "./links/link-keys.ts";
import { ORDER_LINK_PREFIX, verifyOrderLink } from "./links/order-links.ts";
import { API_KEY_PREFIX, DEVICE_TOKEN_PREFIX } from "./secrets.ts";
import { SHOPPER_TOKEN_PREFIX, type ShopperSecrets, verifyShopperToken } from "./links/shopper-tokens.ts";
import { TICKET_LINK_PREFIX, verifyTicketLink } from "./links/ticket-links.ts";

const BEARER = /^bearer +(\S+)$/i;

/**
 * What a credential is checked against. `db` is opened for keys and devices only, since a signed token needs no look-up.
 */
type Verifiers = LookUp & { readonly secrets: ShopperSecrets & LinkSecrets };

/**
 * The actor of the header; null when it is missing, malformed, unknown, expired or revoked. Whether a link has expired is
 * checked by the order's home.
 */
export async function authenticate(header: string | undefined, verifiers: Verifiers): Promise<Actor | null> {
  const credential = BEARER.exec(header ?? "")?.[1] ?? "";
  if (credential.startsWith(SHOPPER_TOKEN_PREFIX)) {
    const id = verifyShopperToken(verifiers.secrets, credential, verifiers.now);
    return id === null ? null : { kind: "shopper", id };
  }
  if (credential.startsWith(ORDER_LINK_PREFIX)) {
    const id = verifyOrderLink(verifiers.secrets, credential);
    return id === null ? null : { kind: "order_link", id };
  }
  if (credential.startsWith(TICKET_LINK_PREFIX)) return verifyTicketLink(verifiers.secrets, credential);
  if (credential.startsWith(API_KEY_PREFIX)) return verifyApiKey(verifiers, credential);
  if (credential.startsWith(DEVICE_TOKEN_PREFIX)) return verifyDeviceToken(verifiers, credential);
  return null;
}
