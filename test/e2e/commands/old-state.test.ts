// The commands on a state folder of an earlier version: they say what to do, and change nothing.

import { rmSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { runScript } from "../../support/server/commands.ts";
import { contentsOf, COUNTS_HASH, makeFolderOf, migrationsBefore } from "../../support/server/old-folder.ts";

const stateDir = makeFolderOf(migrationsBefore(COUNTS_HASH));
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

test.each([
  ["start", []],
  ["serve", []],
  ["bootstrap", ["--local", "--name", "X", "--slug", "x"]],
  ["organizations", ["suspend", "x", "--local"]],
])("%s says what to do with it, touches nothing in it, and ends with status 1", async (name, args) => {
  const before = contentsOf(stateDir);
  const command = runScript(`src/cli/${name}.ts`, args, { PORT: "0", STATE_DIR: stateDir });
  expect(await command.ended).toBe(1);
  expect(command.stderr()).toContain(
    `${stateDir} has data of an earlier version, which this version cannot read. Nothing was changed.\n` +
      "To begin anew, move the folder away or delete it, or set STATE_DIR to another one.",
  );
  expect(command.stdout()).toBe("");
  expect(contentsOf(stateDir)).toEqual(before);
});
