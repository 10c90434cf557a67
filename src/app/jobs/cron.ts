// Runs what happens by the clock, once a minute: one job after the other, so that one that fails keeps no other from
// running.

import { platformMail } from "../../auth/mailer.ts";
import { isRestoring } from "../../cache/restoring.ts";
import { openDb } from "../../db/client.ts";
import { withDeadline } from "../../shared/deadline.ts";
import type { Actor } from "../../domain/people/policy.ts";
import { advanceEvents } from "./advance-events.ts";
import { checkProjections } from "./check-projections.ts";
import { type Context, openContext } from "../context.ts";
import { redeliverDoors } from "../deliveries/deliver-doors.ts";
import { redeliverFeeds } from "../deliveries/deliver-feeds.ts";
import { redeliverTerms } from "../deliveries/deliver-terms.ts";
import { redeliverWipes } from "../deliveries/deliver-wipes.ts";
import { reopenAbandoned } from "../ticket-types/delete-ticket-type.ts";
import { noteHeads } from "./note-heads.ts";
import { repairPublishedEvents } from "./repair-published-events.ts";
import { type MailContext, sendMails } from "./send-mails.ts";
import { sweepIdempotencyKeys } from "./sweep-idempotency-keys.ts";
import { sweepImages } from "./sweep-images.ts";
import { sweepPeople } from "./sweep-people.ts";
import { watchSize } from "./watch-size.ts";
import type { TimeIsUp } from "./work-in-pages.ts";
import { logError } from "../../shared/log.ts";

/** The system acts, in every organisation: there is no request. */
export type CronContext = Context<Extract<Actor, { kind: "system" }>> & MailContext;
/** For so long a job begins new work. */
const JOB_MS = 20_000;
/** A job that has not ended by then is left alone: one that hangs must not keep the others from running. */
const JOB_LIMIT_MS = 40_000;

type Job = (context: CronContext, timeIsUp: TimeIsUp) => Promise<unknown>;

const JOBS: Readonly<Record<string, Job>> = {
  advance_events: unlessRestoring(advanceEvents),
  reopen_abandoned: unlessRestoring(reopenAbandoned),
  redeliver_terms: redeliverTerms,
  redeliver_doors: redeliverDoors,
  redeliver_wipes: redeliverWipes,
  redeliver_feeds: redeliverFeeds,
  check_projections: checkProjections,
  repair_published_events: repairPublishedEvents,
  sweep_idempotency_keys: sweepIdempotencyKeys,
  sweep_people: sweepPeople,
  sweep_images: sweepImages,
  send_mails: sendMails,
  watch_size: watchSize,
  note_heads: noteHeads,
};

/** Rule X6: while D1 is being restored, the clock must not change its catalogue either. */
export function unlessRestoring(job: Job): Job {
  return async (context, timeIsUp) => ((await isRestoring(context.catalogueCache)) ? null : job(context, timeIsUp));
}

export async function runCron(env: Env, ctx: Pick<ExecutionContext, "waitUntil">): Promise<void> {
  const actor = { kind: "system", id: "system" } as const;
  const run = { actor, requestId: `cron-${crypto.randomUUID()}`, db: openDb(env.DB) };
  await runJobs(JOBS, { ...openContext(run, env, ctx), sendMail: platformMail(env) });
}

/**
 * One after the other, in the order given. Each works until it is done or its time is up, and goes on in the next run; a
 * failure is a line in the log.
 */
export async function runJobs(
  jobs: Readonly<Record<string, Job>>,
  context: CronContext,
  limitMs: number = JOB_LIMIT_MS,
): Promise<void> {
  for (const [job, run] of Object.entries(jobs)) {
    try {
      const until = Date.now() + JOB_MS;
      await withDeadline(
        run(context, () => Date.now() >= until),
        limitMs,
      );
    } catch (fault) {
      logError({ event: "cron_job_failed", job, request_id: context.requestId }, fault);
    }
  }
}
