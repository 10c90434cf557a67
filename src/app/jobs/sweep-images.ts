// Deletes images that nothing has referred to for 32 days (rule E11), a bounded number in each run. It first claims them in
// D1, so that no row can refer to them again, then deletes them in KV, and then their rows in D1.

import { deleteStoredImage } from "../../cache/images.ts";
import { isRestoring } from "../../cache/restoring.ts";
import { claimImages, forgetImages, listUnusedImages } from "../../db/images/images.ts";
import { UNUSED_IMAGE_MS } from "../../domain/limits.ts";
import type { Context } from "../context.ts";

/** One run of a Worker may call KV 1,000 times, and needs most of these calls for published events. */
const A_RUN = 50;

/**
 * An image that KV fails to delete is left to the next run; this then throws the fault, once the others are deleted.
 * Nothing is deleted while D1 is being restored (rule X6).
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
