// Runs the commands of src/cli as a person does: in a process of their own, seen through their output and status.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const PROJECT = resolve(import.meta.dirname, "../../..");

export type RunningCommand = {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the match once stdout has it; rejects when the command ends before. */
  untilStdout(pattern: RegExp): Promise<RegExpExecArray>;
  /** The exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
};

export type CommandEnv = Readonly<Record<string, string>>;

/**
 * `script` is a path in the project such as `src/cli/serve.ts`. It leads a process group of its own, so that a test
 * can send it what a terminal sends to all of a group. `project`: the folder of another release of it.
 */
export function runScript(
  script: string,
  args: readonly string[],
  env: CommandEnv,
  project: string = PROJECT,
): RunningCommand {
  const child = spawn(process.execPath, [join(project, script), ...args], {
    cwd: project,
    env: { ...process.env, ...env },
    detached: true,
  });
  const leaveNothing = () => child.kill();
  process.once("exit", leaveNothing);
  child.once("close", () => process.removeListener("exit", leaveNothing));
  return watch(child);
}

/** A new empty folder for a server's data; the caller removes it. */
export function makeStateDir(): string {
  return mkdtempSync(join(tmpdir(), "voelgoed-state-"));
}

export function watch(child: ChildProcess): RunningCommand {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  const ended = new Promise<number | NodeJS.Signals | null>((settle) => {
    child.once("close", (code, signal) => settle(code ?? signal));
  });
  const untilStdout = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((settle, reject) => {
      const look = () => {
        const match = pattern.exec(stdout);
        if (match) settle(match);
      };
      look();
      child.stdout?.on("data", look);
      void ended.then((how) => reject(new Error(`ended with ${how} before ${pattern} was seen\n${stdout}\n${stderr}`)));
    });
  return { child, stdout: () => stdout, stderr: () => stderr, untilStdout, ended };
}
