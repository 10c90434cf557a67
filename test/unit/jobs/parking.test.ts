import { DatabaseSync } from "node:sqlite";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { LONGEST_PARKED_MS, parkedUntil } from "../../../src/domain/time/parking.ts";
import { PROJECT } from "../../support/server/commands.ts";

const NOW = 1_800_000_000_000;
const minutes = (attempts: number, random: number) => (parkedUntil(attempts, NOW, random) - NOW) / 60_000;

it("[K6] a delivery is tried in each round until five have failed in a row", () => {
  expect([1, 2, 3, 4].map((attempts) => parkedUntil(attempts, NOW, 0.999))).toEqual([0, 0, 0, 0]);
  expect(parkedUntil(5, NOW, 0)).toBeGreaterThan(NOW);
});

it("[K6] pauses of a parked delivery grow, at random between bounds, and never pass 15 minutes", () => {
  expect([5, 6, 7, 50, 5_000].map((attempts) => minutes(attempts, 0))).toEqual([2, 2, 2, 2, 2]);
  expect([5, 6, 7, 50, 5_000].map((attempts) => minutes(attempts, 1))).toEqual([4, 8, 15, 15, 15]);
  expect(minutes(7, 0.5)).toBe(8.5);
  expect(LONGEST_PARKED_MS).toBe(15 * 60_000);
});

it("[K6] what waited before there was parking waits on, and the release before still owes and pays", () => {
  const d1 = new DatabaseSync(":memory:");
  const folder = join(PROJECT, "migrations");
  const files = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  const [before, after] = [(name: string) => name < "0032", (name: string) => name >= "0032"];
  const migrate = (which: (name: string) => boolean) => {
    for (const file of files.filter(which).sort()) d1.exec(readFileSync(join(folder, file), "utf8"));
  };
  // As the release before has it.
  const raise = `INSERT INTO sync_rows (target, subject, version, created_at) SELECT ?, 'door', ?, 1 WHERE true
    ON CONFLICT DO UPDATE SET version = MAX(version, excluded.version)`;
  const rows = () =>
    d1
      .prepare("SELECT target, version, attempts, parked_until FROM sync_rows ORDER BY target")
      .all()
      .map((row) => ({ ...row }));
  migrate(before);
  d1.prepare(raise).run("evt_a", 3);
  migrate(after);
  d1.prepare(raise).run("evt_a", 4);
  d1.prepare(raise).run("evt_b", 1);
  expect(rows()).toEqual([
    { target: "evt_a", version: 4, attempts: 0, parked_until: 0 },
    { target: "evt_b", version: 1, attempts: 0, parked_until: 0 },
  ]);
  d1.exec("DELETE FROM sync_rows WHERE subject = 'door' AND target = 'evt_a' AND version <= 4");
  expect(rows()).toHaveLength(1);
  expect(d1.prepare("SELECT sql FROM sqlite_master WHERE name = 'sync_rows'").get()?.["sql"]).toMatch(/WITHOUT ROWID$/);
});
