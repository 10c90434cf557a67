// Reads the audit log (rule T6). Its rows are written by audit.ts, in the batch of the change that they describe.

import { and, eq, gte, lt } from "drizzle-orm";
import type { OrganizationId } from "../../domain/ids.ts";
import type { Db } from "../client.ts";
import { auditLog } from "../schema/catalogue.ts";
import { readPage, type PageQuery, type Placed, placed } from "../statements.ts";

export type AuditRow = typeof auditLog.$inferSelect;

/** `since` and `until`: epoch ms, half-open. */
type AuditQuery = PageQuery & {
  readonly actorId?: string | undefined;
  readonly action?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
};

export async function listAuditRows(
  db: Db,
  organizationId: OrganizationId,
  query: AuditQuery,
): Promise<Placed<AuditRow>[]> {
  const { actorId, action, resourceId, since, until } = query;
  const wanted = and(
    eq(auditLog.organization_id, organizationId),
    actorId === undefined ? undefined : eq(auditLog.actor_id, actorId),
    action === undefined ? undefined : eq(auditLog.action, action),
    resourceId === undefined ? undefined : eq(auditLog.resource_id, resourceId),
    since === undefined ? undefined : gte(auditLog.created_at, since),
    until === undefined ? undefined : lt(auditLog.created_at, until),
  );
  return placed(await readPage(db.select().from(auditLog).$dynamic(), auditLog, wanted, query));
}
