// Reads whether the catalogue is read-only because D1 was restored or is about to be (rule X6). The marker is in KV,
// outside D1; `npm run restored` sets and removes it. No request writes it, and only changes of the catalogue read it.

import { withDeadline } from "../shared/deadline.ts";

/** It differs from the keys of published events, which all begin with `event/`. */
export const RESTORING_KEY = "restoring";
/** The shortest that KV allows. For so long after a change of the marker, a location may still return the old one. */
const KV_CACHE_SECONDS = 30;
const KV_LIMIT_MS = 1_000;

/** Rejects when KV is away, since then nobody knows whether D1 may be changed. */
export async function isRestoring(kv: KVNamespace): Promise<boolean> {
  return (await withDeadline(kv.get(RESTORING_KEY, { cacheTtl: KV_CACHE_SECONDS }), KV_LIMIT_MS)) !== null;
}
