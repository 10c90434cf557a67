// The rows of people: an account, what sets its first password, and a membership with its audit row (rule T6).

import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import { hashLinkToken, hashPassword, newLinkToken } from "../auth/passwords.ts";
import { accounts, members, sessions, users, verifications } from "../db/schema-people.ts";
import type { OrganizationId } from "../domain/ids.ts";
import type { Role } from "../domain/policy.ts";
import { newId } from "./credentials.ts";
import { insert, type Statement } from "./database.ts";
import type { DemoAccount } from "./demo.ts";
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

export type FirstOwner = { readonly token: string; readonly statements: readonly Statement[] };

const LINK_MS = 24 * 60 * 60 * 1_000;

/**
 * An owner by e-mail, in lower case: the account of this address, and the token that sets its password once, within 24 h
 * (rule P4). An account that is confirmed keeps its password, and the token is of no use. One that is not is nobody's
 * yet, whoever signed up for it: what others left there is deleted.
 */
export function firstOwner(email: string, org: OrganizationId, now: number): FirstOwner {
  const memberId = newId("mem");
  const token = newLinkToken();
  const owner = sql`SELECT ${users.id} FROM ${users} WHERE ${users.email} = ${email}`;
  const unconfirmed = sql`${owner} AND ${users.email_verified} = 0`;
  const statements = [
    textOf(sql`INSERT INTO ${users} (id, name, email, email_verified, created_at, updated_at)
      VALUES (${newId("usr")}, ${email}, ${email}, 0, ${now}, ${now}) ON CONFLICT DO NOTHING`),
    textOf(sql`DELETE FROM ${accounts} WHERE ${accounts.user_id} IN (${unconfirmed})`),
    textOf(sql`DELETE FROM ${sessions} WHERE ${sessions.user_id} IN (${unconfirmed})`),
    textOf(sql`DELETE FROM ${verifications} WHERE ${verifications.value} IN (${unconfirmed})`),
    textOf(sql`INSERT INTO ${members} (id, organization_id, user_id, role, created_at, updated_at)
      SELECT ${memberId}, ${org}, (${owner}), 'owner', ${now}, ${now}`),
    textOf(sql`INSERT INTO ${verifications} (id, identifier, value, expires_at, created_at, updated_at)
      SELECT ${randomUUID()}, ${hashLinkToken(token)}, ${users.id}, ${now + LINK_MS}, ${now}, ${now}
      FROM ${users} WHERE ${users.email} = ${email} AND ${users.email_verified} = 0`),
    auditRow(org, { kind: "member", id: memberId, changes: { email, role: "owner" } }, now),
  ];
  return { token, statements };
}

/** Answers a row when the account of this address is confirmed: whoever proved the mailbox has set its password. */
export function confirmedAccount(email: string): Statement {
  return textOf(
    sql`SELECT ${users.id} AS id FROM ${users} WHERE ${users.email} = ${email} AND ${users.email_verified} = 1`,
  );
}

function stamps(now: number) {
  return { created_at: new Date(now), updated_at: new Date(now) };
}

const dialect = new SQLiteSyncDialect();
const textOf = (statement: ReturnType<typeof sql>): Statement => dialect.sqlToQuery(statement);
