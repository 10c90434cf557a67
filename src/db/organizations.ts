// What the rest of db/ asks of organisations (rule T4).

import { type SQL, sql } from "drizzle-orm";
import type { OrganizationId } from "../domain/ids.ts";
import { organizations } from "./schema.ts";

/** True while the organisation may create, publish and sell: a condition for the statement that writes. */
export function isOrganizationActive(id: OrganizationId): SQL<boolean> {
  return sql<boolean>`EXISTS (SELECT 1 FROM ${organizations} WHERE ${organizations.id} = ${id} AND ${organizations.status} = 'active')`.mapWith(
    Boolean,
  );
}
