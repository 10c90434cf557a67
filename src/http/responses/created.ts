// Sets the headers of a response that creates: the location, the version, and whether it existed already.

import type { Context as HonoContext } from "hono";
import type { Created } from "../../app/create-once.ts";
import { versionTag } from "./version-tag.ts";

export function nameCreated(
  c: HonoContext,
  collection: string,
  created: Created<{ readonly id: string; readonly version: number }>,
): void {
  c.header("Location", `${collection}/${created.row.id}`);
  c.header("ETag", versionTag(created.row.version));
  if (created.replayed) c.header("Idempotency-Replayed", "true");
}
