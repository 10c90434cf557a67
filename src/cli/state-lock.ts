// One server at a time on a state folder: two runtimes on the same files would each believe its own memory.

import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accept, refuse, type Result } from "../domain/result.ts";
import { end, isRunning, nameProcess, parseProcess, type ProcessName } from "./processes.ts";
import { openPrivateFolder, readJson } from "./private-file.ts";

export type StateLock = { noteRuntime(pid: number): void; release(): void };

/**
 * Takes the folder for this process; refuses with the process that has it. What a killed server left behind is
 * cleared away, its runtime too: that one would go on writing.
 */
export async function lockState(stateDir: string): Promise<Result<StateLock, ProcessName>> {
  openPrivateFolder(stateDir);
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
  const none = { server: null, runtime: null };
  try {
    const value = readJson(path);
    if (typeof value !== "object" || value === null) return none;
    return {
      server: "server" in value ? parseProcess(value.server) : null,
      runtime: "runtime" in value ? parseProcess(value.runtime) : null,
    };
  } catch {
    return none;
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
