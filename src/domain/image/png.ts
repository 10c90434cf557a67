// PNG (ISO/IEC 15948): a signature, then chunks of length, name, content and checksum, from IHDR by IDAT to IEND.

import { refuse, type Result } from "../result.ts";
import { CUT_OFF, type Faulty, fourLetters, type Picture, pictureOf, viewOf } from "./picture.ts";

const SIGNATURE = 8;
/** The length, the name and the checksum. */
const AROUND = 12;
/** What IHDR has. */
const HEADER_BYTES = 13;
/** What draws the picture and says its colours; texts, times, EXIF and the frames of a moving one are not kept. */
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

/** IHDR is the first chunk: the width and the height are the first of its content. */
function sized(view: DataView, parts: readonly Uint8Array[]): Result<Picture, Faulty> {
  const inHeader = SIGNATURE + 8;
  return pictureOf(view.getUint32(inHeader), view.getUint32(inHeader + 4), parts);
}

/** Of each value of a byte, by the reversed polynomial of CRC-32. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  return rest;
});

/** The checksum of a chunk, which is of its name and its content. */
function crc32(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ (REMAINDERS[(rest ^ byte) & 255] ?? 0);
  return ~rest >>> 0;
}
