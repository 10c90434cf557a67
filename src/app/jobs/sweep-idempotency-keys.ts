// Deletes the catalogue's idempotency keys that are older than 24 h, a bounded number in each step.

import { forgetOldKeys } from "../../db/idempotency.ts";
import type { Context } from "../context.ts";
import { type TimeIsUp, untilDone } from "./work-in-pages.ts";

const KEYS_A_STEP = 500;

export async function sweepIdempotencyKeys(
  { db, now }: Pick<Context, "db" | "now">,
  timeIsUp: TimeIsUp = untilDone,
): Promise<void> {
  let deleted: number;
  do deleted = await forgetOldKeys(db, now, KEYS_A_STEP);
  while (deleted === KEYS_A_STEP && !timeIsUp());
}
