// Makes the rows of an organisation and of an API key of it, each with its audit row (rule T6).

import { auditLog, organizations } from "../../db/schema/catalogue.ts";
import { apiKeys } from "../../db/schema/credentials.ts";
import type { OrganizationId } from "../../domain/ids.ts";
import { keyPermissions, type Role } from "../../domain/people/policy.ts";
import { hashCredential, newId } from "./credentials.ts";
import { insert, type Statement } from "../d1/database.ts";

export function organization(
  row: { readonly id: OrganizationId; readonly slug: string },
  name: string,
  now: number,
): Statement[] {
  const created = { kind: "organization", id: row.id, changes: { name, slug: row.slug } };
  return [insert(organizations, { ...row, name, ...since(now) }), auditRow(row.id, created, now)];
}

/** An API key with every permission that `role` may give to a key (rule P2), and its audit row. */
export function apiKey(secret: string, org: OrganizationId, role: Role, now: number): Statement[] {
  const key = { id: newId("key"), name: role, permissions: keyPermissions(role) };
  const row = { ...key, organization_id: org, key_hash: hashCredential(secret), created_at: now };
  const created = { kind: "api_key", id: key.id, changes: { name: key.name, permissions: key.permissions } };
  return [insert(apiKeys, { ...row, permissions: JSON.stringify(key.permissions) }), auditRow(org, created, now)];
}

type Created = { readonly kind: string; readonly id: string; readonly changes: object };

/** The audit row of what a command creates. */
export function auditRow(org: OrganizationId, { kind, id, changes }: Created, now: number): Statement {
  return insert(auditLog, {
    id: newId("aud"),
    organization_id: org,
    actor_kind: "system",
    actor_id: "system",
    action: `${kind}.create`,
    resource_kind: kind,
    resource_id: id,
    changes: JSON.stringify(changes),
    request_id: "command-line",
    created_at: now,
  });
}

/** The timestamps of a new row; its version is the table's default. */
export function since(now: number) {
  return { created_at: now, updated_at: now };
}
