import { rmSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { migrationNames } from "../../../../src/cli/d1/migrate.ts";
import { explainOldState } from "../../../../src/cli/d1/old-state.ts";
import { makeStateDir } from "../../../support/server/commands.ts";
import { contentsOf, COUNTS_HASH, makeFolderOf, migrationsBefore } from "../../../support/server/old-folder.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function kept(folder: string): string {
  folders.push(folder);
  return folder;
}

it.each([
  ["that kept orders in D1", "0006"],
  ["whose D1 had no hash of a ledger row", COUNTS_HASH],
])("a state folder of a version %s is distinguished from every other, and read without a trace", (_, number) => {
  const old = kept(makeFolderOf(migrationsBefore(number)));
  const before = contentsOf(old);
  expect(Object.keys(before)).toHaveLength(5);
  expect(explainOldState(old)).toContain(`${old} has data of an earlier version,`);
  expect(contentsOf(old)).toEqual(before);
});

it.each([
  ["of this version", migrationNames()],
  ["whose first start was killed before it had tables", []],
])("a state folder %s is not an old one", (_, migrations) => {
  expect(explainOldState(kept(makeFolderOf(migrations)))).toBeNull();
});

it("a folder without a database, and one that does not exist, are not old ones", () => {
  const empty = kept(makeStateDir());
  expect([explainOldState(empty), explainOldState(`${empty}/nowhere`)]).toEqual([null, null]);
});
