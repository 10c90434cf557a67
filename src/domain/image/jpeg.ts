// Reads JPEG (ITU-T T.81): segments that begin with FF and a marker; after SOS the coded picture, up to the next marker. Of
// a camera's metadata only the orientation is kept, since the picture is shown by it.

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
/** Markers in the range of those that begin a frame, but that do not: DHT, JPG and DAC. */
const NO_FRAMES: readonly number[] = [0xc4, 0xc8, 0xcc];

const JFIF = "JFIF\0";
/** The length of the JFIF segment before and after the size of its preview, which would follow. */
const JFIF_BEFORE_PREVIEW = 12;
const JFIF_BYTES = 14;
const ICC_PROFILE = "ICC_PROFILE\0";
const ADOBE = "Adobe";
/** Only so much is kept of Adobe's segment, since a longer one has room for anything. */
const ADOBE_BYTES = 12;

/** How many `frames` and `scans` there are; browsers draw a picture of one frame. */
type Read = {
  width: number;
  height: number;
  orientation: number;
  frames: number;
  scans: number;
  readonly parts: Uint8Array[];
};

export function readJpeg(bytes: Uint8Array): Result<Picture, Faulty> {
  const read: Read = { width: 0, height: 0, orientation: 1, frames: 0, scans: 0, parts: [] };
  for (let at = 2; at + 1 < bytes.byteLength; ) {
    if (bytes[at] !== 0xff) return refuse(CUT_OFF);
    const marker = bytes[at + 1] ?? 0;
    // Any number of FF may precede a marker.
    if (marker === 0xff) at += 1;
    else if (marker === EOI) return pictureFrom(read);
    else {
      const end = endOfSegment(bytes, at);
      if (end === null || marker === SOI) return refuse(CUT_OFF);
      takeSegment(read, marker, bytes.subarray(at, end));
      at = end;
      if (marker !== SOS) continue;
      read.scans += 1;
      const coded = endOfCoded(bytes, at);
      read.parts.push(bytes.subarray(at, coded));
      at = coded;
    }
  }
  return refuse(CUT_OFF);
}

/** Null when the segment does not end within the bytes. */
function endOfSegment(bytes: Uint8Array, at: number): number | null {
  if (at + 4 > bytes.byteLength) return null;
  const length = viewOf(bytes).getUint16(at + 2);
  const end = at + 2 + length;
  return length < 2 || end > bytes.byteLength ? null : end;
}

/** The position of the next marker other than a restart of the same scan; the end of the bytes when there is none. */
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
  if (isFrame && content.byteLength >= 6) {
    const view = viewOf(content);
    read.frames += 1;
    read.height = view.getUint16(1);
    read.width = view.getUint16(3);
  }
  if (marker === APP1) read.orientation = orientationOf(content) ?? read.orientation;
  const kept = keptOf(marker, segment, content);
  if (kept) read.parts.push(kept);
}

/** Of the application segments, keeps what affects the picture: its density, and how to read its colours. */
function keptOf(marker: number, segment: Uint8Array, content: Uint8Array): Uint8Array | null {
  if (marker === COMMENT) return null;
  if (marker < APP0 || marker > APP15) return segment;
  if (marker === APP0 && beginsWith(content, JFIF)) return withoutPreview(content);
  if (marker === APP2 && beginsWith(content, ICC_PROFILE)) return segment;
  return marker === APP14 && beginsWith(content, ADOBE) && content.byteLength === ADOBE_BYTES ? segment : null;
}

function beginsWith(content: Uint8Array, name: string): boolean {
  return [...name].every((letter, at) => content[at] === letter.charCodeAt(0));
}

/** The JFIF segment with a preview of 0 by 0 pixels; null when it is too short. */
function withoutPreview(content: Uint8Array): Uint8Array | null {
  if (content.byteLength < JFIF_BEFORE_PREVIEW) return null;
  return Uint8Array.of(0xff, APP0, 0, 2 + JFIF_BYTES, ...content.subarray(0, JFIF_BEFORE_PREVIEW), 0, 0);
}

/** Orientations from 5 on turn the picture on its side. */
function pictureFrom({ width, height, orientation, frames, scans, parts }: Read): Result<Picture, Faulty> {
  if (frames !== 1 || scans === 0) return refuse(CUT_OFF);
  const whole = [
    Uint8Array.of(0xff, SOI),
    ...(orientation === 1 ? [] : [orientationSegment(orientation)]),
    ...parts,
    Uint8Array.of(0xff, EOI),
  ];
  return orientation >= 5 ? pictureOf(height, width, whole) : pictureOf(width, height, whole);
}
