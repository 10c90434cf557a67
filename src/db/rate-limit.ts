// Counts attempts to sign in and the like: a row for each key and window, raised and read by one statement.

import { sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { attempts } from "./schema/people.ts";

/** At most `most` attempts of `key` in `windowMs`, which begins with the first of them. */
export type AttemptLimit = { readonly key: string; readonly most: number; readonly windowMs: number };

const CLOCKS_DIFFER_MS = 60_000;

/** Counts one attempt against each limit; returns when the last exceeded one ends (epoch ms), or null when none is. */
export async function countAttempt(db: Db, limits: readonly AttemptLimit[], now: number): Promise<number | null> {
  const counted = JSON.stringify(limits.map(({ key, windowMs }) => ({ key, ends_at: now + windowMs })));
  // Also a window that ends later than any may: a clock that was ahead has begun it (rule H3). Clocks differ a little.
  const isOver = sql`ends_at <= ${now} OR ends_at > excluded.ends_at + ${CLOCKS_DIFFER_MS}`;
  // WHERE true, since SQLite would otherwise take ON CONFLICT for the condition of a join.
  const rows = await db.all<{ key: string; count: number; ends_at: number }>(sql`
    INSERT INTO ${attempts} (key, count, ends_at)
    SELECT value ->> 'key', 1, value ->> 'ends_at' FROM json_each(${counted}) WHERE true
    ON CONFLICT DO UPDATE SET count = IIF(${isOver}, 1, count + 1),
      ends_at = IIF(${isOver}, excluded.ends_at, ends_at)
    RETURNING key, count, ends_at`);
  const most = new Map(limits.map((limit) => [limit.key, limit.most]));
  const passed = rows.filter(({ key, count }) => count > (most.get(key) ?? 0));
  return passed.length === 0 ? null : Math.max(...passed.map((row) => row.ends_at));
}
