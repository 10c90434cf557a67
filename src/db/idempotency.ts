// Keeps the idempotency keys of the catalogue's creates: a row for each success, written by its batch, kept for 24 h.

import { and, eq, gt, type SQL, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { idempotencyKeys } from "./schema/requests.ts";
import { insertIf } from "./statements.ts";

const KEEP_KEY_MS = 24 * 60 * 60 * 1_000;

/**
 * A request that may be repeated: who sent it where, under which key, with what body. `actorId` is of one organisation;
 * `at` epoch ms.
 */
export type Repeatable = {
  readonly actorId: string;
  readonly route: string;
  readonly key: string;
  readonly bodyHash: string;
  readonly at: number;
};

function sameKey({ actorId, route, key, at }: Repeatable): SQL | undefined {
  return and(
    eq(idempotencyKeys.actor_id, actorId),
    eq(idempotencyKeys.route, route),
    eq(idempotencyKeys.key, key),
    gt(idempotencyKeys.created_at, at - KEEP_KEY_MS),
  );
}

/** What this key created within the last 24 h, or null. */
export async function readPrior(
  db: Db,
  request: Repeatable,
): Promise<{ readonly resourceId: string; readonly bodyHash: string } | null> {
  const rows = await db
    .select({ resourceId: idempotencyKeys.resource_id, bodyHash: idempotencyKeys.body_hash })
    .from(idempotencyKeys)
    .where(sameKey(request));
  return rows[0] ?? null;
}

/** True while nothing was created under this key: part of the condition of the statement that creates. */
export function isFirst(request: Repeatable): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM ${idempotencyKeys} WHERE ${sameKey(request)})`;
}

/** The statement that stores the key. It replaces a row that is older than 24 h and not swept yet. */
export function remember(request: Repeatable, resourceId: string, condition: SQL): SQL {
  const row = {
    actor_id: request.actorId,
    route: request.route,
    key: request.key,
    body_hash: request.bodyHash,
    resource_id: resourceId,
    created_at: request.at,
  };
  return sql`${insertIf(idempotencyKeys, row, condition)} ON CONFLICT DO UPDATE SET
    body_hash = excluded.body_hash, resource_id = excluded.resource_id, created_at = excluded.created_at`;
}

/** Deletes up to `limit` keys that no longer count; returns how many. */
export async function forgetOldKeys(db: Db, now: number, limit: number): Promise<number> {
  const old = sql`SELECT actor_id, route, key FROM ${idempotencyKeys} WHERE created_at <= ${now - KEEP_KEY_MS} LIMIT ${limit}`;
  const gone = await db.all(sql`DELETE FROM ${idempotencyKeys} WHERE (actor_id, route, key) IN (${old}) RETURNING 1`);
  return gone.length;
}
