// The tables of an inventory come into being step by step: with the first write, and once each.

import { describe, expect, test } from "vitest";
import { openBook } from "../../../src/domain/ledger/memory/book.ts";
import { STEPS } from "../../../src/inventory/storage/schema.ts";
import { openSqlStore } from "../../../src/inventory/storage/sql-store.ts";
import { findHold, holdCommand, holdIdOf, SHOPPER, START, termsCommand } from "../../support/builders.ts";
import { type Driver, openDriver } from "../../support/ledger/driver.ts";
import { seenOf } from "../../support/ledger/model/harness.ts";
import { type NodeSqlite, openNodeSqlite } from "../../support/sqlite/node-sqlite.ts";

const ADDED = `ALTER TABLE holds ADD COLUMN gate TEXT NOT NULL DEFAULT 'A';
  CREATE TABLE gates (name TEXT PRIMARY KEY) WITHOUT ROWID;
  INSERT INTO gates (name) SELECT DISTINCT gate FROM holds;`;

function driverOn(storage: NodeSqlite, steps: readonly string[]): Driver {
  return openDriver({ store: openSqlStore(storage, steps), setFailing: storage.setFailing, close: storage.close });
}
const stepsTaken = (storage: NodeSqlite): unknown[] =>
  storage.sql
    .exec("SELECT id FROM steps ORDER BY id")
    .toArray()
    .map((row) => row["id"]);

describe("the tables of an inventory", () => {
  test("[X5] do not come into being by opening, reading or refusing", () => {
    const storage = openNodeSqlite();
    const driver = driverOn(storage, STEPS);
    expect(driver.send(holdCommand("first"), START)).toEqual({ ok: false, refusal: { code: "not_found" } });
    expect(driver.send({ kind: "counts" }, START)).toEqual({ ok: false, refusal: { code: "not_found" } });
    expect(driver.store.listHolds({ limit: 10, beforeSeq: null }).holds).toEqual([]);
    driver.restart();
    expect(storage.tables()).toEqual([]);
  });

  test("[H11] do not stay when the transaction that made them fails", () => {
    const storage = openNodeSqlite();
    expect(driverOn(storage, STEPS).failingBatch([termsCommand()], START)).toBe(true);
    expect(storage.tables()).toEqual([]);
  });

  test("come with the first write, and are all there", () => {
    const storage = openNodeSqlite();
    driverOn(storage, STEPS).send(termsCommand(), START);
    expect(storage.tables()).toEqual([
      "claims",
      "holds",
      "ledger",
      "marks",
      "orders",
      "outbox",
      "ran_out",
      "retention",
      "returns",
      "steps",
      "terms",
      "voids",
    ]);
    expect(stepsTaken(storage)).toEqual(STEPS.map((_, index) => index + 1));
  });

  test("of an older inventory take the steps they lack when it is opened, and keep their rows", () => {
    const storage = openNodeSqlite();
    const older = driverOn(storage, STEPS);
    older.batch([termsCommand(), holdCommand("first", { quantity: 2 })], START);
    const newer = driverOn(storage, [...STEPS, ADDED]);
    expect(stepsTaken(storage)).toEqual([...STEPS.map((_, index) => index + 1), STEPS.length + 1]);
    expect(storage.sql.exec("SELECT name FROM gates").toArray()).toEqual([{ name: "A" }]);
    expect(seenOf(openBook(newer.store.load()))).toEqual(seenOf(older.book()));
    expect(newer.send(holdCommand("first", { quantity: 2 }), START + 1)).toMatchObject({
      ok: true,
      value: { replayed: true },
    });
  });

  test("of an older inventory grow one release at a time", () => {
    const storage = openNodeSqlite();
    const all = [...STEPS, ADDED, "CREATE TABLE later (id INTEGER PRIMARY KEY)"];
    driverOn(storage, all.slice(0, STEPS.length)).send(termsCommand(), START);
    for (let count = STEPS.length + 1; count <= all.length; count += 1) driverOn(storage, all.slice(0, count));
    expect(stepsTaken(storage)).toEqual(all.map((_, index) => index + 1));
  });

  test("take each step once, however often the inventory is opened", () => {
    const storage = openNodeSqlite();
    driverOn(storage, STEPS).send(termsCommand(), START);
    for (let time = 0; time < 3; time += 1) expect(() => driverOn(storage, [...STEPS, ADDED])).not.toThrow();
    expect(storage.sql.exec("SELECT name FROM gates").toArray()).toEqual([]);
    expect(stepsTaken(storage)).toHaveLength(STEPS.length + 1);
  });

  test("stay as they were when a step fails", () => {
    const storage = openNodeSqlite();
    driverOn(storage, STEPS).batch([termsCommand(), holdCommand("first")], START);
    const broken = "CREATE TABLE half (id INTEGER PRIMARY KEY); INSERT INTO nowhere (id) VALUES (1);";
    expect(() => driverOn(storage, [...STEPS, broken])).toThrow();
    expect(storage.tables()).not.toContain("half");
    expect(findHold(driverOn(storage, STEPS).store, holdIdOf(SHOPPER, "first"))?.quantity).toBe(1);
  });

  test("[H1] refuse counts that cannot be, whatever the code above them believes", () => {
    const storage = openNodeSqlite();
    const driver = driverOn(storage, STEPS);
    driver.batch([termsCommand({ total: 2 }), holdCommand("first", { quantity: 2 })], START);
    for (const counts of ["held = -1", "sold = -1", "held = 3", "sold = 1, held = 2"]) {
      expect(() => storage.sql.exec(`UPDATE ledger SET ${counts} WHERE seq = 2`)).toThrow(/CHECK/);
    }
  });
});
