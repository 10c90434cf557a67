// Reads and notes when the password was last given for a session (rule P8), and reads the hash to check it against.

import { and, eq, sql } from "drizzle-orm";
import type { UserId } from "../../domain/ids.ts";
import type { Db } from "../client.ts";
import { accounts, sessions } from "../schema/people.ts";

/** Epoch ms; at first the start of the session, which a password begins. Null when there is no such session. */
export async function readPasswordTime(db: Db, sessionId: string): Promise<number | null> {
  const rows = await db
    .select({ at: sql<number>`coalesce(${sessions.password_given_at}, ${sessions.created_at})` })
    .from(sessions)
    .where(eq(sessions.id, sessionId));
  return rows[0]?.at ?? null;
}

/** False when the session has ended meanwhile. */
export async function notePasswordTime(db: Db, sessionId: string, now: number): Promise<boolean> {
  const updated = await db
    .update(sessions)
    .set({ password_given_at: now })
    .where(eq(sessions.id, sessionId))
    .returning({ id: sessions.id });
  return updated.length === 1;
}

/** Null when the account has no password. */
export async function readPasswordHash(db: Db, userId: UserId): Promise<string | null> {
  const rows = await db
    .select({ hash: accounts.password })
    .from(accounts)
    .where(and(eq(accounts.user_id, userId), eq(accounts.provider_id, "credential")));
  return rows[0]?.hash ?? null;
}
