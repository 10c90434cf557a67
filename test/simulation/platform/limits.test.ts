// Tests that the stand-ins for SQLite refuse what the platform refuses; otherwise no test here could find such a fault.

import { describe, expect, it, test } from "vitest";
import { LIMIT_CASES } from "../../support/sqlite/limit-cases.ts";
import { openNodeSqlite } from "../../support/sqlite/node-sqlite.ts";
import { MAX_DATABASE_BYTES } from "../../support/sqlite/platform-limits.ts";
import { openSimulatedD1 } from "./d1.ts";
import { openObjectStorage } from "./objects/storage.ts";

type Exec = (query: string, ...values: (string | number)[]) => unknown;

function openStorage(maxBytes?: number) {
  const storage = openObjectStorage({
    dueToFlush: () => undefined,
    transactionFails: () => false,
    pause: () => Promise.resolve(),
    alarmChanged: () => undefined,
    broken: () => undefined,
    ...(maxBytes !== undefined && { maxBytes }),
  });
  // The one cast: of the platform's storage that the product sees, the part with SQL.
  const { sql } = storage.api as { sql: { exec: Exec; databaseSize: number } };
  return { sql, close: storage.close };
}

function openD1(): Exec {
  const d1 = openSimulatedD1().bindingFor(async (_, work) => work());
  return (query, ...values) =>
    d1
      .prepare(query)
      .bind(...values)
      .all();
}

describe.each<[string, () => Exec]>([
  ["an object's storage in simulated worlds", () => openStorage().sql.exec],
  ["the D1 of simulated worlds", openD1],
  ["the store's SQLite in unit tests", () => openNodeSqlite().sql.exec],
])("[X4] %s", (_, open) => {
  it.each(LIMIT_CASES)("judges $title as the platform does", async ({ query, values, fault }) => {
    const ask = Promise.resolve().then(() => open()(query, ...values));
    await (fault ? expect(ask).rejects.toThrow(fault) : expect(ask).resolves.toBeTruthy());
  });
});

test("[X4] [H13] an object's storage in simulated worlds reports its size and refuses too much", () => {
  const maxBytes = 1_000_000;
  const { sql, close } = openStorage(maxBytes);
  sql.exec("CREATE TABLE texts (text TEXT)");
  const insert = () => sql.exec("INSERT INTO texts (text) VALUES (?)", "n".repeat(100_000));
  for (let n = 0; n < 8; n++) insert();
  expect(sql.databaseSize).toBeGreaterThan(800_000);
  expect(() => {
    insert();
    insert();
  }).toThrow("full");
  expect(sql.databaseSize).toBeLessThanOrEqual(maxBytes);
  close();
  expect(MAX_DATABASE_BYTES).toBe(10 * 1_000 ** 3);
});
