// Signs and checks what depends on the secret of tickets (rules N3, N5, N6): codes, by a key of each event, and typed
// codes. A private key is derived each time that it signs, and stored nowhere.

import { createHmac, timingSafeEqual } from "node:crypto";
import {
  type CodeFields,
  eventTagOf,
  messageFor,
  type PublicKey,
  type ReadCode,
  writeCode,
} from "../domain/door/tickets/code.ts";
import { checkFrom, typedCodeFrom } from "../domain/door/tickets/serial.ts";
import type { EventId } from "../domain/ids.ts";
import { must } from "../domain/result.ts";
import { dropOldest } from "./drop-oldest.ts";
import { sha256 } from "./sha256.ts";
import { type TicketSecrets, verifyingSecrets } from "./ticket-secrets.ts";

const ED25519 = "Ed25519";
/** An Ed25519 private key in PKCS8 is this and its seed of 32 bytes: the one form in which workerd takes a seed. */
const PKCS8_HEAD = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);
const SEED_BITS = 256;
const TYPED_LABEL = "voelgoed typed code v1\n";

/** An event's public key number `n` (1 to 255), in base64url. */
export async function publicKeyOf(secret: string, eventId: EventId, n: number): Promise<string> {
  const exported = await crypto.subtle.exportKey("jwk", await privateKeyOf(secret, eventId, n));
  return must(exported instanceof ArrayBuffer ? null : exported.x, "a private key in JWK has its public part");
}

/** Makes the code of these fields, signed by the event's key `fields.keyNumber`. */
export async function signCode(
  secret: string,
  eventId: EventId,
  fields: Omit<CodeFields, "eventTag">,
): Promise<string> {
  const message = messageFor({ ...fields, eventTag: eventTagOf(eventId, sha256) });
  const key = await privateKeyOf(secret, eventId, fields.keyNumber);
  return writeCode(message, new Uint8Array(await crypto.subtle.sign(ED25519, key, message)));
}

/** Whether the code was signed by that key of its event. */
export async function isSignedBy(
  { message, signature }: Pick<ReadCode, "message" | "signature">,
  { publicKey }: Pick<PublicKey, "publicKey">,
): Promise<boolean> {
  return crypto.subtle.verify(ED25519, await verifyingKey(publicKey), signature, message);
}

/** Cached for the life of the isolate, since a door uses the same few keys all evening. */
const verifyingKeys = new Map<string, CryptoKey>();
const MAX_VERIFYING_KEYS = 1_000;

async function verifyingKey(x: string): Promise<CryptoKey> {
  const imported = verifyingKeys.get(x);
  if (imported) return imported;
  const key = await crypto.subtle.importKey("jwk", { kty: "OKP", crv: ED25519, x }, ED25519, false, ["verify"]);
  verifyingKeys.set(x, key);
  dropOldest(verifyingKeys, MAX_VERIFYING_KEYS);
  return key;
}

/** The code to type where the QR code cannot be read. */
export function typedCodeOf(secret: string, serial: number, generation: number): string {
  return typedCodeFrom(serial, macOf(secret, serial, generation));
}

/** Whether a typed code belongs to the ticket at this generation, under the present secret or the one before. */
export function isTypedCode(
  secrets: TicketSecrets,
  { serial, check }: { readonly serial: number; readonly check: string },
  generation: number,
): boolean {
  return verifyingSecrets(secrets).some((secret) => isCheck(secret, serial, generation, check));
}

function isCheck(secret: string, serial: number, generation: number, check: string): boolean {
  const [given, made] = [check, checkFrom(macOf(secret, serial, generation))].map((text) =>
    Uint8Array.from(text, codeAt),
  );
  return given?.length === made?.length && timingSafeEqual(must(given, "two texts"), must(made, "two texts"));
}

function codeAt(character: string): number {
  return character.charCodeAt(0);
}

function macOf(secret: string, serial: number, generation: number): Uint8Array {
  return createHmac("sha256", secret).update(`${TYPED_LABEL}${serial}\n${generation}`).digest();
}

async function privateKeyOf(secret: string, eventId: EventId, n: number): Promise<CryptoKey> {
  const text = new TextEncoder();
  const material = await crypto.subtle.importKey("raw", text.encode(secret), "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: text.encode(eventId), info: text.encode(`ticket key ${n}`) };
  const seed = new Uint8Array(await crypto.subtle.deriveBits(how, material, SEED_BITS));
  const pkcs8 = new Uint8Array(PKCS8_HEAD.length + seed.length);
  pkcs8.set(PKCS8_HEAD);
  pkcs8.set(seed, PKCS8_HEAD.length);
  // Extractable, since exporting it is the only way to get its public part.
  return crypto.subtle.importKey("pkcs8", pkcs8, ED25519, true, ["sign"]);
}
