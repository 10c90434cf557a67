// Defines the result of the readers of the three formats, and the bounds of a picture (rule E11).

import { MAX_IMAGE_SIDE } from "../limits.ts";
import { accept, refuse, type Result } from "../result.ts";

/** `width` and `height` are in pixels, as it is shown; `kept` are the bytes to be stored. */
export type Picture = { readonly width: number; readonly height: number; readonly kept: Uint8Array };
/** Why it is refused, in words. */
export type Faulty = string;

export const CUT_OFF: Faulty = "The image is incomplete";

/** A larger picture would use up the memory of those who view it, however few bytes it has. */
export function pictureOf(width: number, height: number, parts: readonly Uint8Array[]): Result<Picture, Faulty> {
  if (width < 1 || height < 1) return refuse("The image has no size");
  if (Math.max(width, height) > MAX_IMAGE_SIDE)
    return refuse(`The image is more than ${MAX_IMAGE_SIDE} pixels wide or high`);
  return accept({ width, height, kept: joined(parts) });
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The four bytes from `at` on, as letters. */
export function fourLetters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
