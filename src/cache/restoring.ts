// Whether the catalogue is read-only, since D1 was restored or is about to be (rule X6): a marker in KV, outside D1, that
// `npm run restored` sets and takes away. No request writes it, and only changes of the catalogue read it.

import { withDeadline } from "../shared/deadline.ts";

/** Never the key of a published event, which all begin with `event/`. */
export const RESTORING_KEY = "restoring";
/** KV's shortest: so long after it was set or taken away, a location may still answer as before. */
const KV_CACHE_SECONDS = 30;
const KV_LIMIT_MS = 1_000;

/** Rejects when KV is away: then nobody can say whether D1 may be changed. */
export async function isRestoring(kv: KVNamespace): Promise<boolean> {
  return (await withDeadline(kv.get(RESTORING_KEY, { cacheTtl: KV_CACHE_SECONDS }), KV_LIMIT_MS)) !== null;
}
