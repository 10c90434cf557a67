// Makes the rows of people: an account, what sets its first password, and a membership with its audit row (rule T6).

import { randomUUID } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import { hashLinkToken, hashPassword, newLinkToken } from "../../auth/people/passwords.ts";
import { auditLog, organizations } from "../../db/schema/catalogue.ts";
import { accounts, invitations, members, sessions, users, verifications } from "../../db/schema/people.ts";
import type { AuditId, OrganizationId } from "../../domain/ids.ts";
import type { Role } from "../../domain/people/policy.ts";
import { newId } from "./credentials.ts";
import { insert, type Statement, textOf } from "../d1/database.ts";
import type { DemoAccount } from "../local/demo.ts";
import { auditRow } from "./organization-rows.ts";

/** A member of the demonstration, with a password. */
export async function demoMember(
  { email, password }: DemoAccount,
  org: OrganizationId,
  role: Role,
  now: number,
): Promise<Statement[]> {
  const userId = newId("usr");
  const memberId = newId("mem");
  const name = `Demo ${role.replace("_", " ")}`;
  const hash = await hashPassword(password);
  return [
    insert(users, { id: userId, name, email, email_verified: true, ...stamps(now) }),
    insert(accounts, {
      id: randomUUID(),
      user_id: userId,
      account_id: userId,
      provider_id: "credential",
      password: hash,
      ...stamps(now),
    }),
    insert(members, { id: memberId, organization_id: org, user_id: userId, role, created_at: now, updated_at: now }),
    auditRow(org, { kind: "member", id: memberId, changes: { user_id: userId, role } }, now),
  ];
}

export type NewOwner = {
  /** Lower case. */
  readonly email: string;
  readonly token: string;
  readonly auditId: AuditId;
  readonly statements: readonly Statement[];
};

const LINK_MS = 24 * 60 * 60 * 1_000;

/**
 * The statements that make the person with this address, in lower case, an owner of the organisation with this slug.
 * They change nothing when there is no such organisation, or the person is an owner already. `token` sets the password
 * of the account once, within 24 h (rule P4). A confirmed account keeps its password, and then the token does nothing.
 * An unconfirmed account belongs to nobody yet, since anybody could sign up with the address, so what was left there is
 * deleted.
 */
export function makeOwner(email: string, slug: string, now: number): NewOwner {
  const auditId = newId("aud");
  const token = newLinkToken();
  const ours = sql`SELECT ${organizations.id} FROM ${organizations} WHERE ${organizations.slug} = ${slug}`;
  const owner = sql`SELECT ${users.id} FROM ${users} WHERE ${users.email} = ${email}`;
  const unconfirmed = sql`${owner} AND ${users.email_verified} = 0 AND EXISTS (${ours})`;
  const statements = [
    sql`INSERT INTO ${users} (id, name, email, email_verified, created_at, updated_at)
      SELECT ${newId("usr")}, ${email}, ${email}, 0, ${now}, ${now} WHERE EXISTS (${ours}) ON CONFLICT DO NOTHING`,
    sql`DELETE FROM ${accounts} WHERE ${accounts.user_id} IN (${unconfirmed})`,
    sql`DELETE FROM ${sessions} WHERE ${sessions.user_id} IN (${unconfirmed})`,
    sql`DELETE FROM ${verifications} WHERE ${verifications.value} IN (${unconfirmed})`,
    auditOwner(auditId, email, slug, now),
    sql`INSERT INTO ${members} (id, organization_id, user_id, role, created_at, updated_at)
      SELECT ${auditLog.resource_id}, ${auditLog.organization_id}, (${owner}), 'owner', ${now}, ${now}
      FROM ${auditLog} WHERE ${auditLog.id} = ${auditId}
      ON CONFLICT DO UPDATE SET role = 'owner', version = version + 1, updated_at = excluded.updated_at`,
    sql`DELETE FROM ${invitations} WHERE ${invitations.organization_id} = (${ours}) AND ${invitations.email} = ${email}`,
    sql`INSERT INTO ${verifications} (id, identifier, value, expires_at, created_at, updated_at)
      SELECT ${randomUUID()}, ${hashLinkToken(token)}, ${users.id}, ${now + LINK_MS}, ${now}, ${now}
      FROM ${users} WHERE ${users.id} IN (${unconfirmed})`,
  ];
  return { email, token, auditId, statements: statements.map(textOf) };
}

/**
 * The audit row comes before the membership, which is written only if the audit row is (rule T7), so a repeat writes
 * neither.
 */
function auditOwner(auditId: AuditId, email: string, slug: string, now: number): SQL {
  return sql`INSERT INTO ${auditLog} (id, organization_id, actor_kind, actor_id, action, resource_kind, resource_id,
      changes, request_id, created_at)
    SELECT ${auditId}, organization.id, 'system', 'system',
      CASE WHEN member.id IS NULL THEN 'member.create' ELSE 'member.change' END, 'member',
      COALESCE(member.id, ${newId("mem")}), ${JSON.stringify({ email, role: "owner" })}, 'command-line', ${now}
    FROM ${organizations} AS organization JOIN ${users} AS person ON person.email = ${email}
    LEFT JOIN ${members} AS member ON member.organization_id = organization.id AND member.user_id = person.id
    WHERE organization.slug = ${slug} AND (member.role IS NULL OR member.role <> 'owner')`;
}

/**
 * The result, or no row when there is no such organisation. `done` is the audited action, null when the person was an owner
 * before; `confirmed` says whether the account has a password, which only its owner can have set.
 */
export function readOwner(email: string, slug: string, auditId: AuditId): Statement {
  return textOf(sql`SELECT organization.id AS id, organization.name AS name, person.email_verified AS confirmed,
      (SELECT ${auditLog.action} FROM ${auditLog} WHERE ${auditLog.id} = ${auditId}) AS done
    FROM ${organizations} AS organization JOIN ${users} AS person ON person.email = ${email}
    WHERE organization.slug = ${slug}`);
}

function stamps(now: number) {
  return { created_at: new Date(now), updated_at: new Date(now) };
}
