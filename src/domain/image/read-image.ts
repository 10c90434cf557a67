// Reads images of events and organisations (rule E11): which are accepted, and which bytes are kept. The format and the
// size are read from the bytes themselves, whatever the client says.

import { refuse, type Result } from "../result.ts";
import type { Faulty, Picture } from "./picture.ts";
import { readJpeg } from "./jpeg.ts";
import { readPng } from "./png.ts";
import { readWebp } from "./webp.ts";

/**
 * Returns the picture of a file: its size as it is shown, and the bytes to keep, without metadata such as where it was
 * taken. Refused when it is not whole, is animated, or has another format.
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
