// Deletes the idempotency keys of the catalogue that are no longer honoured, a bounded number a run.

import { forgetOldKeys } from "../db/idempotency.ts";
import type { Context } from "./context.ts";

const A_STEP = 500;
const STEPS_A_RUN = 10;

export async function sweepIdempotencyKeys({ db, now }: Pick<Context, "db" | "now">): Promise<void> {
  for (let step = 0; step < STEPS_A_RUN; step++) {
    if ((await forgetOldKeys(db, now, A_STEP)) < A_STEP) return;
  }
}
