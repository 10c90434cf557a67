// Names an image of an event or an organisation, and the path where it is served (rule E11).

declare const brand: unique symbol;
/**
 * `img_` and the SHA-256 of its organisation and its kept bytes, hex. The same picture of an organisation has the same id,
 * and an id never shows another picture.
 */
export type ImageId = string & { readonly [brand]: "image" };

const ID = /^img_[0-9a-f]{64}$/;

export function imageIdFrom(sha256Hex: string): ImageId {
  return `img_${sha256Hex}` as ImageId;
}

export function parseImageId(text: string): ImageId | null {
  return ID.test(text) ? (text as ImageId) : null;
}

/** Where the picture is served, from the root of the API's address. */
export function imagePath(id: ImageId): string {
  return `/v1/public/images/${id}`;
}
