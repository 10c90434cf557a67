// Reads WebP (RFC 9649): a RIFF container of chunks, each with name, length and content, padded to an even length.

import { refuse, type Result } from "../result.ts";
import { CUT_OFF, type Faulty, fourLetters, type Picture, pictureOf, viewOf } from "./picture.ts";

const HEADER = 12;
const KEPT = new Set(["VP8X", "VP8 ", "VP8L", "ALPH", "ICCP"]);
/** Flags of VP8X: the file has EXIF or XMP, which are dropped; it is animated. */
const EXIF_AND_XMP = 0x0c;
const ANIMATED = 0x02;
const LOSSY_START = [0x9d, 0x01, 0x2a];
const LOSSLESS_START = 0x2f;

type Size = { readonly width: number; readonly height: number };

export function readWebp(bytes: Uint8Array): Result<Picture, Faulty> {
  const view = viewOf(bytes);
  const end = 8 + (bytes.byteLength < HEADER ? 0 : view.getUint32(4, true));
  if (end > bytes.byteLength || end < HEADER) return refuse(CUT_OFF);
  const parts: Uint8Array[] = [];
  let extended: Size | null = null;
  let drawn: Size | null = null;
  for (let at = HEADER; at < end; ) {
    if (at + 8 > end) return refuse(CUT_OFF);
    const name = fourLetters(bytes, at);
    const length = view.getUint32(at + 4, true);
    const next = at + 8 + length + (length % 2);
    if (next > end) return refuse(CUT_OFF);
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (name === "ANIM" || name === "ANMF") return refuse(MOVES);
    if (name === "VP8X") {
      if (((content[0] ?? 0) & ANIMATED) !== 0) return refuse(MOVES);
      if (at !== HEADER) return refuse(CONTRADICTORY);
      extended = extendedSize(content);
      if (!extended) return refuse(CUT_OFF);
    }
    if (name === "VP8 " || name === "VP8L") {
      if (drawn) return refuse(CONTRADICTORY);
      drawn = name === "VP8L" ? losslessSize(content) : lossySize(content);
      if (!drawn) return refuse(CUT_OFF);
    }
    if (KEPT.has(name)) parts.push(name === "VP8X" ? withoutFlags(bytes.subarray(at, next)) : bytes.subarray(at, next));
    at = next;
  }
  if (!drawn) return refuse(CUT_OFF);
  const { width, height } = drawn;
  if (extended && (extended.width !== width || extended.height !== height)) return refuse(CONTRADICTORY);
  return pictureOf(width, height, [header(parts), ...parts]);
}

const MOVES: Faulty = "The image is animated: use a still one";
/** The bound would hold for one size only, and a browser may draw the other. */
const CONTRADICTORY: Faulty = "The image has more than one size";

function extendedSize(content: Uint8Array): Size | null {
  if (content.byteLength < 10) return null;
  const three = (at: number) => (content[at] ?? 0) | ((content[at + 1] ?? 0) << 8) | ((content[at + 2] ?? 0) << 16);
  return { width: three(4) + 1, height: three(7) + 1 };
}

function lossySize(content: Uint8Array): Size | null {
  if (content.byteLength < 10 || LOSSY_START.some((byte, at) => content[3 + at] !== byte)) return null;
  const view = viewOf(content);
  return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
}

function losslessSize(content: Uint8Array): Size | null {
  if (content.byteLength < 5 || content[0] !== LOSSLESS_START) return null;
  const bits = viewOf(content).getUint32(1, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

function withoutFlags(chunk: Uint8Array): Uint8Array {
  const changed = chunk.slice();
  changed[8] = (changed[8] ?? 0) & ~EXIF_AND_XMP;
  return changed;
}

function header(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new TextEncoder().encode("RIFF0000WEBP");
  viewOf(bytes).setUint32(
    4,
    parts.reduce((length, part) => length + part.byteLength, 4),
    true,
  );
  return bytes;
}
