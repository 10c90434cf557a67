// Members of an organisation in D1 (rules P1, T1). Each write asks again, in its own statement, whether who acts may
// still do so: a role that was taken away a moment ago must not be given back by whoever had it.

import { and, eq, type SQL, sql } from "drizzle-orm";
import type { MemberId, OrganizationId, UserId } from "../domain/ids.ts";
import type { Organiser, Role } from "../domain/policy.ts";
import { type Audit, insertAudit, selectWritten } from "./audit.ts";
import type { Db } from "./client.ts";
import { members, users } from "./schema-people.ts";
import { every, type PageQuery, type Placed, placed, readPage } from "./statements.ts";

/** A member with what the account says of the person. */
export type Member = typeof members.$inferSelect & { readonly name: string; readonly email: string };

const COLUMNS = {
  id: members.id,
  organization_id: members.organization_id,
  user_id: members.user_id,
  role: members.role,
  created_at: members.created_at,
  updated_at: members.updated_at,
  version: members.version,
  name: users.name,
  email: users.email,
};

export async function listMembers(db: Db, organizationId: OrganizationId, query: PageQuery): Promise<Placed<Member>[]> {
  const joined = db.select(COLUMNS).from(members).innerJoin(users, eq(users.id, members.user_id)).$dynamic();
  return placed(await readPage(joined, members, eq(members.organization_id, organizationId), query));
}

export async function readMember(db: Db, organizationId: OrganizationId, id: MemberId): Promise<Member | null> {
  const rows = await db
    .select(COLUMNS)
    .from(members)
    .innerJoin(users, eq(users.id, members.user_id))
    .where(and(eq(members.organization_id, organizationId), eq(members.id, id)));
  return rows[0] ?? null;
}

/** Gives the member another role, as it was read. False when nothing was written: the caller reads why. */
export function updateRole(db: Db, member: Member, role: Role, actor: Organiser, audit: Audit): Promise<boolean> {
  const allowed = every(stands(member), isStill(actor), role === "owner" ? null : ownerRemains(member));
  const update = sql`UPDATE ${members} SET role = ${role}, version = version + 1, updated_at = ${audit.at}
    WHERE ${allowed}`;
  return writeAudited(db, update, audit);
}

/** Takes the membership away, as it was read. False when nothing was written: the caller reads why. */
export function removeMember(db: Db, member: Member, actor: Organiser, audit: Audit): Promise<boolean> {
  const gone = sql`DELETE FROM ${members} WHERE ${every(stands(member), isStill(actor), ownerRemains(member))}`;
  return writeAudited(db, gone, audit);
}

/** True while who acts is the member that the session says, with the role that the permission was read from. */
export function isStill(actor: Organiser): SQL {
  if (actor.kind !== "user") return sql`true`;
  return sql`EXISTS (SELECT 1 FROM ${members} AS acting WHERE acting.organization_id = ${actor.organizationId}
    AND acting.user_id = ${actor.id} AND acting.role = ${actor.role})`;
}

/** Whether who acts is still the member that the session says. */
export async function readIsStill(db: Db, actor: Organiser): Promise<boolean> {
  return (await db.all(sql`SELECT 1 WHERE ${isStill(actor)}`)).length === 1;
}

/** Whether the organisation would be left without an owner if this one went. */
export async function isLastOwner(db: Db, { organization_id: organizationId, id }: Member): Promise<boolean> {
  const others = sql`SELECT 1 FROM ${members} WHERE organization_id = ${organizationId} AND role = 'owner' AND id <> ${id}`;
  return (await db.all(sql`${others} LIMIT 1`)).length === 0;
}

/** Whether somebody with this e-mail address is a member. */
export async function isMember(db: Db, organizationId: OrganizationId, email: string): Promise<boolean> {
  return (await db.all(sql`SELECT 1 WHERE ${isMemberNow(organizationId, email)}`)).length === 1;
}

export function isMemberNow(organizationId: OrganizationId, email: string): SQL {
  return sql`EXISTS (SELECT 1 FROM ${members} JOIN ${users} ON ${users.id} = ${members.user_id}
    WHERE ${members.organization_id} = ${organizationId} AND ${users.email} = ${email})`;
}

/** True while the person is no member yet. */
export function isNoMember(organizationId: OrganizationId, userId: UserId): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM ${members}
    WHERE ${members.organization_id} = ${organizationId} AND ${members.user_id} = ${userId})`;
}

function stands({ id, organization_id: organizationId, version }: Member): SQL {
  return sql`id = ${id} AND organization_id = ${organizationId} AND version = ${version}`;
}

/** Rule P1, in the statement that takes an owner away: two that come at once are judged one after the other. */
function ownerRemains({ id, organization_id: organizationId, role }: Member): SQL | null {
  if (role !== "owner") return null;
  return sql`EXISTS (SELECT 1 FROM ${members} AS others WHERE others.organization_id = ${organizationId}
    AND others.role = 'owner' AND others.id <> ${id})`;
}

async function writeAudited(db: Db, change: SQL, audit: Audit): Promise<boolean> {
  const [, , written] = await db.batch([db.run(change), db.run(insertAudit(audit)), selectWritten(db, audit)]);
  return written.length === 1;
}
