// Reads PNG (ISO/IEC 15948): a signature, then chunks of length, name, content and checksum, from IHDR over IDAT to IEND.

import { refuse, type Result } from "../result.ts";
import { CUT_OFF, type Faulty, fourLetters, type Picture, pictureOf, viewOf } from "./picture.ts";

const SIGNATURE = 8;
/** The bytes of a chunk beside its content: length, name and checksum. */
const AROUND = 12;
/** The length of IHDR's content. */
const HEADER_BYTES = 13;
/** The chunks that affect the picture and its colours. Texts, times, EXIF and the frames of an animation are dropped. */
const KEPT = new Set(["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "pHYs"]);

export function readPng(bytes: Uint8Array): Result<Picture, Faulty> {
  const view = viewOf(bytes);
  const parts = [bytes.subarray(0, SIGNATURE)];
  let isDrawn = false;
  for (let at = SIGNATURE; at + AROUND <= bytes.byteLength; ) {
    const name = fourLetters(bytes, at + 4);
    const end = at + AROUND + view.getUint32(at);
    if (end > bytes.byteLength || (at === SIGNATURE) !== (name === "IHDR")) return refuse(CUT_OFF);
    if (name === "IHDR" && end - at !== AROUND + HEADER_BYTES) return refuse(CUT_OFF);
    if (KEPT.has(name)) {
      if (view.getUint32(end - 4) !== crc32(bytes.subarray(at + 4, end - 4))) return refuse(CUT_OFF);
      parts.push(bytes.subarray(at, end));
    }
    isDrawn ||= name === "IDAT";
    if (name === "IEND") return isDrawn ? sized(view, parts) : refuse(CUT_OFF);
    at = end;
  }
  return refuse(CUT_OFF);
}

/** IHDR is the first chunk; its content begins with the width and the height. */
function sized(view: DataView, parts: readonly Uint8Array[]): Result<Picture, Faulty> {
  const inHeader = SIGNATURE + 8;
  return pictureOf(view.getUint32(inHeader), view.getUint32(inHeader + 4), parts);
}

/** The table of CRC-32 for each value of a byte, by the reversed polynomial. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  return rest;
});

/** The checksum of a chunk, over its name and content. */
function crc32(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ (REMAINDERS[(rest ^ byte) & 255] ?? 0);
  return ~rest >>> 0;
}
