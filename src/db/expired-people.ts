// What is over by its time: sessions, tokens, invitations, counted attempts and mails that nobody sent.

import { type SQL, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { attempts, invitations, outbox, sessions, verifications } from "./schema-people.ts";

const KEEP_MAIL_MS = 24 * 60 * 60 * 1_000;

/** Deletes up to `limit` of each kind in one batch; answers the most that it deleted of one kind. */
export async function forgetExpired(db: Db, now: number, limit: number): Promise<number> {
  const first = (table: SQL, key: SQL, over: SQL) =>
    db.run(sql`DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${over} LIMIT ${limit})`);
  const done = await db.batch([
    first(sql`${sessions}`, sql`id`, sql`expires_at <= ${now}`),
    first(sql`${verifications}`, sql`id`, sql`expires_at <= ${now}`),
    first(sql`${invitations}`, sql`id`, sql`expires_at <= ${now}`),
    first(sql`${attempts}`, sql`key`, sql`ends_at <= ${now}`),
    first(sql`${outbox}`, sql`id`, sql`created_at <= ${now - KEEP_MAIL_MS}`),
  ]);
  return Math.max(...done.map(({ meta }) => meta.changes));
}
