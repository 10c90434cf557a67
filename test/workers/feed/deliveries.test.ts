// How often D1's state of an event is delivered to its feed before a refusal is taken for a conflict (rules L2, X6).

import { env } from "cloudflare:workers";
import { beforeEach, expect, it, vi } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { redeliverFeeds } from "../../../src/app/deliveries/deliver-feeds.ts";
import { listSyncs } from "../../../src/db/outbox/outbox.ts";
import { type readFeedCatalogue } from "../../../src/db/events/feed.ts";
import { insertFeedSyncs } from "../../../src/db/outbox/feed-syncs.ts";
import { sql } from "drizzle-orm";
import { auditLog } from "../../../src/db/schema/catalogue.ts";
import { cronAt } from "../support/catalogue.ts";
import { db, feeds, seedType } from "../support/fixture.ts";

let lines: string[] = [];
beforeEach(async () => {
  lines = [];
  vi.spyOn(console, "error").mockImplementation((line) => void lines.push(String(line)));
  await env.DB.exec("DELETE FROM sync_rows");
});
const logged = () => lines.filter((line) => line.includes(`"event":"feed_not_taken"`)).length;

type Catalogue = Awaited<ReturnType<typeof readFeedCatalogue>>;

/** An event with a pending delivery to its feed; `refuses` says for each call whether the feed has something later. */
async function toldBy(refuses: (call: number) => Promise<boolean>) {
  const { eventId } = await seedType(1);
  await db.run(insertFeedSyncs(sql`id = ${eventId}`, Date.now()));
  const delivered: Catalogue[] = [];
  const feed = { ...feeds(eventId), sync: async (known: Catalogue) => !(await refuses(delivered.push(known))) };
  const failed = await redeliverFeeds({ ...cronAt(Date.now()), feeds: () => feed });
  return {
    failed,
    told: delivered.length,
    waiting: (await listSyncs(db, "feed", [eventId], { now: 0, limit: 9 })).length,
  };
}

/** Somebody changes something in D1: its position grows. */
async function somethingChanges(): Promise<void> {
  const [id, organization_id] = [newId("aud"), newId("org")];
  const what = { actor_kind: "system", actor_id: "cron", action: "update", resource_kind: "event", resource_id: "evt" };
  await db.insert(auditLog).values({ id, organization_id, ...what, changes: "{}", request_id: "req", created_at: 1 });
}

it("[L2] a delivery that others have overtaken is no conflict while D1 says something later", async () => {
  const delivered = await toldBy(async (call) => {
    if (call < 5) await somethingChanges();
    return call < 5;
  });
  expect([delivered, logged()]).toEqual([{ failed: 0, told: 5, waiting: 0 }, 0]);
});

it("[X6] what D1 says again as it was refused is a conflict: it is logged, and waits for the next run", async () => {
  const delivered = await toldBy(() => Promise.resolve(true));
  expect([delivered, logged()]).toEqual([{ failed: 1, told: 1, waiting: 1 }, 1]);
});

it("[X6] a restored D1 stays behind its feed however busy it is: after five calls it is a conflict", async () => {
  const delivered = await toldBy(async () => {
    await somethingChanges();
    return true;
  });
  expect([delivered, logged()]).toEqual([{ failed: 1, told: 5, waiting: 1 }, 1]);
});
