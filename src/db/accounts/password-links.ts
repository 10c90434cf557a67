// Keeps the links that set a password: each person has one, which works once (rule P4). Using it proves the mailbox that it
// was sent to, so that confirms the address, and nothing else does.

import { and, eq, gt, type SQL, sql } from "drizzle-orm";
import type { UserId } from "../../domain/ids.ts";
import { must } from "../../domain/result.ts";
import type { Db } from "../client.ts";
import { accounts, sessions, users, verifications } from "../schema/people.ts";

/** A link that is about to be sent. `hash` is that of its token; times are epoch ms. */
export type PasswordLink = { readonly hash: string; readonly createdAt: number; readonly expiresAt: number };

/** Of an account: whether its mailbox is proven. */
export type AccountState = { readonly confirmed: boolean };

/**
 * An account without a password for this address, with its link. One that waits for its link takes the new name and the
 * new link; one that is confirmed stays as it is, without a link.
 */
export async function signUp(
  db: Db,
  { id, name, email }: { readonly id: UserId; readonly name: string; readonly email: string },
  link: PasswordLink,
): Promise<AccountState> {
  const now = link.createdAt;
  const waiting = sql`${users.email} = ${email} AND ${users.email_verified} = 0`;
  const [, , , found] = await db.batch([
    db.run(sql`INSERT INTO ${users} (id, name, email, email_verified, created_at, updated_at)
      VALUES (${id}, ${name}, ${email}, 0, ${now}, ${now})
      ON CONFLICT (email) DO UPDATE SET name = excluded.name, updated_at = excluded.updated_at WHERE email_verified = 0`),
    ...replaceLink(db, waiting, link),
    selectKnown(db, email),
  ]);
  return must(found[0], "the batch has just written it");
}

/** Replaces the link of the account with this address; null when there is no such account. */
export async function requestLink(db: Db, email: string, link: PasswordLink): Promise<AccountState | null> {
  const [, , found] = await db.batch([
    ...replaceLink(db, sql`${users.email} = ${email}`, link),
    selectKnown(db, email),
  ]);
  return found[0] ?? null;
}

function replaceLink(db: Db, whose: SQL, { hash, createdAt, expiresAt }: PasswordLink) {
  return [
    db.run(
      sql`DELETE FROM ${verifications} WHERE ${verifications.value} IN (SELECT ${users.id} FROM ${users} WHERE ${whose})`,
    ),
    db.run(sql`INSERT INTO ${verifications} (id, identifier, value, expires_at, created_at, updated_at)
      SELECT ${crypto.randomUUID()}, ${hash}, ${users.id}, ${expiresAt}, ${createdAt}, ${createdAt} FROM ${users} WHERE ${whose}`),
  ] as const;
}

function selectKnown(db: Db, email: string) {
  return db.select({ confirmed: users.email_verified }).from(users).where(eq(users.email, email));
}

/** The person's address; null when the account is gone. */
export async function readAddress(db: Db, userId: UserId): Promise<string | null> {
  const rows = await db.select({ email: users.email }).from(users).where(eq(users.id, userId));
  return rows[0]?.email ?? null;
}

/** The person whose password the link sets at `now`; null when it was used or replaced, or is over. */
export async function readLink(
  db: Db,
  hash: string,
  now: number,
): Promise<(AccountState & { readonly id: UserId; readonly email: string }) | null> {
  const rows = await db
    .select({ id: users.id, email: users.email, confirmed: users.email_verified })
    .from(verifications)
    .innerJoin(users, eq(users.id, verifications.value))
    .where(and(eq(verifications.identifier, hash), gt(verifications.expires_at, new Date(now))));
  return rows[0] ?? null;
}

/**
 * Sets the password, confirms the address, and ends every session and every link of the person: all or none. False when
 * the link was used or replaced, or is over; then nothing was written.
 */
export async function useLink(
  db: Db,
  userId: UserId,
  { hash, password, now }: { readonly hash: string; readonly password: string; readonly now: number },
): Promise<boolean> {
  const good = sql`EXISTS (SELECT 1 FROM ${verifications} WHERE ${verifications.identifier} = ${hash}
    AND ${verifications.value} = ${userId} AND ${verifications.expires_at} > ${now})`;
  const [confirmed] = await db.batch([
    db.run(sql`UPDATE ${users} SET email_verified = 1, updated_at = ${now} WHERE ${users.id} = ${userId} AND ${good}`),
    db.run(sql`INSERT INTO ${accounts} (id, user_id, account_id, provider_id, password, created_at, updated_at)
      SELECT ${crypto.randomUUID()}, ${userId}, ${userId}, 'credential', ${password}, ${now}, ${now} WHERE ${good}
      ON CONFLICT (user_id, provider_id) DO UPDATE SET password = excluded.password, updated_at = excluded.updated_at`),
    db.run(sql`DELETE FROM ${sessions} WHERE ${sessions.user_id} = ${userId} AND ${good}`),
    db.run(sql`DELETE FROM ${verifications} WHERE ${verifications.value} = ${userId} AND ${good}`),
  ]);
  return confirmed.meta.changes === 1;
}

/** The password was changed in another way, which ends the links that were sent before. */
export async function endLinks(db: Db, userId: string): Promise<void> {
  await db.run(sql`DELETE FROM ${verifications} WHERE ${verifications.value} = ${userId}`);
}
