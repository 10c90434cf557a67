// Makes the keys of a world's events and signs its tickets' codes by Node's own Ed25519. WebCrypto replies from a
// thread of its own, at a moment that no world controls; so this function answers the product's calls to WebCrypto at
// once, and every signature is a real one.

import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { eventTagOf, messageFor, writeCode } from "../../../../src/domain/door/tickets/code.ts";
import type { EventId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { sha256 } from "../../../../src/shared/sha256.ts";

/** An Ed25519 private key in PKCS8 is this and its seed of 32 bytes. */
const PKCS8_HEAD = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);
/** Every event has this key, and no other. */
export const KEY_NUMBER = 1;

/**
 * What somebody shows at a gate. `forged`: signed by nobody; `unknown_key`: by a key that its event has not; `garbage`: no
 * code at all.
 */
export type ShownCode = {
  readonly kind: "good" | "forged" | "unknown_key" | "garbage";
  readonly eventId: EventId;
  readonly serial: number;
  readonly typeNumber: number;
  readonly generation: number;
};

/** Shared by all worlds, since a code is the same in each, and takes time to sign. */
const keys = new Map<EventId, KeyObject>();
const codes = new Map<string, string>();
const MAX_CODES = 10_000;

function privateKeyOf(eventId: EventId): KeyObject {
  const seed = sha256(`a key of ${eventId}`);
  const key = keys.get(eventId) ?? createPrivateKey({ key: pkcs8Of(seed), format: "der", type: "pkcs8" });
  keys.set(eventId, key);
  return key;
}

/** The one cast: Node takes any bytes, and its types here have no Buffer. */
function pkcs8Of(seed: Uint8Array): string {
  return Uint8Array.from([...PKCS8_HEAD, ...seed]) as unknown as string;
}

/** The event's public key, in base64url. */
export function publicKeyOf(eventId: EventId): string {
  return must(createPublicKey(privateKeyOf(eventId)).export({ format: "jwk" }).x, "a public key in JWK has an x");
}

/** As a reader delivers it. */
export function codeText(shown: ShownCode): string {
  const { kind, eventId, serial, typeNumber, generation } = shown;
  if (kind === "garbage") return "https://example.com/menu";
  const name = JSON.stringify(shown);
  const known = codes.get(name);
  if (known !== undefined) return known;
  const keyNumber = kind === "unknown_key" ? KEY_NUMBER + 1 : KEY_NUMBER;
  const message = messageFor({ keyNumber, eventTag: eventTagOf(eventId, sha256), typeNumber, generation, serial });
  const signature = new Uint8Array(sign(null, message, privateKeyOf(eventId)));
  if (kind === "forged") signature[0] = (signature[0] ?? 0) ^ 1;
  const code = writeCode(message, signature);
  if (codes.size >= MAX_CODES) codes.clear();
  codes.set(name, code);
  return code;
}

/** For `crypto.subtle`, as far as a door uses it. */
export const SIMULATED_SUBTLE = {
  importKey: (_format: string, key: { readonly kty: string; readonly crv: string; readonly x: string }) =>
    Promise.resolve(createPublicKey({ key, format: "jwk" })),
  verify: (_algorithm: string, key: KeyObject, signature: Uint8Array, message: Uint8Array) =>
    Promise.resolve(verify(null, message, key, signature)),
};
