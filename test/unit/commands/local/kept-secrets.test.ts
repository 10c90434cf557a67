import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { keepSecrets } from "../../../../src/cli/rows/credentials.ts";
import { readConfiguration } from "../../../../src/cli/d1/wrangler.ts";
import { makeStateDir, PROJECT } from "../../../support/server/commands.ts";

const folder = makeStateDir();
const path = join(folder, "secrets.json");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { required } = readConfiguration(join(PROJECT, "wrangler.toml")).secrets;

it("[N5] a state folder of the version before goes on with its secrets, and gains that of tickets, once", () => {
  expect(required).toContain("TICKET_SECRET");
  const before = Object.fromEntries(
    required.filter((name) => name !== "TICKET_SECRET").map((name) => [name, `kept ${name}`]),
  );
  writeFileSync(path, JSON.stringify(before));
  const { TICKET_SECRET, ...others } = keepSecrets(folder, required);
  expect(others).toEqual(before);
  expect(TICKET_SECRET).toMatch(/^[\w-]{43}$/);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ ...before, TICKET_SECRET });
  expect(keepSecrets(folder, required)).toEqual({ ...before, TICKET_SECRET });
});
