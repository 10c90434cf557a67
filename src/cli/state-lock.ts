// One server at a time on a state folder: two runtimes on the same files would each believe its own memory.

import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeFault } from "../domain/fault.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import { end, isRunning, nameProcess, parseProcess, type ProcessName } from "./processes.ts";
import { openPrivateFolder, readIfThere } from "./private-file.ts";
import { fail } from "./terminal.ts";

export type StateLock = { noteRuntime(pid: number): void; release(): void };

/**
 * Takes the folder for this process; refuses with the process that has it. What a killed server left behind is
 * cleared away, its runtime too: that one would go on writing.
 */
export async function lockState(stateDir: string): Promise<Result<StateLock, ProcessName>> {
  makeFolder(stateDir);
  const path = join(stateDir, "serving.json");
  if (!tryCreate(path)) {
    const { server, runtime } = readOwners(path);
    if (server && isRunning(server)) return refuse(server);
    if (runtime) await end(runtime);
    rmSync(path, { force: true });
    if (!tryCreate(path)) return refuse({ pid: 0, born: "" });
  }
  const server = nameProcess(process.pid);
  const write = (runtime: ProcessName | null) => writeFileSync(path, JSON.stringify({ server, runtime }));
  write(null);
  return accept({
    noteRuntime: (pid) => write(nameProcess(pid)),
    release: () => rmSync(path, { force: true }),
  });
}

function readOwners(path: string): { server: ProcessName | null; runtime: ProcessName | null } {
  const value = readIfThere(path);
  if (typeof value !== "object" || value === null) return { server: null, runtime: null };
  return {
    server: "server" in value ? parseProcess(value.server) : null,
    runtime: "runtime" in value ? parseProcess(value.runtime) : null,
  };
}

function makeFolder(stateDir: string): void {
  try {
    openPrivateFolder(stateDir);
  } catch (fault) {
    fail(`${stateDir} cannot be a state folder (${describeFault(fault)}). Set STATE_DIR to a folder, or to none yet.`);
  }
}

function tryCreate(path: string): boolean {
  try {
    closeSync(openSync(path, "wx"));
    return true;
  } catch (fault) {
    if (fault instanceof Error && "code" in fault && fault.code === "EEXIST") return false;
    throw fault;
  }
}
