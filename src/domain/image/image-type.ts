// Lists the formats of images that are accepted (rule E11).

export const IMAGE_TYPES = ["image/jpeg", "image/png", "image/webp"] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

/** The format of bytes that were stored. */
export function imageTypeOf(bytes: Uint8Array): ImageType {
  if (bytes[0] === 0xff) return "image/jpeg";
  return bytes[0] === 0x89 ? "image/png" : "image/webp";
}
