// Implements three ways to sell tickets in PostgreSQL and Redis, each as well as its users would: pooled connections,
// prepared statements, repeats found by the row's key. None has a ledger, an audit row or a shopper's limit.

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
export type CheckoutRequest = {
  readonly orderId: string;
  readonly holdId: string;
  readonly typeId: string;
  readonly userId: string;
  readonly now: number;
  readonly expiresAt: number;
};
export type ConfirmRequest = { readonly orderId: string; readonly typeId: string; readonly now: number };
/** `done` is also the reply to a repeat; `no` is sold out, or a hold or an order that is over. */
export type Outcome = "done" | "no" | "busy";
export type Hold = (request: HoldRequest) => Promise<Outcome>;
/** Holds, and what makes an order of a hold and sells it. */
export type Design = {
  readonly hold: Hold;
  readonly checkOut: (request: CheckoutRequest) => Promise<Outcome>;
  readonly confirm: (request: ConfirmRequest) => Promise<Outcome>;
};

export const SCHEMA = `
  CREATE TABLE ticket_types (
    id text PRIMARY KEY, total int NOT NULL, sold int NOT NULL DEFAULT 0, held int NOT NULL DEFAULT 0,
    version int NOT NULL DEFAULT 0, CHECK (sold + held <= total)
  ) WITH (fillfactor = 50);
  CREATE TABLE holds (
    id text PRIMARY KEY, ticket_type_id text NOT NULL, user_id text NOT NULL, quantity int NOT NULL,
    status text NOT NULL, held_until bigint NOT NULL, created_at bigint NOT NULL
  ) WITH (fillfactor = 50);
  CREATE TABLE orders (
    id text PRIMARY KEY, hold_id text NOT NULL, ticket_type_id text NOT NULL, user_id text NOT NULL,
    quantity int NOT NULL, total int NOT NULL, status text NOT NULL, expires_at bigint NOT NULL,
    created_at bigint NOT NULL
  ) WITH (fillfactor = 50);`;

/** Minor units, as the shows of the bench. */
const PRICE = 15_000;

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
  readHold: `SELECT quantity FROM holds WHERE id = $1 AND user_id = $2 AND status = 'active' AND held_until > $3
    FOR UPDATE`,
  convert: "UPDATE holds SET status = 'converted' WHERE id = $1",
  insertOrder: `INSERT INTO orders (id, hold_id, ticket_type_id, user_id, quantity, total, status, expires_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, 'reserved', $7, $8)`,
  readOrder:
    "SELECT quantity, status FROM orders WHERE id = $1 AND (status <> 'reserved' OR expires_at > $2) FOR UPDATE",
  settle: "UPDATE orders SET status = 'confirmed' WHERE id = $1",
  sell: "UPDATE ticket_types SET sold = sold + $2, held = held - $2, version = version + 1 WHERE id = $1",
  readVersion: "SELECT version FROM ticket_types WHERE id = $1",
  sellVersion: `UPDATE ticket_types SET sold = sold + $2, held = held - $2, version = version + 1
    WHERE id = $1 AND version = $3`,
} as const;
type Statement = keyof typeof statements;
type Asked = Pick<Pool, "query"> | Pick<PoolClient, "query">;
type Row = { readonly available: number; readonly version: number; readonly quantity: number; readonly status: string };

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

/** One statement takes and holds; a repeat breaks the key, which undoes the statement, and is then read. */
export function oneStatement(pool: Pool): Hold {
  return async (request) => {
    try {
      const { rowCount } = await run(pool, "all", holdValues(request));
      return rowCount === 1 ? "done" : "no";
    } catch (fault) {
      return isRepeat(fault) ? "done" : Promise.reject(fault);
    }
  };
}

/** The row is locked, read, changed: what most would write first. */
export function forUpdate(pool: Pool): Design {
  return {
    hold: (request) =>
      inTransaction(pool, async (client) => {
        const row = (await run(client, "readLocked", [request.typeId])).rows[0];
        if (!row || row.available < request.quantity) return "no";
        await run(client, "insert", holdValues(request));
        await run(client, "take", [request.typeId, request.quantity]);
        return "done";
      }),
    checkOut: (request) => inTransaction(pool, (client) => makeOrder(client, request)),
    confirm: ({ orderId, typeId, now }) =>
      inTransaction(pool, async (client) => {
        const order = (await run(client, "readOrder", [orderId, now])).rows[0];
        if (order?.status !== "reserved") return order?.status === "confirmed" ? "done" : "no";
        await run(client, "settle", [orderId]);
        await run(client, "sell", [typeId, order.quantity]);
        return "done";
      }),
  };
}

/** The hold's row is locked; that of the type is not, since what is held stays held. */
async function makeOrder(client: PoolClient, request: CheckoutRequest): Promise<Outcome> {
  const { orderId, holdId, typeId, userId, now, expiresAt } = request;
  const hold = (await run(client, "readHold", [holdId, userId, now])).rows[0];
  if (!hold) return "no";
  await run(client, "convert", [holdId]);
  const { quantity } = hold;
  await run(client, "insertOrder", [orderId, holdId, typeId, userId, quantity, quantity * PRICE, expiresAt, now]);
  return "done";
}

const LOCK_MS = 5_000;
const UNLOCK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end";

/**
 * The design that the inventory object replaces: a lock in Redis around each step of a sale, the row with its version
 * in PostgreSQL, the expiry in a sorted set, the change published.
 */
export function redisLock(pool: Pool, redis: Redis): Design {
  const locked = (typeId: string, work: () => Promise<Outcome>) => withLock(redis, `lock:${typeId}`, work);
  const published = async (typeId: string, expiry: readonly [string, number] | null, ended: string | null) => {
    const line = redis.pipeline();
    if (ended !== null) line.zrem(`expiries:${typeId}`, ended);
    if (expiry) line.zadd(`expiries:${typeId}`, expiry[1], expiry[0]);
    await line.publish(`type:${typeId}`, JSON.stringify({ changed: expiry?.[0] ?? ended })).exec();
  };
  return {
    hold: (request) =>
      locked(request.typeId, async () => {
        const outcome = await takeByVersion(pool, request);
        if (outcome === "done") await published(request.typeId, [request.id, request.heldUntil], null);
        return outcome;
      }),
    checkOut: (request) =>
      locked(request.typeId, async () => {
        const outcome = await inTransaction(pool, (client) => makeOrder(client, request));
        const { typeId, orderId, expiresAt, holdId } = request;
        if (outcome === "done") await published(typeId, [orderId, expiresAt], holdId);
        return outcome;
      }),
    confirm: (request) =>
      locked(request.typeId, async () => {
        const outcome = await sellByVersion(pool, request);
        if (outcome === "done") await published(request.typeId, null, request.orderId);
        return outcome;
      }),
  };
}

async function withLock(redis: Redis, lock: string, work: () => Promise<Outcome>): Promise<Outcome> {
  const owner = randomUUID();
  if (!(await taken(redis, lock, owner))) return "busy";
  try {
    return await work();
  } finally {
    await redis.eval(UNLOCK, 1, lock, owner);
  }
}

async function takeByVersion(pool: Pool, request: HoldRequest): Promise<Outcome> {
  const row = (await run(pool, "read", [request.typeId])).rows[0];
  if (!row || row.available < request.quantity) return "no";
  return inTransaction(pool, async (client) => {
    const changed = await run(client, "takeVersion", [request.typeId, request.quantity, row.version]);
    if (changed.rowCount !== 1) return "busy";
    await run(client, "insert", holdValues(request));
    return "done";
  });
}

async function sellByVersion(pool: Pool, { orderId, typeId, now }: ConfirmRequest): Promise<Outcome> {
  const row = (await run(pool, "readVersion", [typeId])).rows[0];
  if (!row) return "no";
  return inTransaction(pool, async (client) => {
    const order = (await run(client, "readOrder", [orderId, now])).rows[0];
    if (order?.status !== "reserved") return order?.status === "confirmed" ? "done" : "no";
    const changed = await run(client, "sellVersion", [typeId, order.quantity, row.version]);
    if (changed.rowCount !== 1) return "busy";
    await run(client, "settle", [orderId]);
    return "done";
  });
}

/** Tries again after 10 to 30 ms: soon enough to leave no gap between so many, seldom enough not to drown Redis. */
async function taken(redis: Redis, lock: string, owner: string): Promise<boolean> {
  for (const deadline = Date.now() + LOCK_MS; Date.now() < deadline; await wait(10 + Math.random() * 20)) {
    if ((await redis.set(lock, owner, "PX", LOCK_MS, "NX")) === "OK") return true;
  }
  return false;
}

async function inTransaction(pool: Pool, work: (client: PoolClient) => Promise<Outcome>): Promise<Outcome> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const outcome = await work(client);
    await client.query(outcome === "done" ? "COMMIT" : "ROLLBACK");
    return outcome;
  } catch (fault) {
    await client.query("ROLLBACK");
    return isRepeat(fault) ? "done" : Promise.reject(fault);
  } finally {
    client.release();
  }
}

/** `unique_violation`: the key of the row is there already. */
function isRepeat(fault: unknown): boolean {
  return typeof fault === "object" && fault !== null && "code" in fault && fault.code === "23505";
}
