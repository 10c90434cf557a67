// Implements `--flush MS`: slows every flush to disk equally for PostgreSQL, Redis and workerd, as on a disk that is
// replicated over a network. A small library (flush.c), built on demand, replaces fsync and fdatasync.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandEnv } from "../../support/server/commands.ts";
import { workerdPath } from "./inspector.ts";

type Slowed = { readonly env: CommandEnv; readonly workerd: string };

const built = { folder: "" };
const now: { slowed: Slowed | null } = { slowed: null };

process.once("exit", () => {
  if (built.folder) rmSync(built.folder, { recursive: true, force: true });
});

/**
 * Slows the flushes of all servers that are started from now on; 0 restores the machine's own. Throws where there is no
 * C compiler.
 */
export function slowFlushes(ms: number): void {
  now.slowed = ms > 0 ? slowedBy(ms) : null;
}

/** The environment of a server that is started by itself. */
export function flushEnv(): CommandEnv {
  return now.slowed?.env ?? {};
}

/** The same for a server of ours: it is workerd that is slowed, not the Node that starts it. */
export function workerdFlush(): CommandEnv {
  return now.slowed ? { MINIFLARE_WORKERD_PATH: now.slowed.workerd } : {};
}

function slowedBy(ms: number): Slowed {
  const library = libraryOnce();
  const delayUs = Math.round(ms * 1_000);
  const workerd = join(built.folder, `workerd-${delayUs}.sh`);
  const settings = `LD_PRELOAD="${library}" FLUSH_DELAY_US=${delayUs}`;
  writeFileSync(workerd, `#!/bin/sh\n${settings} exec "${workerdPath()}" "$@"\n`);
  chmodSync(workerd, 0o755);
  return { env: { LD_PRELOAD: library, FLUSH_DELAY_US: String(delayUs) }, workerd };
}

function libraryOnce(): string {
  const library = () => join(built.folder, "flush.so");
  if (built.folder) return library();
  built.folder = mkdtempSync(join(tmpdir(), "voelgoed-flush-"));
  // PostgreSQL runs as another user, who must be able to read the library.
  chmodSync(built.folder, 0o755);
  const source = join(import.meta.dirname, "flush.c");
  try {
    execFileSync("cc", ["-O2", "-shared", "-fPIC", "-o", library(), source, "-ldl"], { stdio: "pipe" });
  } catch (cause) {
    throw new Error("--flush builds a small library: it needs cc (apt-get install gcc libc6-dev)", { cause });
  }
  return library();
}
