// Runs the production bundle in workerd, through Miniflare but without its proxy in the path of a request.

import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { join } from "node:path";
import type { V4WorkerOptionsShape } from "miniflare";
import { must } from "../../domain/result.ts";
import { bundleModules } from "../build/bundle.ts";
import type { Database, Statement } from "../d1/database.ts";
import { say } from "../terminal/terminal.ts";
import { loadMiniflare, loadWrangler, QUIET_ENV, readConfiguration } from "../d1/wrangler.ts";

export type RuntimeOptions = {
  readonly configPath: string;
  readonly bundleDir: string;
  readonly stateDir: string;
  readonly port: number;
  /** Variables and secrets that replace those of the configuration. */
  readonly bindings: Readonly<Record<string, string>>;
  /** Called with the process id as soon as workerd has started. */
  readonly onSpawn: (pid: number) => void;
  /** Called once when workerd ends and `stop` did not end it. */
  readonly onDeath: (how: string, signal: NodeJS.Signals | null) => void;
};

export type Runtime = {
  readonly baseUrl: string;
  readonly workerdPid: number;
  readonly database: Database;
  /** The key-value namespace of published events. */
  readonly cache: { put(key: string, value: string): Promise<void>; delete(key: string): Promise<void> };
  /** Calls the Worker's scheduled handler as the platform's cron would; the outcome is "ok" when it succeeded. */
  scheduled(): Promise<string>;
  stop(): Promise<void>;
};

const HOST = "127.0.0.1";
const DIRECT_SOCKET = "direct-door";
const DATABASE = "database";

type Rows = readonly Record<string, unknown>[];

/**
 * Runs statements in one batch for the commands. A Worker does it, since Miniflare's own D1 client blocks this process's
 * only thread while it waits. The process would then read no log, and a Worker whose log is full would wait
 * forever.
 */
const DATABASE_SCRIPT = `export default {
  async fetch(request, { DB }) {
    const prepare = ({ sql, params }) => (params.length > 0 ? DB.prepare(sql).bind(...params) : DB.prepare(sql));
    try {
      const all = await DB.batch((await request.json()).map(prepare));
      return Response.json(all.map(({ results }) => results));
    } catch (fault) {
      return new Response(fault.message, { status: 500 });
    }
  },
};`;

export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  // WRANGLER_LOG silences a warning about missing secrets, which do not come from the configuration.
  Object.assign(process.env, QUIET_ENV, { WRANGLER_LOG: "error" });
  const config = readConfiguration(options.configPath);
  const workerd = watchWorkerd(options);
  const { Miniflare } = loadMiniflare();
  const miniflare = keepSignals(() => new Miniflare(runtimeConfig(options, config.name)));
  workerd.whenItDies((how, signal) => {
    // Disposing at once keeps Miniflare from starting a second workerd on the same state.
    void miniflare.dispose();
    options.onDeath(how, signal);
  });
  await miniflare.ready;
  const database = await miniflare.getWorker(DATABASE);
  const run = async (statements: readonly Statement[]): Promise<Rows[]> => {
    const answer = await database.fetch("http://database", { method: "POST", body: JSON.stringify(statements) });
    if (!answer.ok) throw new Error(await answer.text());
    // The cast holds, since DATABASE_SCRIPT returns this.
    return (await answer.json()) as Rows[];
  };
  const [namespace] = config.kv_namespaces;
  const kv = await miniflare.getKVNamespace(must(namespace, "wrangler.toml binds a namespace").binding, config.name);
  const worker = await miniflare.getWorker(config.name);
  const cron = must(config.triggers.crons[0], "wrangler.toml has a cron");
  return {
    baseUrl: (await miniflare.unsafeGetDirectURL(DIRECT_SOCKET)).origin,
    workerdPid: workerd.pid(),
    database: {
      write: async (statements) => void (await run(statements)),
      read: async (statement) => must((await run([statement]))[0], "each statement has its rows"),
    },
    cache: {
      put: (key, value) => kv.put(key, value),
      delete: (key) => kv.delete(key),
    },
    scheduled: async () => (await worker.scheduled({ cron })).outcome,
    stop: async () => {
      workerd.whenItDies(() => undefined);
      await miniflare.dispose();
    },
  };
}

function runtimeConfig(options: RuntimeOptions, name: string) {
  // The type is written here, since wrangler's own loses the names of the fields. `modulesRules` is for sources, not for a
  // bundle.
  const { modulesRules: _, ...rest } = loadWrangler().unstable_getMiniflareWorkerOptions(
    options.configPath,
  ).workerOptions;
  const worker: V4WorkerOptionsShape = rest;
  return loadMiniflare().convertV4MiniflareOptions({
    host: HOST,
    port: 0,
    logRequests: false,
    // `v3` is where `wrangler dev --persist-to` and `wrangler d1 --local` look for the same data.
    resourcePersistencePath: join(options.stateDir, "v3"),
    handleStructuredLogs: ({ message }) => say(message),
    workers: [
      {
        ...worker,
        name,
        modulesRoot: options.bundleDir,
        modules: bundleModules(options.bundleDir),
        bindings: { ...worker.bindings, ...options.bindings },
      },
      {
        // A socket that leads straight to the Worker's service (measured: 15,600 requests/s). Miniflare's entry serves
        // 2,200, and a direct socket on a Worker with assets 3,700.
        name: DIRECT_SOCKET,
        ...(worker.compatibilityDate ? { compatibilityDate: worker.compatibilityDate } : {}),
        modules: true,
        script: "export default {}",
        unsafeDirectSockets: [{ host: HOST, port: options.port, serviceName: name }],
      },
      {
        name: DATABASE,
        ...(worker.compatibilityDate ? { compatibilityDate: worker.compatibilityDate } : {}),
        modules: true,
        script: DATABASE_SCRIPT,
        ...(worker.d1Databases ? { d1Databases: worker.d1Databases } : {}),
      },
    ],
  });
}

/**
 * Miniflare reports neither workerd's process id nor its death. But it starts no other process, so Node's events show it.
 */
function watchWorkerd({ onSpawn }: RuntimeOptions) {
  let child: ChildProcess | null = null;
  let onExit: RuntimeOptions["onDeath"] = () => undefined;
  const onProcess = (message: unknown) => {
    if (child) return;
    child = (message as { process: ChildProcess }).process;
    // The event fires before the process has its number, and this listener for `exit` runs before Miniflare's.
    child.once("spawn", () => onSpawn(pid()));
    child.once("exit", (code, signal) =>
      onExit(signal ? `was ended by ${signal}` : `ended with status ${code}`, signal),
    );
    unsubscribe("child_process", onProcess);
  };
  const pid = () => must(child?.pid, "Miniflare has started workerd");
  subscribe("child_process", onProcess);
  return {
    pid,
    whenItDies: (listener: RuntimeOptions["onDeath"]) => {
      onExit = listener;
    },
  };
}

/** Miniflare reacts to signals by exiting with 128 and more; here the caller decides what a signal does. */
function keepSignals<T>(create: () => T): T {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const before = signals.map((signal) => process.listeners(signal));
  const created = create();
  for (const [index, signal] of signals.entries()) {
    const added = process.listeners(signal).filter((listener) => !before[index]?.includes(listener));
    for (const listener of added) process.removeListener(signal, listener);
  }
  return created;
}
