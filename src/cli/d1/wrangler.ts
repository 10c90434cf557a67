// Calls wrangler: its configuration is the one source of bindings, and its command builds, migrates and deploys.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import type * as LocalRuntime from "miniflare";
import type * as Wrangler from "wrangler";
import * as z from "zod";

export const PROJECT = resolve(import.meta.dirname, "../../..");
export const CONFIG_PATH = join(PROJECT, "wrangler.toml");

/** Turns off telemetry, the update check, request data from the network, and tracing, which slows calls to objects. */
export const QUIET_ENV = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  X_LOCAL_OBSERVABILITY: "false",
} as const;

const load = createRequire(import.meta.url);

// Neither is imported statically: they are megabytes that take more than a second to load, and printing help, or a wrong
// argument, needs none of it. The casts hold, since `load` returns the package of that name.
export const loadWrangler = () => load("wrangler") as typeof Wrangler;
export const loadMiniflare = () => load("miniflare") as typeof LocalRuntime;

/**
 * The part of wrangler.toml that the commands use. Wrangler's own type of it comes from a package that it does not ship.
 */
const configuration = z.object({
  name: z.string(),
  d1_databases: z.array(z.object({ binding: z.string(), database_name: z.string(), database_id: z.string() })).min(1),
  kv_namespaces: z.array(z.object({ binding: z.string(), id: z.string() })),
  triggers: z.object({ crons: z.array(z.string()) }),
  secrets: z.object({ required: z.array(z.string()) }),
});

export function readConfiguration(configPath: string): z.infer<typeof configuration> {
  return configuration.parse(loadWrangler().unstable_readConfig({ config: configPath }));
}

/** `output` is everything that it printed, `stdout` the part with its result; both are empty when it used this terminal. */
export type CommandOutcome = { readonly status: number; readonly stdout: string; readonly output: string };

/** Parses the JSON array in the output, before which there may be other lines. */
export function jsonOf(stdout: string): unknown {
  return JSON.parse(stdout.slice(stdout.search(/^\[/m)));
}

/** Runs wrangler in the project. `show`: on this terminal, with its questions; `keep`: the output is returned. */
export function runWrangler(args: readonly string[], mode: "show" | "keep"): Promise<CommandOutcome> {
  const manifest = load.resolve("wrangler/package.json");
  const child = spawn(process.execPath, [join(dirname(manifest), "bin/wrangler.js"), ...args], {
    cwd: PROJECT,
    env: { ...process.env, ...QUIET_ENV },
    stdio: mode === "show" ? "inherit" : ["ignore", "pipe", "pipe"],
  });
  let [stdout, output] = ["", ""];
  const keep = (chunk: Buffer) => {
    output += chunk.toString("utf8");
  };
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
    keep(chunk);
  });
  child.stderr?.on("data", keep);
  const abandon = () => child.kill();
  process.once("exit", abandon);
  return new Promise((settle, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      process.removeListener("exit", abandon);
      settle({ status: code ?? 1, stdout, output });
    });
  });
}
