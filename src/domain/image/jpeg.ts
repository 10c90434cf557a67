// JPEG (ITU-T T.81): segments that begin with FF and a marker; after SOS the coded picture, up to the next marker. Of what
// cameras say of a picture its orientation alone is kept, since it is shown by it.

import { refuse, type Result } from "../result.ts";
import { orientationOf, orientationSegment } from "./exif.ts";
import { CUT_OFF, type Faulty, type Picture, pictureOf, viewOf } from "./picture.ts";

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const COMMENT = 0xfe;
/** Of those that begin a frame: DHT, JPG and DAC do not. */
const NO_FRAMES: readonly number[] = [0xc4, 0xc8, 0xcc];

/** What of the application's segments draws the picture: how to read its colours. */
const KEPT_APPS: ReadonlyMap<number, string> = new Map([
  [APP0, "JFIF\0"],
  [APP2, "ICC_PROFILE\0"],
  [APP14, "Adobe"],
]);

type Read = { width: number; height: number; orientation: number; readonly parts: Uint8Array[] };

export function readJpeg(bytes: Uint8Array): Result<Picture, Faulty> {
  const read: Read = { width: 0, height: 0, orientation: 1, parts: [] };
  for (let at = 2; at + 1 < bytes.byteLength; ) {
    if (bytes[at] !== 0xff) return refuse(CUT_OFF);
    const marker = bytes[at + 1] ?? 0;
    // Any number of FF may stand before a marker.
    if (marker === 0xff) at += 1;
    else if (marker === EOI) return pictureFrom(read);
    else {
      const end = endOfSegment(bytes, at);
      if (end === null || marker === SOI) return refuse(CUT_OFF);
      takeSegment(read, marker, bytes.subarray(at, end));
      at = end;
      if (marker !== SOS) continue;
      const coded = endOfCoded(bytes, at);
      read.parts.push(bytes.subarray(at, coded));
      at = coded;
    }
  }
  return refuse(CUT_OFF);
}

/** Null where the segment does not end within the bytes. */
function endOfSegment(bytes: Uint8Array, at: number): number | null {
  if (at + 4 > bytes.byteLength) return null;
  const length = viewOf(bytes).getUint16(at + 2);
  const end = at + 2 + length;
  return length < 2 || end > bytes.byteLength ? null : end;
}

/** Where the next marker stands, which is no restart of the same scan; the end of the bytes where there is none. */
function endOfCoded(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.byteLength;
}

function takeSegment(read: Read, marker: number, segment: Uint8Array): void {
  const content = segment.subarray(4);
  const isFrame = marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker);
  if (isFrame && read.width === 0 && content.byteLength >= 6) {
    const view = viewOf(content);
    read.height = view.getUint16(1);
    read.width = view.getUint16(3);
  }
  if (marker === APP1) read.orientation = orientationOf(content) ?? read.orientation;
  if (isKept(marker, content)) read.parts.push(segment);
}

function isKept(marker: number, content: Uint8Array): boolean {
  if (marker === COMMENT) return false;
  if (marker < APP0 || marker > APP15) return true;
  const name = KEPT_APPS.get(marker);
  return name !== undefined && [...name].every((letter, at) => content[at] === letter.charCodeAt(0));
}

/** From 5 on the orientations lay the picture on its side. */
function pictureFrom({ width, height, orientation, parts }: Read): Result<Picture, Faulty> {
  const whole = [
    Uint8Array.of(0xff, SOI),
    ...(orientation === 1 ? [] : [orientationSegment(orientation)]),
    ...parts,
    Uint8Array.of(0xff, EOI),
  ];
  return orientation >= 5 ? pictureOf(height, width, whole) : pictureOf(width, height, whole);
}
