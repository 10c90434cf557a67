// Images of events and organisations (rule E11): what is taken, and what is kept of it. Which format it is, and how large
// the picture, is read from the bytes themselves, whatever is said of them.

import { refuse, type Result } from "../result.ts";
import type { Faulty, Picture } from "./picture.ts";
import { readJpeg } from "./jpeg.ts";
import { readPng } from "./png.ts";
import { readWebp } from "./webp.ts";

/**
 * The picture of a file: its size as it is shown, and the bytes to keep of it, which have nothing in them that was said
 * about it, such as where it was taken. Refused when it is not whole, is moving, or is none of the formats.
 */
export function readImage(bytes: Uint8Array): Result<Picture, Faulty> {
  if (begins(bytes, [0xff, 0xd8, 0xff])) return readJpeg(bytes);
  if (begins(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return readPng(bytes);
  if (begins(bytes, [0x52, 0x49, 0x46, 0x46]) && begins(bytes.subarray(8), [0x57, 0x45, 0x42, 0x50]))
    return readWebp(bytes);
  return refuse("Not a JPEG, PNG or WebP image");
}

function begins(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, at) => bytes[at] === byte);
}
