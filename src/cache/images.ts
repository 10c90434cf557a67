// The bytes of images in KV (rule E11), for as long as D1 has a row of them: an id never shows anything else, so nothing is
// ever out of date. They are in no other place.

import type { ImageId } from "../domain/image/image-id.ts";
import { withDeadline } from "../shared/deadline.ts";

/** Longer than for a published event: it is half a megabyte, and nothing else can be served in its place. */
const LIMIT_MS = 5_000;
/** A location may keep what it has read so long, also that there was nothing, seconds: an hour. */
const KEPT_SECONDS = 60 * 60;

/** Rejects when KV does not take it. */
export function storeImage(kv: KVNamespace, id: ImageId, bytes: Uint8Array): Promise<void> {
  return withDeadline(kv.put(keyOf(id), bytes), LIMIT_MS);
}

/** Null when KV has nothing under the id; rejects when it does not answer. */
export async function readStoredImage(kv: KVNamespace, id: ImageId): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes = await withDeadline(kv.get(keyOf(id), { type: "arrayBuffer", cacheTtl: KEPT_SECONDS }), LIMIT_MS);
  return bytes && new Uint8Array(bytes);
}

/** Rejects when KV does not say that it is gone. */
export function deleteStoredImage(kv: KVNamespace, id: ImageId): Promise<void> {
  return withDeadline(kv.delete(keyOf(id)), LIMIT_MS);
}

function keyOf(id: ImageId): string {
  return `image/1/${id}`;
}
