// Locks a state folder, so that one server at a time uses it: two runtimes on the same files would each rely on its own
// memory of them.

import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeFault } from "../../domain/fault.ts";
import { accept, refuse, type Result } from "../../domain/result.ts";
import { end, isRunning, nameProcess, parseProcess, type ProcessName } from "./processes.ts";
import { isMissing, openPrivateFolder, readIfThere } from "./private-file.ts";
import { fail } from "../terminal/terminal.ts";

export type StateLock = { noteRuntime(pid: number): void; release(): void };

const LOCK = "serving.json";
/** What must exist as long as the folder is locked: itself, the lock, and where the runtime keeps its databases. */
const KEPT = [".", LOCK, "v3", join("v3", "d1"), join("v3", "do")];
/** How long it may take to notice that replies depend on files that were deleted. */
const LOOK_EVERY_MS = 250;

/**
 * Locks the folder for this process; refuses with the process that has locked it. What a killed server left behind is
 * cleared away, including its runtime, which would go on writing. The process ends when the folder is removed or moved
 * away.
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
      // If the folder was replaced, the lock in it is another process's.
      if (textOf(path) === written) rmSync(path, { force: true });
    },
  });
}

/** A runtime goes on replying over deleted files, and everything that it writes would be lost. */
function endWhenLost(stateDir: string): NodeJS.Timeout {
  const seen = new Map<string, string>();
  const look = () => {
    for (const path of KEPT.map((name) => join(stateDir, name))) {
      const [before, now] = [seen.get(path), identityOf(path)];
      if (now === "unknown") continue;
      if (before !== undefined && before !== now)
        fail(
          `${path} was removed or moved away while process ${process.pid} used it, which ends now, since its writes would be lost. ` +
            "If you moved the folder, put it back; then start again.",
        );
      if (now !== null) seen.set(path, now);
    }
  };
  look();
  return setInterval(look, LOOK_EVERY_MS).unref();
}

/** Identifies a file or folder, whatever its name; null when it does not exist. */
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
    fail(
      `${stateDir} cannot be a state folder (${describeFault(fault)}). Set STATE_DIR to a folder, or to a path where none is yet.`,
    );
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
