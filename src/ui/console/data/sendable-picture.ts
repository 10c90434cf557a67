// Scales a picture down to what the API accepts (rule E11), since a camera's picture is far larger.

import { IMAGE_TYPES } from "../../../domain/image/image-type.ts";
import { MAX_IMAGE_BYTES, MAX_IMAGE_SIDE } from "../../../domain/limits.ts";
import { shrunkTo } from "../decisions/picture-size.ts";

/** Tried in this order, the better first. */
const QUALITIES = [0.85, 0.7, 0.5];

/** Null when this browser cannot draw the picture, or it stays too large. */
export async function sendable(file: File): Promise<Blob | null> {
  try {
    const drawn = await createImageBitmap(file);
    const isTaken = IMAGE_TYPES.some((type) => type === file.type) && file.size <= MAX_IMAGE_BYTES;
    if (isTaken && Math.max(drawn.width, drawn.height) <= MAX_IMAGE_SIDE) return file;
    return await drawnAnew(drawn);
  } catch {
    return null;
  }
}

async function drawnAnew(drawn: ImageBitmap): Promise<Blob | null> {
  const { width, height } = shrunkTo(drawn);
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  // A JPEG has no transparency, so the ground is white.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(drawn, 0, 0, width, height);
  for (const quality of QUALITIES) {
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
    if (blob.size <= MAX_IMAGE_BYTES) return blob;
  }
  return null;
}
