// Makes the statements that suspend an organisation, or resume it (rules T4, T6, T7): the status, its audit row, and what
// has the new terms delivered to the inventory of each of its ticket types. They are one batch, all or none.

import { sql } from "drizzle-orm";
import { insertTermsSync } from "../../db/outbox/terms-syncs.ts";
import { auditLog, organizations, ticketTypes } from "../../db/schema/catalogue.ts";
import type { AuditId } from "../../domain/ids.ts";
import { type Statement, textOf } from "../d1/database.ts";

export type StatusChange = "suspend" | "resume";

const MOVES = {
  suspend: { from: "active", to: "suspended" },
  resume: { from: "suspended", to: "active" },
} as const;

/** `auditId` must be new, `now` is epoch ms. They change nothing if the organisation has the status already. */
export function changeStatus(change: StatusChange, slug: string, auditId: AuditId, now: number): Statement[] {
  const { from, to } = MOVES[change];
  // The other statements depend on the audit row, which is written first, so none needs to know how many rows another
  // changed.
  const written = sql`EXISTS (SELECT 1 FROM ${auditLog} WHERE ${auditLog.id} = ${auditId})`;
  const ours = sql`SELECT ${organizations.id} FROM ${organizations} WHERE ${organizations.slug} = ${slug}`;
  const types = sql`${ticketTypes.organization_id} = (${ours}) AND ${written}`;
  const changes = JSON.stringify({ status: to });
  return [
    sql`INSERT INTO ${auditLog} (id, organization_id, actor_kind, actor_id, action, resource_kind, resource_id,
        changes, request_id, created_at)
      SELECT ${auditId}, ${organizations.id}, 'system', 'system', ${`organization.${change}`}, 'organization',
        ${organizations.id}, ${changes}, 'command-line', ${now}
      FROM ${organizations} WHERE ${organizations.slug} = ${slug} AND ${organizations.status} = ${from}`,
    sql`UPDATE ${organizations} SET status = ${to}, version = version + 1, updated_at = ${now}
      WHERE ${organizations.slug} = ${slug} AND ${written}`,
    sql`UPDATE ${ticketTypes} SET terms_version = terms_version + 1 WHERE ${types}`,
    insertTermsSync(types, now),
  ].map(textOf);
}

/** Returns `{name, status, changed, ticket_types}`, or no row when there is no such organisation. */
export function readStatus(slug: string, auditId: AuditId): Statement {
  const types = sql`SELECT COUNT(*) FROM ${ticketTypes} WHERE ${ticketTypes.organization_id} = ${organizations.id}`;
  return textOf(sql`SELECT ${organizations.name} AS name, ${organizations.status} AS status, (${types}) AS ticket_types,
    EXISTS (SELECT 1 FROM ${auditLog} WHERE ${auditLog.id} = ${auditId}) AS changed
    FROM ${organizations} WHERE ${organizations.slug} = ${slug}`);
}
