// PNG (ISO/IEC 15948): a signature, then chunks of length, name, content and checksum, from IHDR to IEND.

import { refuse, type Result } from "../result.ts";
import { CUT_OFF, type Faulty, fourLetters, type Picture, pictureOf, viewOf } from "./picture.ts";

const SIGNATURE = 8;
/** The length, the name and the checksum. */
const AROUND = 12;
/** What draws the picture and says its colours; texts, times, EXIF and the frames of a moving one are not kept. */
const KEPT = new Set(["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "pHYs"]);

export function readPng(bytes: Uint8Array): Result<Picture, Faulty> {
  const view = viewOf(bytes);
  const parts = [bytes.subarray(0, SIGNATURE)];
  for (let at = SIGNATURE; at + AROUND <= bytes.byteLength; ) {
    const name = fourLetters(bytes, at + 4);
    const end = at + AROUND + view.getUint32(at);
    if (end > bytes.byteLength || (at === SIGNATURE) !== (name === "IHDR")) return refuse(CUT_OFF);
    if (KEPT.has(name)) parts.push(bytes.subarray(at, end));
    if (name === "IEND") return sized(view, end, parts);
    at = end;
  }
  return refuse(CUT_OFF);
}

/** IHDR is the first chunk: the width and the height are the first of its content. */
function sized(view: DataView, end: number, parts: readonly Uint8Array[]): Result<Picture, Faulty> {
  const inHeader = SIGNATURE + 8;
  return end < inHeader + 13
    ? refuse(CUT_OFF)
    : pictureOf(view.getUint32(inHeader), view.getUint32(inHeader + 4), parts);
}
