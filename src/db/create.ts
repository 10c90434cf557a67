// Creates rows of the catalogue: the row, its audit row and its idempotency key, all or none.

import { type InferSelectModel, type SQL, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Db } from "./client.ts";
import { type Audit, isWritten, writeAudited } from "./audit/audit.ts";
import { isFirst, type Repeatable, remember } from "./idempotency.ts";
import { every, insertIf } from "./statements.ts";

/** What comes with a create: its audit row, and the key that it may be repeated under. */
export type Provenance = { readonly audit: Audit; readonly repeatable: Repeatable | null };

/**
 * Writes `row` while `condition` holds and its key is new, in one batch with what depends on it (rule T7). False when a
 * condition, a unique index or the key refused it, and nothing was written; the caller reads which.
 * `also`: further statements, each conditional on `isWritten(audit)`.
 */
export function createRow<T extends SQLiteTable>(
  db: Db,
  table: T,
  row: InferSelectModel<T> & { id: string },
  condition: SQL,
  { audit, repeatable }: Provenance,
  also: readonly SQL[] = [],
): Promise<boolean> {
  const allowed = every(condition, repeatable && isFirst(repeatable));
  const rest = repeatable ? [...also, remember(repeatable, row.id, isWritten(audit))] : also;
  return writeAudited(db, sql`${insertIf(table, row, allowed)} ON CONFLICT DO NOTHING`, audit, rest);
}
