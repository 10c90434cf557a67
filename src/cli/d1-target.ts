// The database that a command works on: the one of the state folder, which it then has alone, or the account's.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { literal, type Statement } from "./database.ts";
import { writePrivate } from "./private-file.ts";
import { explainMissing } from "./remote.ts";
import { readStateDir } from "./settings.ts";
import { lockState } from "./state-lock.ts";
import { fail } from "./terminal.ts";
import { type CommandOutcome, runWrangler } from "./wrangler.ts";

/** Wrangler's arguments that name the database. */
export type Target = readonly string[];

/** Ends the process with the reason when the database cannot be had. */
export async function openTarget(remote: boolean): Promise<Target> {
  if (!remote) return localTarget();
  const missing = explainMissing();
  return missing ? fail(missing) : ["--remote"];
}

/** The local database, for this process alone and with its tables. */
async function localTarget(): Promise<Target> {
  const stateDir = readStateDir(process.env);
  const lock = await lockState(stateDir);
  // Why not beside it: two runtimes on the same files would each believe its own memory.
  if (!lock.ok) return fail(`${stateDir} is in use by process ${lock.refusal.pid}. Stop that server first.`);
  process.once("exit", lock.value.release);
  const place = ["--local", "--persist-to", stateDir];
  const { status, output } = await runWrangler(["d1", "migrations", "apply", "DB", ...place], "keep");
  return status === 0 ? place : fail(`The migrations do not apply:\n${output}`);
}

/** One file is one batch: all of the statements or none. */
export async function executeBatch(target: Target, statements: readonly Statement[]): Promise<CommandOutcome> {
  const folder = mkdtempSync(join(tmpdir(), "voelgoed-"));
  const file = join(folder, "statements.sql");
  writePrivate(file, `${statements.map(literal).join("\n")}\n`);
  const outcome = await runWrangler(["d1", "execute", "DB", ...target, "--file", file, "--yes"], "keep");
  rmSync(folder, { recursive: true, force: true });
  return outcome;
}

/** What one statement answers, as wrangler prints it in JSON. */
export function query(target: Target, statement: Statement): Promise<CommandOutcome> {
  return runWrangler(["d1", "execute", "DB", ...target, "--json", "--command", literal(statement)], "keep");
}
