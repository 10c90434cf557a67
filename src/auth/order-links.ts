// The link of an order: a signed capability that reads this one order (rule O13). Nothing is signed or accepted without
// a secret. Layout: version 1 byte · key number 1 · order id without its prefix 52 · HMAC-SHA256 32, as base64url after
// `vgo_`. It carries no time: how long it is good, the order's home says by the event's present end.

import { Buffer } from "node:buffer";
import { type OrderId, parseOrderId } from "../domain/ids.ts";
import { bytesOfToken, isSealedBy, sealToken } from "./signed-token.ts";

export const ORDER_LINK_PREFIX = "vgo_";

const VERSION = 1;
const LABEL = "voelgoedevents order link\n";
const KEY_NUMBER = 1;
const ORDER = 2;
const MAC = 54;
const LENGTH = 86;
/** A shorter secret is a slip of the hand. */
const MIN_SECRET = 16;

/**
 * Secrets with their numbers, `2:NEW,1:OLD`; one without a number is the first. The highest number signs and all
 * verify, so that a rotation ends no link that was mailed. May be missing at run time, whatever the generated type says.
 */
export type OrderLinkSecrets = { readonly ORDER_LINK_SECRET?: string };

/** Whether links can be signed at all. */
export function canSignLinks(secrets: OrderLinkSecrets): boolean {
  return newestOf(secrets) !== null;
}

/** The link's token for an order; null without a secret. */
export function signOrderLink(secrets: OrderLinkSecrets, orderId: OrderId): string | null {
  const newest = newestOf(secrets);
  if (!newest) return null;
  const bytes = Buffer.alloc(LENGTH);
  bytes.writeUInt8(VERSION, 0);
  bytes.writeUInt8(newest.number, KEY_NUMBER);
  bytes.write(orderId.slice("ord_".length), ORDER, "latin1");
  return sealToken(ORDER_LINK_PREFIX, bytes, LABEL, newest.secret);
}

/** The order of a token that one of the secrets signed, else null. */
export function verifyOrderLink(secrets: OrderLinkSecrets, token: string): OrderId | null {
  const bytes = bytesOfToken(ORDER_LINK_PREFIX, token, LENGTH);
  if (bytes?.[0] !== VERSION) return null;
  const key = keysIn(secrets).find(({ number }) => number === bytes[KEY_NUMBER]);
  if (!key || !isSealedBy(key.secret, LABEL, bytes)) return null;
  return parseOrderId(`ord_${bytes.toString("latin1", ORDER, MAC)}`);
}

type Key = { readonly number: number; readonly secret: string };

function newestOf(secrets: OrderLinkSecrets): Key | null {
  return keysIn(secrets).sort((a, b) => b.number - a.number)[0] ?? null;
}

/** None when any of them is malformed, or two have one number: then nothing is signed, and `GET /readyz` says so. */
function keysIn({ ORDER_LINK_SECRET: given }: OrderLinkSecrets): Key[] {
  if (!given) return [];
  const keys = given.split(",").map((text): Key => {
    const [, number = "1", secret = ""] = /^(?:(\d{1,3}):)?(.*)$/.exec(text.trim()) ?? [];
    return { number: Number(number), secret };
  });
  const sound = keys.every(({ number, secret }) => number >= 1 && number <= 255 && secret.length >= MIN_SECRET);
  return sound && new Set(keys.map(({ number }) => number)).size === keys.length ? keys : [];
}
