// Deletes images that nothing has referred to for a month (rule E11), a bounded number a run: first no row may refer to
// them, then KV forgets them, then D1.

import { deleteStoredImage } from "../../cache/images.ts";
import { isRestoring } from "../../cache/restoring.ts";
import { claimImages, forgetImages, listUnusedImages } from "../../db/images/images.ts";
import { UNUSED_IMAGE_MS } from "../../domain/limits.ts";
import type { Context } from "../context.ts";

/** KV takes 1,000 calls of one run of a Worker, most of which are for published events. */
const A_RUN = 50;

/**
 * An image that KV does not delete is for the next run; then this throws why, after the others are gone. While D1 is put
 * back to an earlier state nothing is deleted (rule X6).
 */
export async function sweepImages({ db, now, catalogueCache }: Pick<Context, "db" | "now" | "catalogueCache">) {
  const unused = await listUnusedImages(db, now - UNUSED_IMAGE_MS, A_RUN);
  if (unused.length === 0 || (await isRestoring(catalogueCache))) return;
  const ids = await claimImages(db, unused, now);
  const outcomes = await Promise.allSettled(ids.map((id) => deleteStoredImage(catalogueCache, id)));
  const gone = ids.filter((_, at) => outcomes[at]?.status === "fulfilled");
  if (gone.length > 0) await forgetImages(db, gone);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}
