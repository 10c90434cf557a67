// Holds what a stranger follows in the first hour to what is there: labels that pages quote, and commands that are printed.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { explainMissing } from "../../../src/cli/d1/remote.ts";
import { PROJECT } from "../../support/server/commands.ts";

const read = (path: string): string => readFileSync(join(PROJECT, path), "utf8");

/** What a reader finds elsewhere: names that a steward gives, and menus of browsers. */
const NOT_OURS = new Set(["North gate 2", "Add to home screen", "Share", "Add to Home Screen"]);

const texts = readdirSync(join(PROJECT, "src/ui"), { recursive: true, encoding: "utf8" })
  .filter((path) => /texts\/en[\w-]*\.ts$/.test(path))
  .map((path) => read(join("src/ui", path)))
  .join("\n")
  .toLowerCase();

test.each(["docs/console.md", "docs/scanning.md"])("what %s quotes of the pages, they say", (path) => {
  const quoted = [
    ...read(path)
      .replaceAll(/<[^>]*>/g, "")
      .matchAll(/"([^"]{2,60})"/g),
  ].map(([, label = ""]) => label.replaceAll(/\s+/g, " ").replace(/[,.]$/, ""));
  expect(quoted.length).toBeGreaterThan(5);
  expect(quoted.filter((label) => !NOT_OURS.has(label) && !texts.includes(label.toLowerCase()))).toEqual([]);
});

test("the commands that are printed when there is nothing to deploy to are those of the first deploy", () => {
  const commands = [...(explainMissing() ?? "").matchAll(/^ {2}(npx wrangler .*)$/gm)].map(
    ([, command = ""]) => command,
  );
  expect(commands).toHaveLength(2);
  const page = read("docs/operations.md");
  for (const command of commands) expect(page).toContain(`       ${command}\n`);
});
