// Who a person is in an organisation: read by every request with a session, and by feeds for open sockets (rule T5).

import { and, asc, eq, sql } from "drizzle-orm";
import type { OrganizationId, UserId } from "../domain/ids.ts";
import { type Actor, memberOf } from "../domain/policy.ts";
import type { Db } from "./client.ts";
import { members } from "./schema-people.ts";

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
