// Wrangler: its configuration is the one source of bindings, and its command builds, migrates and deploys.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import type * as LocalRuntime from "miniflare";
import type * as Wrangler from "wrangler";
import * as z from "zod";

export const PROJECT = resolve(import.meta.dirname, "../..");
export const CONFIG_PATH = join(PROJECT, "wrangler.toml");

/** No telemetry, no update check, no request data from the network, and no tracing, which slows calls to objects. */
export const QUIET_ENV = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  X_LOCAL_OBSERVABILITY: "false",
} as const;

const load = createRequire(import.meta.url);

// Why neither is imported: they are megabytes, which take more than a second, and what a command says at once, its help or
// what it was given wrongly, needs none of them. The one cast of each: it is that package.
export const loadWrangler = () => load("wrangler") as typeof Wrangler;
export const loadMiniflare = () => load("miniflare") as typeof LocalRuntime;

/** What the commands use of wrangler.toml. Wrangler's own type of it comes from a package that it does not ship. */
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

/** `output` is all that it said, `stdout` the part that is its answer; both are empty when it had this terminal. */
export type CommandOutcome = { readonly status: number; readonly stdout: string; readonly output: string };

/** The JSON array in an answer, which may have lines before it. */
export function jsonOf(stdout: string): unknown {
  return JSON.parse(stdout.slice(stdout.search(/^\[/m)));
}

/** Runs wrangler in the project. `show`: on this terminal, questions included; else the output is kept. */
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
