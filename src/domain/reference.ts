// The reference of an order for people, bank statements and support (rule O12): ten characters of its id and a check
// character, which finds every wrong character and every two that were exchanged.

import { ALPHABET, type OrderId } from "./ids.ts";

const LENGTH = 10;
/** Where in an order's id the hash of buyer and key begins. */
const HASH_AT = 30;

/** The ten characters of an order's id that its reference is made of. */
export function referenceBodyOf(orderId: OrderId): string {
  return orderId.slice(HASH_AT, HASH_AT + LENGTH);
}

/** As it is shown: `7K3F-9QZ2-M4Z`. */
export function referenceOf(orderId: OrderId): string {
  return showReference(referenceBodyOf(orderId));
}

/** Of its ten characters. */
export function showReference(body: string): string {
  const text = (body + checkCharacter(body)).toUpperCase();
  return `${text.slice(0, 4)}-${text.slice(4, 8)}-${text.slice(8)}`;
}

/**
 * The ten characters that a reference names, in any case and spacing, with the letters that are taken for others read
 * as those; null when it is none, or mistyped.
 */
export function parseReference(text: string): string | null {
  const read = readByPeople(text);
  const body = read?.slice(0, LENGTH) ?? "";
  return read?.length === LENGTH + 1 && read.slice(LENGTH) === checkCharacter(body) ? body : null;
}

/** What a person has typed of the ids' alphabet, in lower case; null when there is anything else in it. */
export function readByPeople(text: string): string | null {
  const read = text
    .toLowerCase()
    .replace(/[\s.,_/–—-]/gu, "")
    .replace(/o/g, "0")
    .replace(/[il]/g, "1")
    .replace(/u/g, "v");
  return [...read].every((character) => ALPHABET.includes(character)) ? read : null;
}

/**
 * A weighted sum over the field of 32 elements, in which no two places have the same weight: a change of one character
 * and an exchange of two both change it.
 */
function checkCharacter(body: string): string {
  let sum = 0;
  for (const character of body) sum = double(sum) ^ ALPHABET.indexOf(character);
  return ALPHABET.charAt(double(sum));
}

/** Times the generator, modulo x⁵ + x² + 1. */
function double(value: number): number {
  const shifted = value << 1;
  return shifted & 32 ? shifted ^ 37 : shifted;
}
