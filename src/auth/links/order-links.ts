// Signs and verifies the link of an order, a capability that reads this one order (rule O13). Nothing is signed or accepted
// without a secret. Layout: version 1 byte · key number 1 · order id without its prefix 52 · HMAC-SHA256 32, as base64url
// after `vgo_`. It has no expiry time: the order's home checks it against the event's present end.

import { Buffer } from "node:buffer";
import { type OrderId, parseOrderId } from "../../domain/ids.ts";
import { keyOfNumber, type LinkSecrets, newestKey } from "./link-keys.ts";
import { bytesOfToken, isSealedBy, sealToken } from "./signed-token.ts";

export const ORDER_LINK_PREFIX = "vgo_";

const VERSION = 1;
const LABEL = "voelgoedevents order link\n";
const KEY_NUMBER = 1;
const ORDER = 2;
const MAC = 54;
const LENGTH = 86;

/** The token of the link of an order; null without a secret. */
export function signOrderLink(secrets: LinkSecrets, orderId: OrderId): string | null {
  const newest = newestKey(secrets);
  if (!newest) return null;
  const bytes = Buffer.alloc(LENGTH);
  bytes.writeUInt8(VERSION, 0);
  bytes.writeUInt8(newest.number, KEY_NUMBER);
  bytes.write(orderId.slice("ord_".length), ORDER, "latin1");
  return sealToken(ORDER_LINK_PREFIX, bytes, LABEL, newest.secret);
}

/** The order of a token that one of the secrets signed; else null. */
export function verifyOrderLink(secrets: LinkSecrets, token: string): OrderId | null {
  const bytes = bytesOfToken(ORDER_LINK_PREFIX, token, LENGTH);
  if (bytes?.[0] !== VERSION) return null;
  const key = keyOfNumber(secrets, bytes[KEY_NUMBER]);
  if (!key || !isSealedBy(key.secret, LABEL, bytes)) return null;
  return parseOrderId(`ord_${bytes.toString("latin1", ORDER, MAC)}`);
}
