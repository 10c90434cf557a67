// Deletes the idempotency keys of the catalogue that no longer count, a bounded number in each step.

import { forgetOldKeys } from "../../db/idempotency.ts";
import type { Context } from "../context.ts";
import { type TimeIsUp, untilDone } from "./work-in-pages.ts";

const A_STEP = 500;

export async function sweepIdempotencyKeys(
  { db, now }: Pick<Context, "db" | "now">,
  timeIsUp: TimeIsUp = untilDone,
): Promise<void> {
  let deleted: number;
  do deleted = await forgetOldKeys(db, now, A_STEP);
  while (deleted === A_STEP && !timeIsUp());
}
