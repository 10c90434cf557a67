// Who a person is in an organisation: read by every request with a session, and by feeds for open sockets (rule T5).

import { and, asc, eq, sql } from "drizzle-orm";
import type { OrganizationId, UserId } from "../domain/ids.ts";
import { MAX_PAGE } from "../domain/limits.ts";
import { type Actor, memberOf } from "../domain/policy.ts";
import type { Db } from "./client.ts";
import { organizations } from "./schema.ts";
import { members, sessions } from "./schema-people.ts";

type Member = Extract<Actor, { kind: "user" }>;

const COLUMNS = { organizationId: members.organization_id, userId: members.user_id, role: members.role };
type Row = { readonly organizationId: OrganizationId; readonly userId: UserId; readonly role: Member["role"] };

const memberFrom = ({ organizationId, userId, role }: Row): Member => memberOf(organizationId, userId, role);

/** The member that a person is in `organizationId`, or in the organisation that they joined first; null when in none. */
export async function findMembership(
  db: Db,
  userId: UserId,
  organizationId: OrganizationId | null,
): Promise<Member | null> {
  const chosen = organizationId === null ? undefined : eq(members.organization_id, organizationId);
  const [row] = await db
    .select(COLUMNS)
    .from(members)
    .where(and(eq(members.user_id, userId), chosen))
    .orderBy(asc(members.created_at), asc(members.id))
    .limit(1);
  return row ? memberFrom(row) : null;
}

/** Those of `userIds` who are members of the organisation now, with what they may do: one statement for all of a feed. */
export async function readMembersOf(
  db: Db,
  organizationId: OrganizationId,
  userIds: readonly string[],
): Promise<Member[]> {
  const rows = await db
    .select(COLUMNS)
    .from(members)
    .where(
      and(
        eq(members.organization_id, organizationId),
        sql`${members.user_id} IN (SELECT value FROM json_each(${JSON.stringify(userIds)}))`,
      ),
    );
  return rows.map(memberFrom);
}

/** An organisation and a person's role in it. */
export type Membership = Pick<typeof organizations.$inferSelect, "id" | "name" | "slug" | "status"> & {
  readonly role: Member["role"];
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
