// Lists, writes and revokes API keys for their organisation (rules P2, T1). credentials.ts reads them as credentials.

import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { ApiKeyId, OrganizationId } from "../../domain/ids.ts";
import type { Organiser } from "../../domain/people/policy.ts";
import { type Audit, writeAudited } from "../audit/audit.ts";
import type { Db } from "../client.ts";
import { createRow, type Provenance } from "../create.ts";
import { isStill } from "../members/members.ts";
import { isOrganizationActive } from "../organizations/organizations.ts";
import { apiKeys } from "../schema/credentials.ts";
import { every, type PageQuery, type Placed, placed, readPage } from "../statements.ts";

export type ApiKey = typeof apiKeys.$inferSelect;

/** Those that are revoked stay in the list. */
export async function listApiKeys(db: Db, organizationId: OrganizationId, query: PageQuery): Promise<Placed<ApiKey>[]> {
  return placed(
    await readPage(db.select().from(apiKeys).$dynamic(), apiKeys, eq(apiKeys.organization_id, organizationId), query),
  );
}

export async function readApiKey(db: Db, organizationId: OrganizationId, id: ApiKeyId): Promise<ApiKey | null> {
  const rows = await db.select().from(apiKeys).where(isOf(organizationId, id));
  return rows[0] ?? null;
}

/** Writes the key while its organisation is active and its maker still may; false when it was not written. */
export function insertApiKey(db: Db, key: ApiKey, maker: Organiser, provenance: Provenance): Promise<boolean> {
  const allowed = every(isOrganizationActive(key.organization_id), isStill(maker));
  return createRow(db, apiKeys, key, allowed, provenance);
}

/** Revokes the key with its audit row, unless it is revoked or not the organisation's: then nothing is written. */
export function revokeApiKeyRow(db: Db, id: ApiKeyId, audit: Audit): Promise<boolean> {
  const isActive = and(isOf(audit.organizationId, id), isNull(apiKeys.revoked_at));
  return writeAudited(db, sql`UPDATE ${apiKeys} SET revoked_at = ${audit.at} WHERE ${isActive}`, audit);
}

function isOf(organizationId: OrganizationId, id: ApiKeyId): SQL | undefined {
  return and(eq(apiKeys.organization_id, organizationId), eq(apiKeys.id, id));
}
