// Deletes what has ended by its time: sessions, tokens, invitations, counted attempts, mails of no use, and accounts that
// nobody confirmed (rule P7).

import { type SQL, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { SESSION_MS, UNCONFIRMED_MS } from "../../domain/limits.ts";
import { unusedMails } from "../outbox/mail-outbox.ts";
import { attempts, invitations, members, outbox, sessions, users, verifications } from "../schema/people.ts";

/** Deletes up to `limit` of each kind in one batch; returns the largest number that it deleted of one kind. */
export async function forgetExpired(db: Db, now: number, limit: number): Promise<number> {
  const first = (table: SQL, key: SQL, over: SQL) =>
    db.run(sql`DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${over} LIMIT ${limit})`);
  const done = await db.batch([
    first(sql`${sessions}`, sql`id`, sql`expires_at <= ${now}`),
    first(sql`${sessions}`, sql`id`, sql`created_at <= ${now - SESSION_MS}`),
    // A first owner is a member before the mailbox is proven, and stays.
    first(
      sql`${users}`,
      sql`id`,
      sql`email_verified = 0 AND updated_at <= ${now - UNCONFIRMED_MS}
        AND NOT EXISTS (SELECT 1 FROM ${members} WHERE ${members.user_id} = ${users.id})`,
    ),
    first(sql`${verifications}`, sql`id`, sql`expires_at <= ${now}`),
    first(sql`${invitations}`, sql`id`, sql`expires_at <= ${now}`),
    first(sql`${attempts}`, sql`key`, sql`ends_at <= ${now}`),
    ...unusedMails(now).map((unused) => first(sql`${outbox}`, sql`id`, unused)),
  ]);
  return Math.max(...done.map(({ meta }) => meta.changes));
}
