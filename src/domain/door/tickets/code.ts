// Reads and writes the code of a ticket, as a phone shows it and a scanner reads it (rules N4, N11): its layout, its one
// spelling, and its fields before the signature is verified. Keys, signatures and hashes come in as arguments. Big-endian:
// 0 version (high nibble 1) and flags · 1 key number · 2-5 event tag · 6 ticket type's number in its event · 7 generation ·
// 8 zero · 9-15 serial · 16-79 Ed25519 signature over "voelgoed ticket v1\n" and bytes 0 to 15. As text `VG1` and the 80
// bytes in base 32.

import { ALPHABET, encodeBase32, type EventId } from "../../ids.ts";
import { accept, assert, refuse, type Result } from "../../result.ts";

/** `eventTag` is `eventTagOf` the event. `typeNumber` is the number of the ticket type in its event, 1 to 255. */
export type CodeFields = {
  readonly keyNumber: number;
  readonly eventTag: number;
  readonly typeNumber: number;
  readonly generation: number;
  readonly serial: number;
};

/** A code that was read. `signature` claims to sign `message`; no field counts before that is verified. */
export type ReadCode = CodeFields & { readonly message: Uint8Array; readonly signature: Uint8Array };

const PREFIX = "VG1";
const FIELDS_BYTES = 16;
const SIGNATURE_BYTES = 64;
const CODE_BYTES = FIELDS_BYTES + SIGNATURE_BYTES;
/** 80 bytes are exactly 128 characters of 5 bits. */
const CODE_LENGTH = PREFIX.length + (CODE_BYTES * 8) / 5;
/** A longer text is not parsed: it exceeds any code with everything that a reader may add before and within it. */
const MAX_DELIVERED = 2 * CODE_LENGTH;
const VERSION = 1;
const LABEL = new TextEncoder().encode("voelgoed ticket v1\n");
/** Bytes 9 to 15 have 56 bits, of which a serial takes 53. */
const SERIAL_HIGH = 9;
const SERIAL_LOW = 12;
const WORD = 2 ** 32;
const MAX_BYTE = 255;

/** The first four bytes of a hash of the event's id. */
export function eventTagOf(eventId: EventId, hash: (text: string) => Uint8Array): number {
  return viewOf(hash(eventId)).getUint32(0);
}

/** The bytes that are signed for a ticket's code. */
export function messageFor(fields: CodeFields): Uint8Array {
  const { keyNumber, eventTag, typeNumber, generation, serial } = fields;
  for (const value of [keyNumber, typeNumber, generation])
    assert(Number.isInteger(value) && value >= 1 && value <= MAX_BYTE, "a number of a code is a byte, and not zero");
  assert(Number.isSafeInteger(serial) && serial >= 0, "a serial has 53 bits");
  const bytes = new Uint8Array(FIELDS_BYTES);
  const view = viewOf(bytes);
  view.setUint8(0, VERSION << 4);
  view.setUint8(1, keyNumber);
  view.setUint32(2, eventTag);
  view.setUint8(6, typeNumber);
  view.setUint8(7, generation);
  const high = Math.floor(serial / WORD);
  view.setUint8(SERIAL_HIGH, high >>> 16);
  view.setUint16(SERIAL_HIGH + 1, high & 0xffff);
  view.setUint32(SERIAL_LOW, serial % WORD);
  return signedPart(bytes);
}

/** The code of a message of `messageFor` and its signature (64 bytes). */
export function writeCode(message: Uint8Array, signature: Uint8Array): string {
  assert(signature.length === SIGNATURE_BYTES, "an Ed25519 signature has 64 bytes");
  const bytes = new Uint8Array(CODE_BYTES);
  bytes.set(message.subarray(LABEL.length));
  bytes.set(signature, FIELDS_BYTES);
  return PREFIX + encodeBase32(bytes).toUpperCase();
}

/**
 * Parses what a reader delivers: in any case, with blanks, after the AIM prefix of a QR code and an ECI prefix.
 * `unreadable` when it has another length, another version, or bits where this version has none.
 */
export function readCode(text: string): Result<ReadCode, "unreadable"> {
  const folded = fold(text);
  if (folded.length !== CODE_LENGTH || !folded.startsWith(PREFIX)) return refuse("unreadable");
  const bytes = decodeBase32(folded.slice(PREFIX.length).toLowerCase());
  if (bytes === null) return refuse("unreadable");
  const view = viewOf(bytes);
  const high = view.getUint8(SERIAL_HIGH) * 2 ** 16 + view.getUint16(SERIAL_HIGH + 1);
  const isKnown = view.getUint8(0) === VERSION << 4 && view.getUint8(8) === 0 && high < 2 ** 21;
  if (!isKnown) return refuse("unreadable");
  return accept({
    keyNumber: view.getUint8(1),
    eventTag: view.getUint32(2),
    typeNumber: view.getUint8(6),
    generation: view.getUint8(7),
    serial: high * WORD + view.getUint32(SERIAL_LOW),
    message: signedPart(bytes.subarray(0, FIELDS_BYTES)),
    signature: bytes.subarray(FIELDS_BYTES),
  });
}

/** Codes of a `refused` key are no longer accepted. */
export const KEY_STATUSES = ["active", "accepted", "refused"] as const;
export type KeyStatus = (typeof KEY_STATUSES)[number];

/** A key of an event: `publicKey` is Ed25519's, in base64url. */
export type PublicKey = { readonly n: number; readonly publicKey: string; readonly status: KeyStatus };

/** Only for ASCII, so that no letter of another alphabet becomes one of ours. */
function fold(text: string): string {
  if (text.length > MAX_DELIVERED) return "";
  const dense = text.replace(/\s/gu, "");
  if (!/^[!-~]*$/.test(dense)) return "";
  return dense
    .toUpperCase()
    .replace(/^\]Q\d/, "")
    .replace(/^\\\d{6}/, "");
}

/** Null when there is any other character in it. The characters must fill whole bytes. */
function decodeBase32(text: string): Uint8Array | null {
  const bytes = new Uint8Array((text.length * 5) / 8);
  let [bits, value, at] = [0, 0, 0];
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return null;
    value = (value << 5) | digit;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = value >>> bits;
    value &= (1 << bits) - 1;
  }
  return bytes;
}

function signedPart(fields: Uint8Array): Uint8Array {
  const message = new Uint8Array(LABEL.length + FIELDS_BYTES);
  message.set(LABEL);
  message.set(fields, LABEL.length);
  return message;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
