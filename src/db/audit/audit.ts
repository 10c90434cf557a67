// Writes the audit log (rules T6, T7): append-only, in the batch of the change that a row describes.

import { eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import type { AuditId, OrganizationId } from "../../domain/ids.ts";
import type { Actor } from "../../domain/people/policy.ts";
import type { Db } from "../client.ts";
import { auditLog } from "../schema/catalogue.ts";
import { insertIf, previousWroteOne } from "../statements.ts";

const COLUMNS = Object.values(getTableColumns(auditLog)).map(({ name }) => name);
const columnNames = sql.join(
  COLUMNS.map((name) => sql.identifier(name)),
  sql`, `,
);

export type Audit = {
  readonly id: AuditId;
  readonly organizationId: OrganizationId;
  readonly actor: Pick<Actor, "kind" | "id">;
  readonly action: string;
  readonly resourceKind: string;
  readonly resourceId: string;
  /** The fields that were set or changed, with what they are now. */
  readonly changes: object;
  readonly requestId: string;
  readonly at: number;
};

/**
 * The statement that writes the audit row of the change right before it in the batch, unless that changed nothing.
 * No `ON CONFLICT`: when the row cannot be written, the batch fails and the change with it.
 */
export function insertAudit(audit: Audit, condition: SQL = previousWroteOne): SQL {
  return insertIf(auditLog, rowOf(audit), condition);
}

function rowOf(audit: Audit): typeof auditLog.$inferSelect {
  return {
    id: audit.id,
    organization_id: audit.organizationId,
    actor_kind: audit.actor.kind,
    actor_id: audit.actor.id,
    action: audit.action,
    resource_kind: audit.resourceKind,
    resource_id: audit.resourceId,
    changes: JSON.stringify(audit.changes),
    request_id: audit.requestId,
    created_at: audit.at,
  };
}

/** The statement that writes these rows together, while `condition` holds. */
export function insertAudits(audits: readonly Audit[], condition: SQL): SQL {
  const values = COLUMNS.map((name) => sql`value ->> ${sql.raw(`'${name}'`)}`);
  return sql`INSERT INTO ${auditLog} (${columnNames}) SELECT ${sql.join(values, sql`, `)}
    FROM json_each(${JSON.stringify(audits.map(rowOf))}) WHERE ${condition}`;
}

/** An audit row that waits for its change: kept beside it as text, and written by the batch that makes the change. */
export function waitingAudit(audit: Audit): string {
  return JSON.stringify(rowOf(audit));
}

/** `INSERT … SELECT` of the audit rows that wait in `pending_audit`; the caller appends `FROM … WHERE …`. */
export const insertWaitingAudits: SQL = sql`INSERT INTO ${auditLog} (${columnNames}) SELECT ${sql.join(
  COLUMNS.map((name) => sql`pending_audit ->> ${sql.raw(`'${name}'`)}`),
  sql`, `,
)}`;

/**
 * Makes `change` with its audit row, all or none (rule T7). False when `change` changed nothing since its WHERE was not
 * met; the caller reads why. `before` goes first in the batch, on conditions of its own; each of `also` is conditional on
 * `isWritten(audit)`.
 */
export async function writeAudited(
  db: Db,
  change: SQL,
  audit: Audit,
  also: readonly SQL[] = [],
  before: readonly SQL[] = [],
): Promise<boolean> {
  const [first = change, ...rest] = [...before, change, insertAudit(audit), ...also];
  const answers = await db.batch([db.run(first), ...rest.map((each) => db.run(each)), selectWritten(db, audit)]);
  const written = answers.at(-1);
  return Array.isArray(written) && written.length === 1;
}

/** Whether the audit row, and so its change, was written. */
export async function wasWritten(db: Db, audit: Audit): Promise<boolean> {
  return (await selectWritten(db, audit)).length === 1;
}

/** Writes the audit row of a change that lies outside D1, before it is made. */
export async function writeAudit(db: Db, audit: Audit): Promise<void> {
  await db.run(insertAudit(audit, sql`TRUE`));
}

/** True in later statements of the batch when the change and its audit row were written. They are conditional on it. */
export function isWritten(audit: Audit): SQL {
  return sql`EXISTS (SELECT 1 FROM ${auditLog} WHERE ${auditLog.id} = ${audit.id})`;
}

/** The last statement of such a batch: one row when the change was written, none when it was refused. */
export function selectWritten(db: Db, audit: Audit) {
  return db.select({ id: auditLog.id }).from(auditLog).where(eq(auditLog.id, audit.id));
}
