// What the rest of db/ asks of organisations (rules T4, T8).

import { eq, type SQL, sql } from "drizzle-orm";
import type { OrganizationId } from "../domain/ids.ts";
import type { Db } from "./client.ts";
import { organizations } from "./schema.ts";

/** True while the organisation may create, publish and sell: a condition for the statement that writes. */
export function isOrganizationActive(id: OrganizationId): SQL {
  return sql`EXISTS (SELECT 1 FROM ${organizations} WHERE ${organizations.id} = ${id} AND ${organizations.status} = 'active')`;
}

/** One row: the organisation's status. */
export function selectOrganizationStatus(db: Db, id: OrganizationId) {
  return db.select({ status: organizations.status }).from(organizations).where(eq(organizations.id, id));
}
