// Reads which member a person is in an organisation: for every request with a session, and for feeds with open sockets (T5).

import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { OrganizationId, UserId } from "../../domain/ids.ts";
import { MAX_PAGE, SESSION_MS } from "../../domain/limits.ts";
import { type Actor, memberOf } from "../../domain/people/policy.ts";
import type { Db } from "../client.ts";
import { organizations } from "../schema/catalogue.ts";
import { members, sessions } from "../schema/people.ts";

type UserActor = Extract<Actor, { kind: "user" }>;

const COLUMNS = { organizationId: members.organization_id, userId: members.user_id, role: members.role };
/** `organizationId`: the organisation that the session has chosen; null: none yet. */
type SignedIn = { readonly id: UserId; readonly sessionId: string; readonly organizationId: OrganizationId | null };

/** The member that somebody acts as by their session; null when they are none of the organisation, or of any. */
export async function findMembership(db: Db, person: SignedIn): Promise<UserActor | null> {
  const { id, sessionId } = person;
  const chosen = await settleOrganization(db, person);
  if (chosen === null) return null;
  const [row] = await db
    .select(COLUMNS)
    .from(members)
    .where(and(eq(members.user_id, id), eq(members.organization_id, chosen)));
  return row ? memberOf(row.organizationId, row.userId, row.role, sessionId) : null;
}

/**
 * The organisation that a session acts in; null while its person is a member of none. A session that has chosen none
 * chooses the one that its person joined first, for good: somebody who is removed from there must not suddenly act in the
 * next one.
 */
export async function settleOrganization(
  db: Db,
  { id, sessionId, organizationId }: SignedIn,
): Promise<OrganizationId | null> {
  if (organizationId !== null) return organizationId;
  const theirs = sql`FROM ${members} WHERE ${members.user_id} = ${id}`;
  const first = sql`(SELECT ${members.organization_id} ${theirs} ORDER BY ${members.created_at}, ${members.id} LIMIT 1)`;
  const [row] = await db
    .update(sessions)
    .set({ active_organization_id: sql`coalesce(${sessions.active_organization_id}, ${first})` })
    .where(and(eq(sessions.id, sessionId), sql`EXISTS (SELECT 1 ${theirs})`))
    .returning({ organizationId: sessions.active_organization_id });
  return row?.organizationId ?? null;
}

/** A session that has not ended; `member` null: its person is no member of the organisation any more. */
export type OpenSession = { readonly id: string; readonly member: UserActor | null; readonly endsAt: number };

/** Those of these sessions that are open at `now`, with who acts by them: one statement for all of a feed. */
export async function readOpenSessions(
  db: Db,
  organizationId: OrganizationId,
  sessionIds: readonly string[],
  now: number,
): Promise<OpenSession[]> {
  const rows = await db
    .select({
      id: sessions.id,
      endsAt: sessions.expires_at,
      begunAt: sessions.created_at,
      userId: sessions.user_id,
      role: members.role,
    })
    .from(sessions)
    .leftJoin(members, and(eq(members.user_id, sessions.user_id), eq(members.organization_id, organizationId)))
    .where(
      and(
        gt(sessions.expires_at, new Date(now)),
        gt(sessions.created_at, new Date(now - SESSION_MS)),
        sql`${sessions.id} IN (SELECT value FROM json_each(${JSON.stringify(sessionIds)}))`,
      ),
    );
  return rows.map(({ id, endsAt, begunAt, userId, role }) => ({
    id,
    endsAt: Math.min(endsAt.getTime(), begunAt.getTime() + SESSION_MS),
    member: role && memberOf(organizationId, userId, role, id),
  }));
}

export async function deleteSession(db: Db, token: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.token, token));
}

/** An organisation and a person's role in it. */
export type Membership = Pick<typeof organizations.$inferSelect, "id" | "name" | "slug" | "status"> & {
  readonly role: UserActor["role"];
};

/** The first 100 memberships of a person, oldest first. */
export async function listMemberships(db: Db, userId: UserId): Promise<Membership[]> {
  const { id, name, slug, status } = organizations;
  return db
    .select({ id, name, slug, status, role: members.role })
    .from(members)
    .innerJoin(organizations, eq(organizations.id, members.organization_id))
    .where(eq(members.user_id, userId))
    .orderBy(asc(members.created_at), asc(members.id))
    .limit(MAX_PAGE);
}

/** Turns the session to an organisation that its person is a member of; false when they are not. */
export async function chooseOrganization(
  db: Db,
  { id, sessionToken }: { readonly id: UserId; readonly sessionToken: string },
  organizationId: OrganizationId,
): Promise<boolean> {
  const isTheirs = sql`EXISTS (SELECT 1 FROM ${members}
    WHERE ${members.user_id} = ${id} AND ${members.organization_id} = ${organizationId})`;
  const changed = await db
    .update(sessions)
    .set({ active_organization_id: organizationId })
    .where(and(eq(sessions.token, sessionToken), isTheirs))
    .returning({ id: sessions.id });
  return changed.length === 1;
}
