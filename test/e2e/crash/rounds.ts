// Shares what the crash tests need: how often workerd is killed and by which seed, and a server that restarts on its
// data. CRASH_KILLS sets how often, CRASH_SEED repeats a run's choices.

import { rmSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { expect } from "vitest";
import { type CommandEnv, makeStateDir } from "../../support/server/commands.ts";
import type { Random } from "../../support/random.ts";
import { startServer, type TestServer } from "../../support/server/server.ts";

export const KILLS = Number(process.env["CRASH_KILLS"] ?? 3);
export const SEED = Number(process.env["CRASH_SEED"] ?? Date.now() % 1_000_000_000);
/** A limit ends what never would: it is no measure of speed. */
export const CRASH_TIMEOUT_MS = 300_000 + KILLS * 60_000;

/** After it is up to the load, a kill comes within so long. */
const LONGEST_MS = 2_000;

export type CrashServer = {
  readonly stateDir: string;
  start(): Promise<TestServer>;
  /** Stops it, if it runs, and removes its data. */
  end(): Promise<void>;
};

export function openCrashServer(env: CommandEnv): CrashServer {
  const stateDir = makeStateDir();
  let server: TestServer | null = null;
  return {
    stateDir,
    async start() {
      server = await startServer({ stateDir, env });
      return server;
    },
    async end() {
      if (server?.command.child.exitCode === null) await server.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

export type LoadToBreak = {
  readonly random: Random;
  /** Resolves once every connection is broken. */
  readonly broken: Promise<void>;
  readonly answered: () => number;
  /** So many requests get their reply before the kill, so that there is something to lose. */
  readonly least: number;
};

/** Kills workerd in the middle of the load, and waits until nothing of it runs any more. */
export async function killUnderLoad(running: TestServer, { random, broken, answered, least }: LoadToBreak) {
  await expect.poll(answered, { interval: 20 }).toBeGreaterThanOrEqual(least);
  await wait(random() * LONGEST_MS);
  expect(await running.kill(), "a server whose workerd died exits 1").toBe(1);
  await broken;
}

/** Says where and with which seed, when the check fails. */
export async function within(where: string, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (fault) {
    console.error(`seed ${SEED}, ${where}`);
    throw fault;
  }
}
