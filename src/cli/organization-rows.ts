// The rows that begin an organisation: itself with its audit row, and an API key.

import { apiKeys, auditLog, organizations } from "../db/schema.ts";
import type { OrganizationId } from "../domain/ids.ts";
import { keyPermissions, type Role } from "../domain/policy.ts";
import { hashCredential, newId } from "./credentials.ts";
import { insert, type Statement } from "./database.ts";

export function organization(
  row: { readonly id: OrganizationId; readonly slug: string },
  name: string,
  now: number,
): Statement[] {
  return [
    insert(organizations, { ...row, name, ...since(now) }),
    insert(auditLog, {
      id: newId("aud"),
      organization_id: row.id,
      actor_kind: "system",
      actor_id: "system",
      action: "organization.create",
      resource_kind: "organization",
      resource_id: row.id,
      changes: JSON.stringify({ name, slug: row.slug }),
      request_id: "command-line",
      created_at: now,
    }),
  ];
}

/** A key with what its role may give to a key (rule P2). */
export function apiKey(secret: string, org: OrganizationId, role: Role, now: number): Statement {
  return insert(apiKeys, {
    id: newId("key"),
    organization_id: org,
    name: role,
    key_hash: hashCredential(secret),
    permissions: JSON.stringify(keyPermissions(role)),
    created_at: now,
  });
}

/** The timestamps of a new row; its version is the table's default. */
export function since(now: number) {
  return { created_at: now, updated_at: now };
}
