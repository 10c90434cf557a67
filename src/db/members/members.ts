// Reads and writes members of an organisation (rules P1, T1). Each write checks again, in its own statement, whether the
// actor still may: somebody whose role was just taken away must not give it back to themselves.

import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { MemberId, OrganizationId, UserId } from "../../domain/ids.ts";
import { type Organiser, type Role, ROLES, rolesManagedBy } from "../../domain/people/policy.ts";
import type { ApiKey } from "../credentials/api-keys.ts";
import { type Audit, insertAudits, isWritten, writeAudited } from "../audit/audit.ts";
import type { Db } from "../client.ts";
import { CREW_CODE_COLUMNS, type CrewCode, restsOnMaker } from "../crew/crew-code-columns.ts";
import type { Device } from "../crew/devices.ts";
import { apiKeys, devices } from "../schema/credentials.ts";
import { crewCodes } from "../schema/crew.ts";
import { invitations, members, users } from "../schema/people.ts";
import { every, type PageQuery, type Placed, placed, readPage } from "../statements.ts";

/** A member with the person's name and address from the account. */
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

/**
 * Gives the member another role, as it was read, and withdraws the invitations of theirs that they may not give with it.
 * False when nothing was written: the caller reads why.
 */
export function updateRole(db: Db, member: Member, role: Role, actor: Organiser, audit: Audit): Promise<boolean> {
  const allowed = every(stands(member), isStill(actor), role === "owner" ? null : ownerRemains(member));
  const update = sql`UPDATE ${members} SET role = ${role}, version = version + 1, updated_at = ${audit.at}
    WHERE ${allowed}`;
  return writeAudited(db, update, audit, [withdrawUngiven(member, rolesManagedBy(role), audit)]);
}

/**
 * What somebody has made and is valid only through them (rule P2): API keys and devices that are not revoked, and crew
 * codes that have not ended or by which devices were paired that are not revoked. Those devices are revoked with their
 * code, since a few codes may have paired thousands.
 */
export type MadeCredentials = {
  readonly keys: readonly ApiKey[];
  readonly devices: readonly Device[];
  readonly crewCodes: readonly CrewCode[];
};

export async function readMadeCredentials(
  db: Db,
  { organization_id: organizationId, user_id: userId }: Member,
): Promise<MadeCredentials> {
  const theirCodes = and(eq(crewCodes.organization_id, organizationId), eq(crewCodes.creator_id, userId));
  const [keys, scanners, codes] = await db.batch([
    db
      .select()
      .from(apiKeys)
      .where(
        and(eq(apiKeys.organization_id, organizationId), eq(apiKeys.creator_id, userId), isNull(apiKeys.revoked_at)),
      ),
    db
      .select()
      .from(devices)
      .where(
        and(
          ...[eq(devices.organization_id, organizationId), eq(devices.creator_id, userId)],
          ...[isNull(devices.revoked_at), isNull(devices.crew_code_id)],
        ),
      ),
    db.select(CREW_CODE_COLUMNS).from(crewCodes).where(and(theirCodes, restsOnMaker)),
  ]);
  return { keys, devices: scanners, crewCodes: codes };
}

/**
 * Ends the membership, as it was read, and revokes the credentials that the member made. Writes nothing when the member
 * has valid credentials other than `credentials`, which were read before. `revocations` are the audit rows of the
 * revoked ones. False when nothing was written; the caller reads why.
 */
export function removeMember(
  db: Db,
  member: Member,
  credentials: MadeCredentials,
  actor: Organiser,
  audit: Audit,
  revocations: readonly Audit[],
): Promise<boolean> {
  const gave = sql`organization_id = ${member.organization_id} AND creator_id = ${member.user_id}`;
  const theirs = sql`${gave} AND revoked_at IS NULL`;
  const ids = JSON.stringify(
    [...credentials.keys, ...credentials.devices, ...credentials.crewCodes].map(({ id }) => id),
  );
  const isOther = sql`NOT IN (SELECT value FROM json_each(${ids}))`;
  const all = [
    sql`NOT EXISTS (SELECT 1 FROM ${apiKeys} AS other WHERE ${theirs} AND other.id ${isOther})`,
    sql`NOT EXISTS (SELECT 1 FROM ${devices} AS other WHERE ${theirs} AND coalesce(other.crew_code_id, other.id) ${isOther})`,
    sql`NOT EXISTS (SELECT 1 FROM ${crewCodes} AS other WHERE ${gave} AND ended_at IS NULL AND other.id ${isOther})`,
  ];
  const allowed = every(stands(member), isStill(actor), ownerRemains(member), ...all);
  const done = isWritten(audit);
  return writeAudited(db, sql`DELETE FROM ${members} WHERE ${allowed}`, audit, [
    sql`UPDATE ${apiKeys} SET revoked_at = ${audit.at} WHERE ${theirs} AND ${done}`,
    sql`UPDATE ${devices} SET revoked_at = ${audit.at} WHERE ${theirs} AND ${done}`,
    sql`UPDATE ${crewCodes} SET ended_at = ${audit.at} WHERE ${gave} AND ended_at IS NULL AND ${done}`,
    insertAudits(revocations, done),
    withdrawUngiven(member, [], audit),
  ]);
}

/** Withdraws the invitations that a member has sent, but those to roles that they may give, once the change is written. */
function withdrawUngiven(
  { organization_id: organizationId, user_id: userId }: Member,
  may: readonly Role[],
  audit: Audit,
): SQL {
  const ungiven = JSON.stringify(ROLES.filter((role) => !may.includes(role)));
  return sql`DELETE FROM ${invitations} WHERE organization_id = ${organizationId} AND inviter_id = ${userId}
    AND role IN (SELECT value FROM json_each(${ungiven})) AND ${isWritten(audit)}`;
}

/** True while this person is a member who may give `role` (rule P2). */
export function mayStillGive(organizationId: OrganizationId, userId: UserId, role: Role): SQL {
  const roles = JSON.stringify(ROLES.filter((each) => rolesManagedBy(each).includes(role)));
  return sql`EXISTS (SELECT 1 FROM ${members} AS giving WHERE giving.organization_id = ${organizationId}
    AND giving.user_id = ${userId} AND giving.role IN (SELECT value FROM json_each(${roles})))`;
}

/** True while the actor is the member that the session names, with the role that the permission was read from. */
export function isStill(actor: Organiser): SQL {
  if (actor.kind !== "user") return sql`true`;
  return sql`EXISTS (SELECT 1 FROM ${members} AS acting WHERE acting.organization_id = ${actor.organizationId}
    AND acting.user_id = ${actor.id} AND acting.role = ${actor.role})`;
}

/** Whether the actor is still the member that the session names. */
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
