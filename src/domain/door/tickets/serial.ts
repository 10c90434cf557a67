// The serial of a ticket and its typed code as people see and type them (rule N3).

import { ALPHABET, encodeBase32 } from "../../ids.ts";
import { normalizeTyped } from "../../orders/reference.ts";
import { must } from "../../result.ts";

const SERIAL_LENGTH = 11;
const CHECK_LENGTH = 4;
const MAX_SERIAL = Number.MAX_SAFE_INTEGER;

/** The form for people: `7KQ2M-9XA4T-R`. */
export function showSerial(serial: number): string {
  return grouped(serialDigits(serial));
}

/**
 * The typed code, such as `7KQ2M-9XA4T-RH4TZ`: the serial and 20 bits of `mac`, which is keyed by a secret. People type
 * it where the QR code cannot be read. It is stored nowhere (rule N6).
 */
export function typedCodeFrom(serial: number, mac: Uint8Array): string {
  return grouped(serialDigits(serial) + checkFrom(mac));
}

/** The check characters of a typed code, in lower case and in the alphabet of ids. */
export function checkFrom(mac: Uint8Array): string {
  return encodeBase32(mac.subarray(0, 5)).slice(0, CHECK_LENGTH);
}

/** The serial that a person has typed, in any case and spacing; null when `text` is not a serial. */
export function parseSerial(text: string): number | null {
  const read = normalizeTyped(text);
  return read?.length === SERIAL_LENGTH ? serialFrom(read) : null;
}

/** The parts of a typed code, with a check that is not verified yet; null when `text` is not a typed code. */
export function parseTypedCode(text: string): { readonly serial: number; readonly check: string } | null {
  const read = normalizeTyped(text);
  if (read?.length !== SERIAL_LENGTH + CHECK_LENGTH) return null;
  const serial = serialFrom(read.slice(0, SERIAL_LENGTH));
  return serial === null ? null : { serial, check: read.slice(SERIAL_LENGTH) };
}

function serialDigits(serial: number): string {
  let [rest, digits] = [serial, ""];
  for (let place = 0; place < SERIAL_LENGTH; place++) {
    digits = must(ALPHABET[rest % 32], "a digit of base 32") + digits;
    rest = Math.floor(rest / 32);
  }
  return digits;
}

/** Null above `MAX_SERIAL`, since eleven characters hold 55 bits and a serial has fewer. */
function serialFrom(digits: string): number | null {
  let serial = 0n;
  for (const digit of digits) serial = serial * 32n + BigInt(ALPHABET.indexOf(digit));
  return serial <= BigInt(MAX_SERIAL) ? Number(serial) : null;
}

function grouped(digits: string): string {
  return `${digits.slice(0, 5)}-${digits.slice(5, 10)}-${digits.slice(10)}`.toUpperCase();
}
