// What a command says to somebody who runs it the first time, or on a folder that is not as it left it: a line, never a stack.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeStateDir, PROJECT, runScript } from "../support/commands.ts";
import { execFile } from "node:child_process";

const COMMANDS = "bootstrap deploy ledger-verify live organizations project restored serve start watch".split(" ");

test.each(COMMANDS)("%s --help says how it is used, and ends with 0", async (command) => {
  for (const flag of ["--help", "-h"]) {
    const run = runScript(`src/cli/${command}.ts`, [flag], { STATE_DIR: "/nowhere" });
    expect(await run.ended, run.stderr()).toBe(0);
    expect(run.stdout()).toMatch(/^Usage: /);
  }
});

test("a Node that reads no TypeScript is told which one is needed, and how to get it", async () => {
  const script = ["--no-experimental-strip-types", "--import", "./src/cli/check-node.js", "src/cli/live.ts"];
  const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((settle) => {
    execFile(process.execPath, script, { cwd: PROJECT }, (fault, _, said) =>
      settle({ code: fault?.code, stderr: said }),
    );
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^This needs Node 22\.18 or newer, and runs on v/);
  expect(stderr).not.toContain("ERR_");
});

test.each([
  ["demo.json", '{"base_url": "http://127.0.0.1:1"'],
  ["demo.json", '{"base_url": "http://127.0.0.1:1"}'],
  ["demo.json", "[]"],
  ["demo.json", '"text"'],
])("a damaged %s (%s) is named in one line that says what to do", async (file, text) => {
  const folder = makeStateDir();
  writeFileSync(join(folder, file), text);
  const run = runScript("src/cli/watch.ts", ["--event", "evt_x"], { STATE_DIR: folder });
  expect(await run.ended).toBe(1);
  expect(run.stderr().trim().split("\n")).toHaveLength(1);
  expect(run.stderr()).toContain(join(folder, file));
  expect(run.stderr()).toContain("begin anew");
  rmSync(folder, { recursive: true });
});

test("a STATE_DIR that is a file is named in one line that says what to do", async () => {
  const folder = makeStateDir();
  const file = join(folder, "file");
  writeFileSync(file, "");
  for (const stateDir of [file, join(file, "below")]) {
    const run = runScript("src/cli/organizations.ts", ["suspend", "x"], { STATE_DIR: stateDir });
    expect(await run.ended).toBe(1);
    expect(run.stderr().trim().split("\n")).toHaveLength(1);
    expect(run.stderr()).toContain(`${stateDir} cannot be a state folder`);
  }
  rmSync(folder, { recursive: true });
});

test.each(["", "garbage", "[1]", '{"server": 7}'])(
  "a serving.json of %j is nobody's: the folder is taken",
  async (text) => {
    const folder = makeStateDir();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "serving.json"), text);
    writeFileSync(join(folder, "secrets.json"), "");
    const run = runScript("src/cli/serve.ts", [], { STATE_DIR: folder, PORT: "0", SERVE_BUNDLE: folder });
    expect(await run.ended).toBe(1);
    expect(run.stderr()).toContain(`${join(folder, "secrets.json")} is damaged`);
    expect(run.stderr()).not.toMatch(/\n {4}at /);
    rmSync(folder, { recursive: true });
  },
);
