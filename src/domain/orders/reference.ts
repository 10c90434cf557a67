// Makes and reads the reference of an order, for people, bank statements and support (rule O12): ten characters of its id
// and a check character, which detects any one wrong character and any two that were swapped.

import { ALPHABET, type OrderId } from "../ids.ts";

const LENGTH = 10;
/** The position in an order's id at which the hash of buyer and key begins. */
const HASH_AT = 30;

/** The ten characters of an order's id from which its reference is made. */
export function referenceBodyOf(orderId: OrderId): string {
  return orderId.slice(HASH_AT, HASH_AT + LENGTH);
}

/** The form for people: `7K3F-9QZ2-M4Z`. */
export function referenceOf(orderId: OrderId): string {
  return showReference(referenceBodyOf(orderId));
}

/** The same from its ten characters. */
export function showReference(body: string): string {
  const text = (body + checkCharacter(body)).toUpperCase();
  return `${text.slice(0, 4)}-${text.slice(4, 8)}-${text.slice(8)}`;
}

/**
 * Parses a reference in any case and spacing to its ten characters. Letters that look like others are read as those. Null
 * when it is not a reference, or is mistyped.
 */
export function parseReference(text: string): string | null {
  const read = normalizeTyped(text);
  const body = read?.slice(0, LENGTH) ?? "";
  return read?.length === LENGTH + 1 && read.slice(LENGTH) === checkCharacter(body) ? body : null;
}

/** What a person has typed, in the alphabet of ids and in lower case; null when any other character is in it. */
export function normalizeTyped(text: string): string | null {
  const read = text
    .toLowerCase()
    .replace(/[\s.,_/–—-]/gu, "")
    .replace(/o/g, "0")
    .replace(/[il]/g, "1")
    .replace(/u/g, "v");
  return [...read].every((character) => ALPHABET.includes(character)) ? read : null;
}

/**
 * A weighted sum over the field of 32 elements. No two positions have the same weight, so changing one character and
 * swapping two both change the sum.
 */
function checkCharacter(body: string): string {
  let sum = 0;
  for (const character of body) sum = double(sum) ^ ALPHABET.indexOf(character);
  return ALPHABET.charAt(double(sum));
}

/** Multiplies by the generator, modulo x⁵ + x² + 1. */
function double(value: number): number {
  const shifted = value << 1;
  return shifted & 32 ? shifted ^ 37 : shifted;
}
