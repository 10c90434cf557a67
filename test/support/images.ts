// Builds small images in the three formats byte by byte, with the parts that a reader needs and those that it must not
// keep.

const text = (letters: string) => [...letters].map((letter) => letter.charCodeAt(0));
const big = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, at) => (value >>> (8 * (bytes - 1 - at))) & 255);
const little = (value: number, bytes: number) => big(value, bytes).reverse();

export type Sides = { readonly width?: number; readonly height?: number };
/** What cameras and programs write beside a picture; no kept byte may have it. */
export const SECRET = "taken at 25.7461 S";

export function pngChunk(name: string, content: readonly number[]): number[] {
  const summed = [...text(name), ...content];
  return [...big(content.length, 4), ...summed, ...big(crc32(summed), 4)];
}

/** Bit by bit: the remainder of a division of polynomials. */
function crc32(bytes: readonly number[]): number {
  let rest = 0xffffffff;
  for (const byte of bytes)
    for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (((rest ^ (byte >>> bit)) & 1) === 1 ? 0xedb88320 : 0);
  return ~rest >>> 0;
}

/** `extra`: chunks between the header and the picture. */
export function pngOf(
  { width = 640, height = 360 }: Sides = {},
  extra: readonly number[] = [],
  drawn: readonly number[] = pngChunk("IDAT", [0x78, 0x9c]),
): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...[0x89, ...text("PNG\r\n"), 0x1a, 0x0a],
    ...pngChunk("IHDR", [...big(width, 4), ...big(height, 4), 8, 2, 0, 0, 0]),
    ...extra,
    ...drawn,
    ...pngChunk("IEND", []),
  ]);
}

export function jpegSegment(marker: number, content: readonly number[]): number[] {
  return [0xff, marker, ...big(content.length + 2, 2), ...content];
}

/** EXIF that says how the picture is turned, and where it was taken; the smaller or the larger byte first. */
export function exifOf(orientation: number, order: "II" | "MM" = "MM"): number[] {
  const number = order === "MM" ? big : little;
  const entry = [...number(0x0112, 2), ...number(3, 2), ...number(1, 4), ...number(orientation, 2), 0, 0];
  const place = [...number(0x010e, 2), ...number(2, 2), ...number(SECRET.length, 4), ...number(38, 4)];
  const list = [...number(2, 2), ...place, ...entry, ...number(0, 4)];
  return [...text("Exif\0\0"), ...text(order), ...number(42, 2), ...number(8, 4), ...list, ...text(SECRET)];
}

/** `extra`: segments before the frame. `after`: bytes after the end of the picture. */
export function jpegOf(
  { width = 640, height = 360 }: Sides = {},
  extra: readonly number[] = [],
  after: readonly number[] = [],
): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...jpegSegment(0xe0, [...text("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...extra,
    ...jpegSegment(0xc0, [8, ...big(height, 2), ...big(width, 2), 1, 1, 0x11, 0]),
    ...jpegSegment(0xda, [1, 1, 0, 0, 63, 0]),
    ...[0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56],
    ...[0xff, 0xd9],
    ...after,
  ]);
}

export function webpChunk(name: string, content: readonly number[]): number[] {
  return [...text(name), ...little(content.length, 4), ...content, ...(content.length % 2 === 0 ? [] : [0])];
}

export function webpOf(chunks: readonly number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...text("RIFF"), ...little(chunks.length + 4, 4), ...text("WEBP"), ...chunks]);
}

export function lossyChunk({ width = 640, height = 360 }: Sides = {}): number[] {
  return webpChunk("VP8 ", [0x30, 1, 0, 0x9d, 1, 0x2a, ...little(width, 2), ...little(height, 2), 7]);
}

export function losslessChunk({ width = 640, height = 360 }: Sides = {}): number[] {
  return webpChunk("VP8L", [0x2f, ...little((width - 1) | ((height - 1) << 14), 4)]);
}

export function extendedChunk(flags: number, { width = 640, height = 360 }: Sides = {}): number[] {
  return webpChunk("VP8X", [flags, 0, 0, 0, ...little(width - 1, 3), ...little(height - 1, 3)]);
}
