// Reads and writes invitations: one is open for an e-mail address and organisation; it is used once, within 7 days (T1, T4).

import { and, eq, gt, lte, type SQL, sql } from "drizzle-orm";
import type { InvitationId, OrganizationId } from "../../domain/ids.ts";
import { MAX_INVITATIONS_A_DAY, MAX_OPEN_INVITATIONS } from "../../domain/limits.ts";
import type { Organiser } from "../../domain/people/policy.ts";
import { type Audit, isWritten, writeAudited } from "../audit/audit.ts";
import type { Db } from "../client.ts";
import { createRow, type Provenance } from "../create.ts";
import { isMemberNow, isNoMember, isStill, mayStillGive } from "./members.ts";
import { isOrganizationActive } from "../organizations/organizations.ts";
import { auditLog } from "../schema/catalogue.ts";
import { invitations, members, sessions } from "../schema/people.ts";
import { every, type PageQuery, type Placed, placed, readPage } from "../statements.ts";

export type Invitation = typeof invitations.$inferSelect;

/** Those that can be accepted at `now`. */
export async function listInvitations(
  db: Db,
  organizationId: OrganizationId,
  now: number,
  query: PageQuery,
): Promise<Placed<Invitation>[]> {
  const open = and(eq(invitations.organization_id, organizationId), gt(invitations.expires_at, now));
  return placed(await readPage(db.select().from(invitations).$dynamic(), invitations, open, query));
}

/** The invitation while it can be accepted at `now`. */
export async function readInvitation(db: Db, id: InvitationId, now: number): Promise<Invitation | null> {
  const rows = await db
    .select()
    .from(invitations)
    .where(and(eq(invitations.id, id), gt(invitations.expires_at, now)));
  return rows[0] ?? null;
}

/** Whether an invitation to this address is open at `now`. */
export async function isInvited(db: Db, organizationId: OrganizationId, email: string, now: number): Promise<boolean> {
  const rows = await db
    .select({ id: invitations.id })
    .from(invitations)
    .where(
      and(
        eq(invitations.organization_id, organizationId),
        eq(invitations.email, email),
        gt(invitations.expires_at, now),
      ),
    );
  return rows.length > 0;
}

/** Whether the organisation has as many invitations as it may: open ones, and made in the last 24 hours (rule P7). */
export async function hasManyInvitations(db: Db, organizationId: OrganizationId, now: number): Promise<boolean> {
  return (await db.all(sql`SELECT 1 WHERE NOT ${isWithinLimits(organizationId, now)}`)).length === 1;
}

/** Those of the last day are counted in the audit log, since one that is withdrawn or accepted is deleted. */
function isWithinLimits(organizationId: OrganizationId, now: number): SQL {
  return sql`((SELECT count(*) FROM ${invitations} WHERE ${invitations.organization_id} = ${organizationId}
      AND ${invitations.expires_at} > ${now}) < ${MAX_OPEN_INVITATIONS}
    AND (SELECT count(*) FROM ${auditLog} WHERE ${auditLog.organization_id} = ${organizationId}
      AND ${auditLog.created_at} > ${now - DAY_MS} AND ${auditLog.action} = 'invitation.create') < ${MAX_INVITATIONS_A_DAY})`;
}

const DAY_MS = 24 * 60 * 60_000;

/** Writes it while no other is open, nobody with the address is a member, the inviter may still invite, and the organisation has few. */
export async function insertInvitation(
  db: Db,
  invitation: Invitation,
  actor: Organiser,
  provenance: Provenance,
): Promise<boolean> {
  const { organization_id: organizationId, email, created_at: now } = invitation;
  // A statement of its own, since expired invitations are deleted whether or not the new one is written.
  await db
    .delete(invitations)
    .where(
      and(
        eq(invitations.organization_id, organizationId),
        eq(invitations.email, email),
        lte(invitations.expires_at, now),
      ),
    );
  const allowed = every(
    isOrganizationActive(organizationId),
    sql`NOT ${isMemberNow(organizationId, email)}`,
    isStill(actor),
    isWithinLimits(organizationId, now),
  );
  return createRow(db, invitations, invitation, allowed, provenance);
}

/** Withdraws it; false when nothing was written, since it is gone or the actor may not any more. */
export function removeInvitation(
  db: Db,
  { id, organization_id: organizationId }: Invitation,
  actor: Organiser,
  audit: Audit,
): Promise<boolean> {
  const own = and(eq(invitations.id, id), eq(invitations.organization_id, organizationId), isStill(actor));
  return writeAudited(db, sql`DELETE FROM ${invitations} WHERE ${own}`, audit);
}

/**
 * Makes the invited person a member, uses the invitation up, and turns the session to the organisation: all or none.
 * False when nothing was written: the invitation is gone, the inviter may not invite any more, the organisation is
 * suspended, or the person is a member already.
 */
export function acceptInvitation(
  db: Db,
  { id, email, role, organization_id: organizationId, inviter_id: inviterId }: Invitation,
  member: typeof members.$inferSelect,
  sessionToken: string,
  audit: Audit,
): Promise<boolean> {
  const open = sql`EXISTS (SELECT 1 FROM ${invitations} WHERE ${invitations.id} = ${id}
    AND ${invitations.email} = ${email} AND ${invitations.role} = ${role} AND ${invitations.expires_at} > ${audit.at})`;
  const allowed = every(
    open,
    mayStillGive(organizationId, inviterId, role),
    isOrganizationActive(organizationId),
    isNoMember(organizationId, member.user_id),
  );
  const done: SQL = isWritten(audit);
  return createRow(db, members, member, allowed, { audit, repeatable: null }, [
    sql`DELETE FROM ${invitations} WHERE ${invitations.id} = ${id} AND ${done}`,
    sql`UPDATE ${sessions} SET active_organization_id = ${organizationId} WHERE ${sessions.token} = ${sessionToken} AND ${done}`,
  ]);
}
