// One server at a time on a state folder: two runtimes on the same files would each believe its own memory.

import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeFault } from "../domain/fault.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import { end, isRunning, nameProcess, parseProcess, type ProcessName } from "./processes.ts";
import { isMissing, openPrivateFolder, readIfThere } from "./private-file.ts";
import { fail } from "./terminal.ts";

export type StateLock = { noteRuntime(pid: number): void; release(): void };

const LOCK = "serving.json";
/** What must stay as long as the folder is taken: itself, the lock, and where the runtime keeps its databases. */
const KEPT = [".", LOCK, "v3", join("v3", "d1"), join("v3", "do")];
/** How long answers may go into files that are gone before that is seen. */
const LOOK_EVERY_MS = 250;

/**
 * Takes the folder for this process; refuses with the process that has it. What a killed server left behind is
 * cleared away, its runtime too: that one would go on writing. A folder that is removed or moved away ends the process.
 */
export async function lockState(stateDir: string): Promise<Result<StateLock, ProcessName>> {
  makeFolder(stateDir);
  const path = join(stateDir, LOCK);
  if (!tryCreate(path)) {
    const { server, runtime } = readOwners(path);
    if (server && isRunning(server)) return refuse(server);
    if (runtime) await end(runtime);
    rmSync(path, { force: true });
    if (!tryCreate(path)) return refuse({ pid: 0, born: "" });
  }
  const server = nameProcess(process.pid);
  let written = "";
  const write = (runtime: ProcessName | null) => {
    written = JSON.stringify({ server, runtime });
    writeFileSync(path, written);
  };
  write(null);
  const watch = endWhenLost(stateDir);
  return accept({
    noteRuntime: (pid) => write(nameProcess(pid)),
    release: () => {
      clearInterval(watch);
      // In a folder that was replaced, the lock is somebody else's.
      if (textOf(path) === written) rmSync(path, { force: true });
    },
  });
}

/** A runtime goes on answering over files that are gone, and all of that would be lost. */
function endWhenLost(stateDir: string): NodeJS.Timeout {
  const seen = new Map<string, string>();
  const look = () => {
    for (const path of KEPT.map((name) => join(stateDir, name))) {
      const [before, now] = [seen.get(path), identityOf(path)];
      if (now === "unknown") continue;
      if (before !== undefined && before !== now)
        fail(
          `${path} was removed or moved away while process ${process.pid} used it, which ends now: what it answered would be lost. ` +
            "If you moved the folder, put it back; then start again.",
        );
      if (now !== null) seen.set(path, now);
    }
  };
  look();
  return setInterval(look, LOOK_EVERY_MS).unref();
}

/** Which file or folder it is, whatever it is called; null when there is none. */
function identityOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (fault) {
    return isMissing(fault) ? null : "unknown";
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
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
