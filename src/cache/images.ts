// The bytes of images in KV (rule E11), for as long as D1 has a row of them: an id never shows anything else, so nothing is
// ever out of date. They are in no other place.

import type { ImageId } from "../domain/image/image-id.ts";
import { type Refusal, UNAVAILABLE } from "../domain/errors.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import { withDeadline } from "../shared/deadline.ts";
import { logError } from "../shared/log.ts";

/** Longer than for a published event: it is half a megabyte, and nothing else can be served in its place. */
const LIMIT_MS = 5_000;
/** A location may keep what it has read so long, also that there was nothing, seconds: an hour. */
const KEPT_SECONDS = 60 * 60;

/** Rejects when KV does not take it. */
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

/** Rejects when KV does not say that it is gone. */
export function deleteStoredImage(kv: KVNamespace, id: ImageId): Promise<void> {
  return withDeadline(kv.delete(keyOf(id)), LIMIT_MS);
}

function keyOf(id: ImageId): string {
  return `image/1/${id}`;
}
