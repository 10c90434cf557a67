// What a command says to somebody who runs it the first time, or on a folder that is not as it left it: a line, never a
// stack.
// @module-tag slow

import { execFile, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { makeStateDir, PROJECT, runScript, watch } from "../../support/server/commands.ts";
import { startServer } from "../../support/server/server.ts";

const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"))).scripts;
/** Ours by the file that runs; the others hand over to a tool, which has a help of its own. */
const own = Object.entries(scripts).flatMap(([name, line]) => {
  const file = /^(?:exec )?node .*\b((?:src|test)\/[\w/-]+\.ts)\b/.exec(line)?.[1];
  return file === undefined ? [] : [{ name, file }];
});
const foreign = Object.keys(scripts).filter((name) => !own.some((each) => each.name === name));

/** More words than any command takes; a command that takes any number of them knows none of these. */
const SURPLUS = ["surplus-1", "surplus-2", "surplus-3"];

test.each(own)(
  "`npm run $name` says how it is used: with 0 to --help, with 2 to what it does not know",
  async ({ file }) => {
    const runs = [["--help"], ["--bogus"], SURPLUS].map(async (args) => {
      const run = runScript(file, args, { STATE_DIR: "/nowhere" });
      return { status: await run.ended, out: run.stdout(), said: run.stderr() };
    });
    const [help, option, words] = await Promise.all(runs);
    expect(help).toEqual({ status: 0, out: expect.stringMatching(/^Usage: /), said: "" });
    const named = (line: RegExp) => ({ status: 2, out: "", said: expect.stringMatching(line) });
    expect(option).toEqual(named(/^Unknown option '--bogus'\.\nUsage: /));
    expect(words).toEqual(named(/^[^\n]*surplus-\d[^\n]*\nUsage: /));
  },
);

test.each(foreign)(
  "`npm run %s` leaves --help, and an option that is unknown, to the tool that it runs",
  async (name) => {
    const runs = ["--help", "--bogus"].map(async (flag) => {
      const run = watch(spawn("npm", ["run", "-s", name, "--", flag], { cwd: PROJECT }));
      return { status: await run.ended, text: run.stdout() + run.stderr() };
    });
    const [help, option] = await Promise.all(runs);
    expect(help).toEqual({ status: 0, text: expect.stringMatching(/usage|options/i) });
    expect(option?.status).not.toBe(0);
    expect(option?.text).toMatch(/bogus/);
  },
);

test("a Node that reads no TypeScript prints which one is needed, and how to get it", async () => {
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

/** As the scripts of package.json have it: Node remarks on its own SQLite, which is not our output. */
const QUIET = { NODE_OPTIONS: "--disable-warning=ExperimentalWarning" };

const served = async (folder: string) => {
  const run = runScript("src/cli/serve.ts", [], { STATE_DIR: folder, PORT: "0", ...QUIET });
  return { status: await run.ended, lines: run.stderr().trim().split("\n") };
};

test("a demo.json that was deleted or is of another folder is named in one line, and is not made again", async () => {
  const [folder, other] = [makeStateDir(), makeStateDir()];
  for (const stateDir of [folder, other]) await (await startServer({ stateDir })).stop();
  const path = join(folder, "demo.json");
  const kept = readFileSync(path);
  rmSync(path);
  const missing = await served(folder);
  expect([missing.status, missing.lines.at(-1)]).toEqual([
    1,
    `${path} is missing: the database has the organisation bosveld-live under another id. ` +
      "Put a copy of it back; or, to begin anew, move the whole folder away.",
  ]);
  expect(existsSync(path)).toBe(false);
  copyFileSync(join(other, "demo.json"), path);
  const foreign = await served(folder);
  expect([foreign.status, foreign.lines.at(-1)]).toEqual([1, expect.stringContaining(`${path} is of another folder`)]);

  writeFileSync(path, kept);
  await (await startServer({ stateDir: folder })).stop();
  for (const stateDir of [folder, other]) rmSync(stateDir, { recursive: true });
});

test.each([
  ["demo.json", '{"base_url": "http://127.0.0.1:1", "organization": {}, "other_organization": {}}', "is incomplete"],
  ["secrets.json", '{"SHOPPER_TOKEN_SECRET": "half', "is damaged"],
  ["secrets.json", "", "is damaged"],
  ["secrets.json", "[]", "is damaged"],
])("a server does not begin to build over a %s of %j: one line names it", async (file, text, fault) => {
  const folder = makeStateDir();
  writeFileSync(join(folder, file), text);
  const { status, lines } = await served(folder);
  expect([status, lines]).toEqual([1, [expect.stringMatching(new RegExp(`^${join(folder, file)} ${fault}.*anew`))]]);
  rmSync(folder, { recursive: true });
});

/** What each command needs to get as far as the state folder. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  bootstrap: ["--local", "--name", "X", "--slug", "x"],
  "ledger-verify": ["--ticket-type", `tt_${"0".repeat(26)}`],
  live: ["tt_x"],
  organizations: ["list"],
  project: ["--all"],
  restored: [],
  scan: ["code", "--event", "evt_x", "--gate", "gate_x"],
  serve: [],
  start: [],
  watch: ["--event", "evt_x"],
};

test.each(Object.entries(ARGUMENTS))("%s names a STATE_DIR that is a file in one line", async (command, args) => {
  const folder = makeStateDir();
  const file = join(folder, "file");
  writeFileSync(file, "");
  const runs = [file, join(file, "below")].map((stateDir) => ({
    stateDir,
    run: runScript(`src/cli/${command}.ts`, args, { STATE_DIR: stateDir, PORT: "0", ...QUIET }),
  }));
  for (const { stateDir, run } of runs) {
    // To a script 1 is a guest who was refused.
    expect(await run.ended).toBe(command === "scan" ? 2 : 1);
    expect(run.stderr().trim().split("\n")).toEqual([expect.stringContaining(stateDir)]);
  }
  rmSync(folder, { recursive: true });
});
