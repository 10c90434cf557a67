// Reads the counts of a ticket type over time, for a chart, from its inventory's ledger.

import { z } from "@hono/zod-openapi";
import { readTicketType } from "../../../db/ticket-types/ticket-types.ts";
import { availableOf } from "../../../domain/ledger/chain.ts";
import { bucketsOf, type CountsBucket } from "../../../domain/ledger/counts-over-time.ts";
import { MAX_BUCKETS } from "../../../domain/limits.ts";
import { openInventories } from "../../../inventory/client.ts";
import { organiser } from "../../middleware/access.ts";
import { dbOf } from "../../db.ts";
import { problem } from "../../problems/problem.ts";
import { endpoint, newRouter } from "../../routing.ts";
import { idParam, instant, instantText, json, toIso } from "../../schemas/common.ts";
import { LedgerCheckpoint, renderCheckpoint } from "../../schemas/sales/ledger.ts";

export const countsHistory = newRouter();

/** Seconds. */
const LONGEST_BUCKET = 86_400;
const USUAL_BUCKET = 60;

const HistoryQuery = z.strictObject({
  since: instant.optional().openapi({
    description: `When it is left out, as many buckets before \`until\` as there may be, ${MAX_BUCKETS}.`,
  }),
  until: instant.optional().openapi({
    description: "The present time when it is left out; it cannot be later.",
    example: "2026-12-05T22:00:00+02:00",
  }),
  bucket: z
    .string()
    .regex(/^\d{1,5}$/, "Not a whole number")
    .transform(Number)
    .refine((seconds) => seconds >= 1 && seconds <= LONGEST_BUCKET, `Not a number from 1 to ${LONGEST_BUCKET}`)
    .default(USUAL_BUCKET)
    .openapi({
      ...{ type: "integer", minimum: 1, maximum: LONGEST_BUCKET, default: USUAL_BUCKET, example: USUAL_BUCKET },
      description: "Seconds.",
    }),
});

const Bucket = z
  .object({
    at: instantText.openapi({ description: "The end of the bucket." }),
    seq: z
      .int()
      .openapi({ description: "The last ledger row of the bucket, or the one before when nothing happened." }),
    total: z.int(),
    sold: z.int(),
    held: z.int(),
    withdrawn: z.int(),
    available: z.int(),
  })
  .openapi("CountsBucket");

const CountsHistory = z
  .object({
    data: z.array(Bucket),
    since: instantText,
    until: instantText,
    bucket_seconds: z.int(),
    checkpoint: LedgerCheckpoint.nullable().openapi({
      description: "The row after which the ledger begins, once old rows were deleted; null while it is complete.",
    }),
  })
  .openapi("CountsHistory");

const read = endpoint(
  {
    method: "get",
    path: "/v1/ticket-types/{id}/history",
    tags: ["Ticket types"],
    summary: "Read a ticket type's counts over time",
    description: `The counts at the end of each bucket, at most ${MAX_BUCKETS}. Live counts are sent on the sockets.`,
    middleware: organiser("hold.list"),
    request: { params: idParam("tt"), query: HistoryQuery },
    responses: { 200: { description: "Buckets, oldest first", content: json(CountsHistory) } },
  },
  ["not_found", "overloaded"],
);

countsHistory.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const { since: from, until: requestedUntil, bucket } = c.req.valid("query");
  const now = Date.now();
  const until = Math.min(requestedUntil ?? now, now);
  const since = from ?? Math.max(0, until - MAX_BUCKETS * bucket * 1_000);
  const query = { since, until, bucketMs: bucket * 1_000 };
  if (bucketsOf(query) > MAX_BUCKETS) return problem(c, { code: "invalid_request", errors: [TOO_MANY] });
  // D1 is queried first, since the inventory does not check whose type it is (rule T3).
  if (!id || !(await readTicketType(dbOf(c.env), c.get("actor"), id, now))) return problem(c, { code: "not_found" });
  const found = await openInventories(c.env.INVENTORY)(id).countsOverTime(query);
  if (!found.ok) return problem(c, found.refusal);
  const { checkpoint, buckets } = found.value;
  const period = { since: toIso(since), until: toIso(until), bucket_seconds: bucket };
  const begins = checkpoint && renderCheckpoint(checkpoint);
  return c.json({ data: buckets.map(renderBucket), ...period, checkpoint: begins }, 200);
});

const TOO_MANY = {
  path: "/bucket",
  message: `More than ${MAX_BUCKETS} buckets: make them longer, or the time shorter`,
};

function renderBucket({ bucketEnd, at: _, ...counts }: CountsBucket): z.infer<typeof Bucket> {
  return { at: toIso(bucketEnd), ...counts, available: availableOf(counts) };
}
