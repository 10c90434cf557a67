// Statements that docs/operations.md has people run against D1 by hand: they run, and do what the document says.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { must } from "../../../src/domain/result.ts";
import { openSimulatedD1 } from "../../simulation/platform/d1.ts";
import { PROJECT } from "../../support/server/commands.ts";

const OPERATIONS = readFileSync(join(PROJECT, "docs/operations.md"), "utf8");

/** The one statement that begins so. */
function statementOf(beginning: string): string {
  const all = [...OPERATIONS.matchAll(/--command "([^"]+)"/g)].map(([, statement = ""]) => statement);
  const [found = null, ...others] = all.filter((statement) => statement.startsWith(beginning));
  expect(others).toEqual([]);
  return must(found, `docs/operations.md has a statement that begins with ${beginning}`);
}

it("[D25] the doors of archived events are requested once, in the version that they have, and no others", () => {
  const d1 = openSimulatedD1();
  d1.look("INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES ('org', 'O', 'o', 0, 0)");
  d1.look(`INSERT INTO venues (id, organization_id, name, slug, address, city, timezone, country, capacity, created_at, updated_at)
    VALUES ('ven', 'org', 'V', 'v', 'A', 'C', 'UTC', 'ZA', 9, 0, 0)`);
  for (const [id, status, version] of [
    ["old", "archived", 7],
    ["asked", "archived", 3],
    ["ended", "ended", 5],
  ] as const)
    d1.look(
      `INSERT INTO events (id, organization_id, venue_id, name, slug, status, start_time, end_time, sale_start, sale_end,
        capacity, door_version, created_at, updated_at) VALUES (?1, 'org', 'ven', ?1, ?1, ?2, 1, 2, 0, 1, 9, ?3, 0, 0)`,
      ...[id, status, version],
    );
  d1.look("INSERT INTO sync_rows (target, subject, version, created_at) VALUES ('asked', 'door', 4, 1)");
  const statement = statementOf("INSERT INTO sync_rows");
  for (let times = 0; times < 2; times++) d1.look(statement);
  const rows = d1.look(
    "SELECT target, subject, version, created_at > 1000000000000 AS now FROM sync_rows ORDER BY target",
  );
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { target: "asked", subject: "door", version: 4, now: 0 },
    { target: "old", subject: "door", version: 7, now: 1 },
  ]);
});
