// D1 put back to an earlier state, as Time Travel does: every row of every table, and nothing of what came since.

import { env } from "cloudflare:workers";

type Table = { readonly name: string; readonly columns: readonly string[]; readonly rows: string };
export type Snapshot = readonly Table[];

/** All rows as they are now. The rowid comes along, since the audit log's is a position. */
export async function takeSnapshot(): Promise<Snapshot> {
  const tables = await all<{ name: string; sql: string }>(`SELECT name, sql FROM sqlite_master WHERE type = 'table'
    AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name <> 'd1_migrations'`);
  return Promise.all(
    tables.map(async ({ name, sql }) => {
      const info = await all<{ name: string }>(`SELECT name FROM pragma_table_info('${name}')`);
      const columns = info.map((column) => `"${column.name}"`);
      if (!/WITHOUT ROWID/i.test(sql)) columns.unshift("rowid");
      const [found] = await all<{ rows: string }>(
        `SELECT json_group_array(json_array(${columns.join(", ")})) AS rows FROM "${name}"`,
      );
      return { name, columns, rows: found?.rows ?? "[]" };
    }),
  );
}

/** In one batch, as a restore is one step. */
export async function putBack(snapshot: Snapshot): Promise<void> {
  const statements = snapshot.flatMap(({ name, columns, rows }) => [
    env.DB.prepare(`DELETE FROM "${name}"`),
    env.DB.prepare(
      `INSERT INTO "${name}" (${columns.join(", ")}) SELECT ${columns.map((_, n) => `value ->> ${n}`).join(", ")} FROM json_each(?)`,
    ).bind(rows),
  ]);
  await env.DB.batch([env.DB.prepare("PRAGMA defer_foreign_keys = on"), ...statements]);
}

async function all<T>(query: string): Promise<T[]> {
  return (await env.DB.prepare(query).all<T>()).results;
}
