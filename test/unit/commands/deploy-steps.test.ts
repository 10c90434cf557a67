// What a deploy does, in which order, and what it refuses before it has done anything, over a stand-in for wrangler.

import { describe, expect, it } from "vitest";
import { execute } from "../../../src/cli/d1/d1-target.ts";
import { deploy } from "../../../src/cli/build/deploy-steps.ts";
import { migrationNames } from "../../../src/cli/d1/migrate.ts";
import { jsonOf, type runWrangler } from "../../../src/cli/d1/wrangler.ts";

type Outcome = Awaited<ReturnType<typeof runWrangler>>;
type Answers = { secrets: string[]; oldTables: string[]; applied: string[]; fails?: string };

const SECRETS = ["SHOPPER_TOKEN_SECRET", "ACCOUNTS_SECRET"];
const inOrder = (): Answers => ({ secrets: [...SECRETS, "ANOTHER"], oldTables: [], applied: migrationNames() });

const said = (stdout: string): Outcome => ({
  status: 0,
  stdout,
  output: `▲ [WARNING] of the configuration\n${stdout}`,
});
const named = (names: readonly string[]) => names.map((name) => ({ name }));
const rows = (names: readonly string[]) => JSON.stringify([{ results: named(names), success: true }]);

function wranglerOf(answers: Answers) {
  const calls: string[] = [];
  const run: typeof runWrangler = async (args, mode) => {
    const command = args.includes("--command") ? String(args.at(-1)) : args.join(" ");
    calls.push(command);
    if (answers.fails !== undefined && command.includes(answers.fails))
      return { status: 1, stdout: "", output: "the reason of wrangler" };
    if (command === "secret list --format json") return said(`${JSON.stringify(named(answers.secrets), null, 2)}\n`);
    if (command.includes("counts_hash")) return said(rows(answers.oldTables));
    if (command.includes("d1_migrations")) return said(rows(answers.applied));
    expect(mode, "a question is seen by the person who answers it").toBe("show");
    return { status: 0, stdout: "", output: "" };
  };
  return { run, calls };
}

const APPLY = "d1 migrations apply DB --remote";
const deployed = async (answers: Answers) => {
  const { run, calls } = wranglerOf(answers);
  const fault = await deploy(run, SECRETS, () => undefined);
  return { fault, calls, migrated: calls.includes(APPLY), uploaded: calls.includes("deploy") };
};

describe("a deploy", () => {
  it("checks secrets and database, migrates, checks that it has, and uploads the Worker last", async () => {
    const { fault, calls } = await deployed(inOrder());
    expect(fault).toBeNull();
    expect(calls).toEqual([
      "secret list --format json",
      expect.stringContaining("counts_hash"),
      APPLY,
      expect.stringContaining("d1_migrations"),
      "deploy",
    ]);
  });

  it("without a secret that the Worker requires does nothing, and says how to make it", async () => {
    const { fault, calls } = await deployed({ ...inOrder(), secrets: ["SHOPPER_TOKEN_SECRET"] });
    expect(fault).toMatch(/no ACCOUNTS_SECRET; nothing was done[^]*npx wrangler secret put ACCOUNTS_SECRET/);
    expect(fault).not.toContain("put SHOPPER_TOKEN_SECRET");
    expect(calls).toEqual(["secret list --format json"]);
  });

  it("over a database of an earlier version does nothing, and says what to do", async () => {
    const { fault, migrated, uploaded } = await deployed({ ...inOrder(), oldTables: ["ticket_types"] });
    expect(fault).toContain("Nothing was changed");
    expect(fault).toContain("another name and another database in wrangler.toml");
    expect([migrated, uploaded]).toEqual([false, false]);
  });

  it("does not go on when the question about the migrations gets a no", async () => {
    const last = migrationNames().at(-1);
    const { fault, migrated, uploaded } = await deployed({ ...inOrder(), applied: migrationNames().slice(0, -1) });
    expect(fault).toBe(`Not applied: ${last}. The Worker needs them; nothing was deployed.`);
    expect([migrated, uploaded]).toEqual([true, false]);
  });

  it.each(["secret list", "counts_hash", APPLY, "d1_migrations"])("does not go on when %s fails", async (fails) => {
    const { fault, calls, uploaded } = await deployed({ ...inOrder(), fails });
    expect(fault).toMatch(/nothing was (done|deployed)/);
    expect(calls.at(-1)).toContain(fails);
    expect(uploaded).toBe(false);
  });

  it("that the platform refuses is not called done", async () => {
    const { run } = wranglerOf(inOrder());
    const refuses: typeof runWrangler = async (args, mode) =>
      args[0] === "deploy" ? { status: 3, stdout: "", output: "" } : run(args, mode);
    expect(await deploy(refuses, SECRETS, () => undefined)).toBe("The deploy failed (wrangler exited with 3).");
  });
});

describe("statements on the account's database", () => {
  it("are one query and never an import, which takes the database away; what they carry is no SQL", async () => {
    const calls: (readonly string[])[] = [];
    const run: typeof runWrangler = async (args) => {
      calls.push(args);
      return said("[]");
    };
    const name = `O'Hara's; DROP TABLE "x"; -- ?\nLtd`;
    await execute(
      ["--remote"],
      [
        { sql: "INSERT INTO a VALUES (?, ?)", params: [name, 7] },
        { sql: "SELECT 1", params: [] },
      ],
      run,
    );
    expect(calls).toEqual([
      [
        ...["d1", "execute", "DB", "--remote", "--json", "--command"],
        `INSERT INTO a VALUES ('O''Hara''s; DROP TABLE "x"; -- ?\nLtd', 7);\nSELECT 1;`,
      ],
    ]);
  });

  it("are returned as JSON, whatever wrangler says before it", () => {
    expect(jsonOf('A line [with] this\n[\n  {"name": "A"}\n]\n')).toEqual([{ name: "A" }]);
  });
});
