// Deletes what is over of people's sessions, tokens, invitations, attempts and mails, a bounded number a run.

import { forgetExpired } from "../db/expired-people.ts";
import type { Context } from "./context.ts";

const A_STEP = 500;
const STEPS_A_RUN = 10;

export async function sweepPeople({ db, now }: Pick<Context, "db" | "now">): Promise<void> {
  for (let step = 0; step < STEPS_A_RUN; step++) {
    if ((await forgetExpired(db, now, A_STEP)) < A_STEP) return;
  }
}
