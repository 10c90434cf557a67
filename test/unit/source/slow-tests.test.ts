// Holds the table of slow tests in docs/testing.md to the files that say so of themselves.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT } from "../../support/server/commands.ts";
import { sourceFiles } from "../../support/source/source-files.ts";

test("docs/testing.md lists every file of tests that is slow, and no other", () => {
  const page = readFileSync(join(PROJECT, "docs/testing.md"), "utf8");
  const [, table = ""] = page.split("\n## Slow tests\n");
  const rows = [...(table.split("\n## ")[0] ?? "").matchAll(/^\| `\w+` \| (.+) \|$/gm)];
  const listed = rows.flatMap(([, names = ""]) =>
    [...names.matchAll(/`([\w/-]+)`/g)].map(([, name = ""]) => `test/${name}.test.ts`),
  );
  const tagged = sourceFiles("test").filter(({ text }) => /^\/\/ @module-tag slow$/m.test(text));
  expect(listed.length).toBeGreaterThan(20);
  expect(listed.sort()).toEqual(tagged.map(({ path }) => path).sort());
});
