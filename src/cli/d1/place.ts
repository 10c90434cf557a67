// Defines where a command runs if the Worker has to deliver its changes: on the local state folder, where the command
// runs the Worker itself, or on the account, where the cron runs anyway.

import { setTimeout as wait } from "node:timers/promises";
import { keepSecrets } from "../rows/credentials.ts";
import { execute, type Row, rowsIn, takeStateFolder } from "./d1-target.ts";
import type { Statement } from "./database.ts";
import { migrate } from "./migrate.ts";
import { explainMissing } from "./remote.ts";
import { startRuntime } from "../local/runtime.ts";
import { bundle } from "../local/server.ts";
import { misuse, readCommandLine } from "../terminal/command-line.ts";
import { fail, say } from "../terminal/terminal.ts";
import { type CommandOutcome, CONFIG_PATH, readConfiguration, runWrangler } from "./wrangler.ts";

/** Each method ends the process with the reason when it fails. */
export type Place = {
  /** Writes all statements or none. */
  write(statements: readonly Statement[]): Promise<void>;
  read(statement: Statement): Promise<readonly Row[]>;
  /** Sets a key of the namespace of published events; null deletes it. */
  mark(key: string, value: string | null): Promise<void>;
  /** Lets the Worker deliver for a while. */
  work(): Promise<void>;
  close(): Promise<void>;
};

const REMOTE = ["--remote"];
const LOOK_EVERY_MS = 5_000;
const LOCAL_TURN_MS = 500;
/** After this many rounds in a row without progress the command gives up, on the account after some three minutes. */
const PATIENCE = 36;

/** Reads the command's flags, `--remote`, and `--local`, which is the default. Ends with `misuse` on any other. */
export function readFlags<F extends string>(flags: readonly F[], usage: string): Record<F | "remote", boolean> {
  const flag = { type: "boolean", default: false } as const;
  const options = Object.fromEntries([...flags, "local", "remote"].map((name) => [name, flag]));
  const { values } = readCommandLine(usage, options);
  if (values["local"] && values["remote"]) return misuse("Not both --local and --remote.", usage);
  // The cast holds because every flag has a default.
  return values as Record<F | "remote", boolean>;
}

export function openPlace(remote: boolean): Promise<Place> {
  return remote ? openAccount() : openStateFolder();
}

/** Lets the Worker deliver until nothing is left, or until it makes no more progress; returns what is left. */
export async function deliverAll(place: Place, left: () => Promise<readonly string[]>): Promise<readonly string[]> {
  let remaining = await left();
  for (let idle = 0; remaining.length > 0 && idle < PATIENCE; ) {
    await place.work();
    const now = await left();
    idle = now.join() === remaining.join() ? idle + 1 : 0;
    remaining = now;
  }
  return remaining;
}

async function openAccount(): Promise<Place> {
  const missing = explainMissing();
  if (missing) return fail(missing);
  const binding = readConfiguration(CONFIG_PATH).kv_namespaces[0]?.binding ?? "";
  const done = ({ status, output, stdout }: CommandOutcome): string =>
    status === 0 ? stdout : fail(`Wrangler says:\n${output}`);
  return {
    write: async (statements) => void done(await execute(REMOTE, statements)),
    read: async (statement) => rowsIn(done(await execute(REMOTE, [statement]))),
    mark: async (key, value) => {
      const what = value === null ? ["delete", key] : ["put", key, value];
      done(await runWrangler(["kv", "key", ...what, "--binding", binding, ...REMOTE], "keep"));
    },
    work: () => wait(LOOK_EVERY_MS),
    close: () => Promise.resolve(),
  };
}

async function openStateFolder(): Promise<Place> {
  const { stateDir, lock } = await takeStateFolder();
  const secrets = keepSecrets(stateDir, readConfiguration(CONFIG_PATH).secrets.required);
  const bundleDir = await bundle(stateDir);
  say("Starting the Worker ...");
  const runtime = await startRuntime({
    configPath: CONFIG_PATH,
    bundleDir,
    stateDir,
    port: 0,
    bindings: secrets,
    onSpawn: lock.noteRuntime,
    onDeath: (how) => fail(`workerd ${how}. Run the command again.`),
  });
  const { database, cache } = runtime;
  await migrate(database);
  return {
    write: (statements) => database.write(statements),
    read: (statement) => database.read(statement),
    mark: (key, value) => (value === null ? cache.delete(key) : cache.put(key, value)),
    async work() {
      await runtime.scheduled();
      await wait(LOCAL_TURN_MS);
    },
    close: () => runtime.stop(),
  };
}
