// Reads and writes the one thing that is kept of EXIF (a TIFF in an APP1 segment of a JPEG): the orientation.

import { viewOf } from "./picture.ts";

const NAME = [0x45, 0x78, 0x69, 0x66, 0, 0];
const ORIENTATION = 0x0112;
const SHORT = 3;
const ENTRY = 12;

/** 1 to 8; null when the segment is not EXIF, or has no orientation. */
export function orientationOf(content: Uint8Array): number | null {
  if (NAME.some((byte, at) => content[at] !== byte)) return null;
  const tiff = content.subarray(NAME.length);
  if (tiff.byteLength < 14) return null;
  const view = viewOf(tiff);
  const little = view.getUint16(0) === 0x4949;
  const entries = view.getUint32(4, little);
  if (entries + 2 > tiff.byteLength) return null;
  const count = view.getUint16(entries, little);
  for (let at = entries + 2, left = count; left > 0 && at + ENTRY <= tiff.byteLength; at += ENTRY, left -= 1) {
    if (view.getUint16(at, little) !== ORIENTATION) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : null;
  }
  return null;
}

/** A whole APP1 segment that has this orientation and nothing else. */
export function orientationSegment(orientation: number): Uint8Array {
  return Uint8Array.of(
    ...[0xff, 0xe1, 0, 34, ...NAME],
    // A big-endian TIFF with one directory of one entry, and no other directory after it.
    ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1],
    ...[ORIENTATION >> 8, ORIENTATION & 0xff, 0, SHORT, 0, 0, 0, 1, 0, orientation, 0, 0],
    ...[0, 0, 0, 0],
  );
}
