// Three ways to hold tickets in PostgreSQL and Redis, each as good as its users would write it: pooled connections,
// prepared statements, the repeat found by the hold's own key. None has a ledger, an audit row or a shopper's limit.

import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Pool, PoolClient } from "pg";

export const DESIGN_NAMES = ["redis-lock", "for-update", "one-statement"] as const;
export type DesignName = (typeof DESIGN_NAMES)[number];

export type HoldRequest = {
  readonly id: string;
  readonly typeId: string;
  readonly userId: string;
  readonly quantity: number;
  readonly now: number;
  readonly heldUntil: number;
};
/** `held` is also what a repeat hears. */
export type HoldOutcome = "held" | "sold_out" | "busy";
export type Design = (request: HoldRequest) => Promise<HoldOutcome>;

export const SCHEMA = `
  CREATE TABLE ticket_types (
    id text PRIMARY KEY, total int NOT NULL, sold int NOT NULL DEFAULT 0, held int NOT NULL DEFAULT 0,
    version int NOT NULL DEFAULT 0, CHECK (sold + held <= total)
  ) WITH (fillfactor = 50);
  CREATE TABLE holds (
    id text PRIMARY KEY, ticket_type_id text NOT NULL, user_id text NOT NULL, quantity int NOT NULL,
    status text NOT NULL, held_until bigint NOT NULL, created_at bigint NOT NULL
  );`;

const INSERT_HOLD = "INSERT INTO holds (id, ticket_type_id, user_id, quantity, status, held_until, created_at)";
const statements = {
  read: "SELECT total - sold - held AS available, version FROM ticket_types WHERE id = $1",
  readLocked: "SELECT total - sold - held AS available FROM ticket_types WHERE id = $1 FOR UPDATE",
  take: "UPDATE ticket_types SET held = held + $2, version = version + 1 WHERE id = $1",
  takeVersion: "UPDATE ticket_types SET held = held + $2, version = version + 1 WHERE id = $1 AND version = $3",
  insert: `${INSERT_HOLD} VALUES ($1, $2, $3, $4, 'active', $5, $6)`,
  all: `WITH taken AS (
      UPDATE ticket_types SET held = held + $4, version = version + 1
      WHERE id = $2 AND sold + held + $4 <= total RETURNING id)
    ${INSERT_HOLD} SELECT $1, id, $3, $4, 'active', $5, $6 FROM taken`,
} as const;
type Statement = keyof typeof statements;
type Asked = Pick<Pool, "query"> | Pick<PoolClient, "query">;
type Row = { readonly available: number; readonly version: number };

/** A statement with a name is prepared once a connection. */
const run = (on: Asked, name: Statement, values: readonly unknown[]) =>
  on.query<Row>({ name, text: statements[name], values: [...values] });

const holdValues = ({ id, typeId, userId, quantity, heldUntil, now }: HoldRequest) => [
  id,
  typeId,
  userId,
  quantity,
  heldUntil,
  now,
];

/** One statement takes and holds; a repeat breaks the key, which undoes the statement, and is then looked up. */
export function oneStatement(pool: Pool): Design {
  return async (request) => {
    try {
      const { rowCount } = await run(pool, "all", holdValues(request));
      return rowCount === 1 ? "held" : "sold_out";
    } catch (fault) {
      return isRepeat(fault) ? "held" : Promise.reject(fault);
    }
  };
}

/** The row is locked, looked at, changed: what most would write first. */
export function forUpdate(pool: Pool): Design {
  return (request) =>
    inTransaction(pool, async (client) => {
      const row = (await run(client, "readLocked", [request.typeId])).rows[0];
      if (!row || row.available < request.quantity) return "sold_out";
      await run(client, "insert", holdValues(request));
      await run(client, "take", [request.typeId, request.quantity]);
      return "held";
    });
}

const LOCK_MS = 5_000;
const UNLOCK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end";

/**
 * The design that the inventory object replaces: a lock in Redis around each sale, the row with its version in
 * PostgreSQL, the expiry in a sorted set, the change published.
 */
export function redisLock(pool: Pool, redis: Redis): Design {
  return async (request) => {
    const lock = `lock:${request.typeId}`;
    const owner = randomUUID();
    if (!(await taken(redis, lock, owner))) return "busy";
    try {
      const outcome = await sell(pool, request);
      if (outcome !== "held") return outcome;
      await redis
        .pipeline()
        .zadd(`expiries:${request.typeId}`, request.heldUntil, request.id)
        .publish(`type:${request.typeId}`, JSON.stringify({ held: request.quantity }))
        .exec();
      return "held";
    } finally {
      await redis.eval(UNLOCK, 1, lock, owner);
    }
  };
}

async function sell(pool: Pool, request: HoldRequest): Promise<HoldOutcome> {
  const row = (await run(pool, "read", [request.typeId])).rows[0];
  if (!row || row.available < request.quantity) return "sold_out";
  return inTransaction(pool, async (client) => {
    const changed = await run(client, "takeVersion", [request.typeId, request.quantity, row.version]);
    if (changed.rowCount !== 1) return "busy";
    await run(client, "insert", holdValues(request));
    return "held";
  });
}

/** Tries again after 10 to 30 ms: soon enough to leave no gap between so many, seldom enough not to drown Redis. */
async function taken(redis: Redis, lock: string, owner: string): Promise<boolean> {
  for (const deadline = Date.now() + LOCK_MS; Date.now() < deadline; await wait(10 + Math.random() * 20)) {
    if ((await redis.set(lock, owner, "PX", LOCK_MS, "NX")) === "OK") return true;
  }
  return false;
}

async function inTransaction(pool: Pool, work: (client: PoolClient) => Promise<HoldOutcome>): Promise<HoldOutcome> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const outcome = await work(client);
    await client.query(outcome === "held" ? "COMMIT" : "ROLLBACK");
    return outcome;
  } catch (fault) {
    await client.query("ROLLBACK");
    return isRepeat(fault) ? "held" : Promise.reject(fault);
  } finally {
    client.release();
  }
}

/** `unique_violation`: the key of the hold is there already. */
function isRepeat(fault: unknown): boolean {
  return typeof fault === "object" && fault !== null && "code" in fault && fault.code === "23505";
}
