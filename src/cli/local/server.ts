// Starts a complete local server: lock, build, runtime, migrations, demonstration, cron. Both `serve` and `start` use it.

import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { buildBundle } from "../build/bundle.ts";
import { keepSecrets } from "../rows/credentials.ts";
import { type Demo, keepDemo, prepareDemo } from "./demo.ts";
import { explainForeignDemo, seedDemo } from "./demo-rows.ts";
import { printMails } from "./mail-lines.ts";
import { migrate } from "../d1/migrate.ts";
import { explainOldState } from "../d1/old-state.ts";
import { isPortFree } from "./ports.ts";
import { type Runtime, startRuntime } from "./runtime.ts";
import { readSettings, type Settings } from "./settings.ts";
import { lockState, type StateLock } from "./state-lock.ts";
import { fail, say } from "../terminal/terminal.ts";
import { CONFIG_PATH, readConfiguration } from "../d1/wrangler.ts";

export type Server = {
  readonly baseUrl: string;
  readonly workerdPid: number;
  readonly demo: Demo;
  readonly stateDir: string;
};

const CRON_MS = 30_000;
const ANSWER_MS = 15_000;

/**
 * Starts the server, or ends the process with the reason. From here on signals and workerd's death end the process.
 * `confirms`: whether the page of an order has the organiser's button, which uses the key of the demonstration
 * (src/http/pages/orders/demo-key.ts).
 */
export async function startServer({ confirms }: { readonly confirms: boolean }): Promise<Server> {
  const settings = readSettings(process.env);
  if (!settings.ok) return fail(settings.refusal.join("\n"));
  const { port, stateDir } = settings.value;
  if (!(await isPortFree(port))) return failPortTaken(port);
  const lock = await lockState(stateDir);
  if (!lock.ok)
    return fail(
      `${stateDir} is in use by process ${lock.refusal.pid}. Stop that one, or set STATE_DIR to another folder.`,
    );
  process.once("exit", lock.value.release);
  const old = explainOldState(stateDir);
  if (old) return fail(old);
  // Both end the process when their file is damaged, so they run before anything is built.
  const prepared = prepareDemo(stateDir);
  const secrets = keepSecrets(stateDir, readConfiguration(CONFIG_PATH).secrets.required);
  let runtime: Runtime | null = null;
  const stop = endOnSignals(async () => runtime?.stop());
  const bundleDir = await bundle(stateDir);
  say("Starting the Worker ...");
  const bindings = { ...secrets, ...(confirms && { DEMO_KEY: prepared.api_keys.owner }) };
  runtime = await start(settings.value, bindings, bundleDir, lock.value, stop);
  const { database, baseUrl, workerdPid } = runtime;
  await migrate(database);
  const foreign = await explainForeignDemo(database, stateDir);
  if (foreign) return fail(foreign);
  const demo = keepDemo(stateDir, baseUrl, prepared);
  if (await seedDemo(database, demo, Date.now())) say("The demonstration data is there.");
  await untilItAnswers(baseUrl);
  callCron(runtime, stop);
  await printMails(database, stop.isRequested);
  return { baseUrl, workerdPid, demo, stateDir };
}

/** SERVE_BUNDLE names a bundle that is built already, for tests and load runs that start many servers. */
export async function bundle(stateDir: string): Promise<string> {
  const ready = process.env["SERVE_BUNDLE"];
  if (ready) return ready;
  say("Building the Worker ...");
  const directory = join(stateDir, "bundle");
  const fault = await buildBundle(directory);
  return fault === null ? directory : fail(`The Worker does not build:\n${fault}`);
}

type Stop = { isRequested(): boolean };

async function start(
  { port, stateDir, variables }: Settings,
  secrets: Readonly<Record<string, string>>,
  bundleDir: string,
  lock: StateLock,
  stop: Stop,
): Promise<Runtime> {
  try {
    return await startRuntime({
      configPath: CONFIG_PATH,
      bundleDir,
      stateDir,
      port,
      bindings: { ...orderPageAt(port), ...variables, ...secrets },
      onSpawn: lock.noteRuntime,
      onDeath: (how, signal) => void afterDeath(how, signal, stop),
    });
  } catch (fault) {
    if (String(fault).includes("ERR_ADDRESS_IN_USE")) return failPortTaken(port);
    return fail(`The Worker does not start: ${String(fault)}`);
  }
}

/** The address in mails, unless a variable sets it. A port that is still to be chosen has no address. */
function orderPageAt(port: number): Readonly<Record<string, string>> {
  return port === 0 ? {} : { ORDER_PAGE_URL: `http://127.0.0.1:${port}/r` };
}

/** Ctrl-C reaches workerd as well as this process, in any order, so this waits a moment to see which of the two it was. */
async function afterDeath(how: string, signal: NodeJS.Signals | null, stop: Stop): Promise<void> {
  if (signal === "SIGINT" || signal === "SIGTERM") await wait(100);
  if (!stop.isRequested())
    fail(`workerd ${how}. The server has stopped. Everything that it confirmed is on disk. Start it again to go on.`);
}

function endOnSignals(stopRuntime: () => Promise<void> | undefined): Stop {
  let requested = false;
  const end = () => {
    if (requested) return;
    requested = true;
    void Promise.resolve(stopRuntime()).finally(() => process.exit(0));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  return { isRequested: () => requested };
}

function failPortTaken(port: number): never {
  return fail(`Port ${port} is taken. Set PORT to another one, for example: PORT=${port + 1} npm start`);
}

async function untilItAnswers(baseUrl: string): Promise<void> {
  const deadline = Date.now() + ANSWER_MS;
  let lastSeen = "nothing";
  while (Date.now() < deadline) {
    try {
      const response = await fetch(`${baseUrl}/healthz`, { signal: AbortSignal.timeout(2_000) });
      if (response.ok) return;
      lastSeen = `status ${response.status}`;
    } catch (fault) {
      lastSeen = String(fault);
    }
    await wait(100);
  }
  fail(`The Worker does not answer GET /healthz: ${lastSeen}`);
}

/** Nothing else calls crons locally. A run that fails is reported and the next one follows; two never overlap. */
function callCron(runtime: Runtime, stop: Stop): void {
  let running = false;
  const call = async () => {
    if (running) return;
    running = true;
    try {
      const outcome = await runtime.scheduled();
      if (outcome !== "ok") say(`The scheduled handler returned: ${outcome}`);
    } catch (fault) {
      if (!stop.isRequested()) say(`The scheduled handler failed: ${String(fault)}`);
    } finally {
      running = false;
    }
  };
  void call();
  setInterval(() => void call(), CRON_MS);
}
