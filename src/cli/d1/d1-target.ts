// Opens the database that a command works on: the one of the state folder, which the command locks, or the account's.

import * as z from "zod";
import { literal, type Statement } from "./database.ts";
import { explainOldState } from "./old-state.ts";
import { explainMissing } from "./remote.ts";
import { readStateDir } from "../local/settings.ts";
import { lockState, type StateLock } from "../local/state-lock.ts";
import { fail, say } from "../terminal/terminal.ts";
import { type CommandOutcome, jsonOf, runWrangler } from "./wrangler.ts";

/** Wrangler's arguments that name the database. */
export type Target = readonly string[];

/** Ends the process with the reason when the database cannot be opened. */
export async function openTarget(remote: boolean): Promise<Target> {
  if (!remote) return localTarget();
  const missing = explainMissing();
  return missing ? fail(missing) : ["--remote"];
}

/** Locks the state folder for this process until it exits; ends the process when that fails. */
export async function takeStateFolder(): Promise<{ readonly stateDir: string; readonly lock: StateLock }> {
  const stateDir = readStateDir(process.env);
  const lock = await lockState(stateDir);
  // A second runtime on the same files is not possible, since each would rely on its own memory of them.
  if (!lock.ok) return fail(`${stateDir} is in use by process ${lock.refusal.pid}. Stop that server first.`);
  process.once("exit", lock.value.release);
  const old = explainOldState(stateDir);
  return old ? fail(old) : { stateDir, lock: lock.value };
}

/** The local database, locked for this process and with its tables. */
async function localTarget(): Promise<Target> {
  const { stateDir } = await takeStateFolder();
  say("Preparing the local database ...");
  const place = ["--local", "--persist-to", stateDir];
  const { status, output } = await runWrangler(["d1", "migrations", "apply", "DB", ...place], "keep");
  return status === 0 ? place : fail(`The migrations cannot be applied:\n${output}`);
}

export type RunWrangler = typeof runWrangler;

/**
 * Runs all statements or none; `stdout` has the result of each, in JSON. They are passed as a command, which is one query.
 * A file would be an import, and the database would serve nobody while that runs.
 */
export function execute(
  target: Target,
  statements: readonly Statement[],
  run: RunWrangler = runWrangler,
): Promise<CommandOutcome> {
  return run(["d1", "execute", "DB", ...target, "--json", "--command", statements.map(literal).join("\n")], "keep");
}

export type Row = Readonly<Record<string, unknown>>;

const answer = z.array(z.object({ results: z.array(z.record(z.string(), z.unknown())) }));

/** The rows of a single statement, from the `stdout` of `execute`. */
export function rowsIn(stdout: string): readonly Row[] {
  return answer.parse(jsonOf(stdout))[0]?.results ?? [];
}

/** Returns the rows of the statement; ends the process when the database cannot be read. */
export async function query(target: Target, statement: Statement): Promise<readonly Row[]> {
  const { status, stdout, output } = await execute(target, [statement]);
  return status === 0 ? rowsIn(stdout) : fail(`The database cannot be read. Wrangler says:\n${output}`);
}
