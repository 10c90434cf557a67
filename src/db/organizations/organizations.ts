// Reads organisations (rules T4, T8). Only the operator's command suspends them, never the Worker.

import { eq, type SQL, sql } from "drizzle-orm";
import type { OrganizationId } from "../../domain/ids.ts";
import type { Db } from "../client.ts";
import { organizations } from "../schema/catalogue.ts";

export type Organization = typeof organizations.$inferSelect;
export const ORGANIZATION_STATUSES = organizations.status.enumValues;

export async function readOrganization(db: Db, id: OrganizationId): Promise<Organization | null> {
  const rows = await db.select().from(organizations).where(eq(organizations.id, id));
  return rows[0] ?? null;
}

/** True while the organisation may create, publish and sell: a condition for the statement that writes. */
export function isOrganizationActive(id: OrganizationId): SQL {
  return sql`EXISTS (SELECT 1 FROM ${organizations} WHERE ${organizations.id} = ${id} AND ${organizations.status} = 'active')`;
}

/** One row: the organisation's status. */
export function selectOrganizationStatus(db: Db, id: OrganizationId) {
  return db.select({ status: organizations.status }).from(organizations).where(eq(organizations.id, id));
}
