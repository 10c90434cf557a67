// Deletes sessions, tokens, invitations, counted attempts and mails that are over, a bounded number in each step.

import { forgetExpired } from "../../db/accounts/expired-people.ts";
import type { Context } from "../context.ts";
import { type TimeIsUp, untilDone } from "./work-in-pages.ts";

const A_STEP = 500;

export async function sweepPeople(
  { db, now }: Pick<Context, "db" | "now">,
  timeIsUp: TimeIsUp = untilDone,
): Promise<void> {
  let deleted: number;
  do deleted = await forgetExpired(db, now, A_STEP);
  while (deleted === A_STEP && !timeIsUp());
}
