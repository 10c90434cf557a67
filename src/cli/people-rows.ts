// The rows of people: an account, what sets its first password, and a membership with its audit row (rule T6).

import { createHash, randomBytes, randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import { hashPassword } from "../auth/passwords.ts";
import { accounts, members, users, verifications } from "../db/schema-people.ts";
import type { OrganizationId, UserId } from "../domain/ids.ts";
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

export type FirstOwner = { readonly userId: UserId; readonly token: string; readonly statements: readonly Statement[] };

const LINK_MS = 24 * 60 * 60 * 1_000;

/**
 * An owner by e-mail, in lower case: an account without a password, and the token that sets it once, within 24 h. An
 * account that is there already becomes the owner, as it is; then the token is of no use, since its account is not there.
 */
export function firstOwner(email: string, org: OrganizationId, now: number): FirstOwner {
  const userId = newId("usr");
  const memberId = newId("mem");
  const token = randomBytes(32).toString("base64url");
  const owner = sql`SELECT ${users.id} FROM ${users} WHERE ${users.email} = ${email}`;
  const statements = [
    textOf(sql`INSERT INTO ${users} (id, name, email, email_verified, created_at, updated_at)
      VALUES (${userId}, ${email}, ${email}, 1, ${now}, ${now}) ON CONFLICT DO NOTHING`),
    textOf(sql`INSERT INTO ${members} (id, organization_id, user_id, role, created_at, updated_at)
      SELECT ${memberId}, ${org}, (${owner}), 'owner', ${now}, ${now}`),
    insert(verifications, {
      id: randomUUID(),
      identifier: storedIdentifier(`reset-password:${token}`),
      value: userId,
      expires_at: new Date(now + LINK_MS),
      ...stamps(now),
    }),
    auditRow(org, { kind: "member", id: memberId, changes: { email, role: "owner" } }, now),
  ];
  return { userId, token, statements };
}

/** Answers a row when the account is the one with this id. */
export function isAccount(userId: UserId): Statement {
  return textOf(sql`SELECT ${users.id} AS id FROM ${users} WHERE ${users.id} = ${userId}`);
}

/** As better-auth keeps the identifiers of tokens ("hashed"). */
function storedIdentifier(identifier: string): string {
  return createHash("sha256").update(identifier).digest("base64url");
}

function stamps(now: number) {
  return { created_at: new Date(now), updated_at: new Date(now) };
}

const dialect = new SQLiteSyncDialect();
const textOf = (statement: ReturnType<typeof sql>): Statement => dialect.sqlToQuery(statement);
