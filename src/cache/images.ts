// Reads and writes the bytes of images in KV (rule E11), the only place that has them. They stay as long as D1 has a row of
// the image. An id always shows the same bytes, so no copy is ever out of date.

import type { ImageId } from "../domain/image/image-id.ts";
import { type Refusal, UNAVAILABLE } from "../domain/errors.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import { withDeadline } from "../shared/deadline.ts";
import { logError } from "../shared/log.ts";

/**
 * The limit is longer than that of a published event, since an image is half a megabyte and there is nothing to serve in
 * its place.
 */
const LIMIT_MS = 5_000;
/** How long a location may cache what it has read, also that there was nothing, in seconds: an hour. */
const KEPT_SECONDS = 60 * 60;

/** Rejects when KV does not store it. */
export function storeImage(kv: KVNamespace, id: ImageId, bytes: Uint8Array): Promise<void> {
  return withDeadline(kv.put(keyOf(id), bytes), LIMIT_MS);
}

/** `not_found` when KV has nothing under the id. */
export async function readStoredImage(kv: KVNamespace, id: ImageId): Promise<Result<Uint8Array<ArrayBuffer>, Refusal>> {
  try {
    const bytes = await withDeadline(kv.get(keyOf(id), { type: "arrayBuffer", cacheTtl: KEPT_SECONDS }), LIMIT_MS);
    return bytes ? accept(new Uint8Array(bytes)) : refuse({ code: "not_found" });
  } catch (fault) {
    logError({ event: "image_not_read", image_id: id }, fault);
    return refuse(UNAVAILABLE);
  }
}

/** Rejects when KV does not confirm the deletion. */
export function deleteStoredImage(kv: KVNamespace, id: ImageId): Promise<void> {
  return withDeadline(kv.delete(keyOf(id)), LIMIT_MS);
}

function keyOf(id: ImageId): string {
  return `image/1/${id}`;
}
