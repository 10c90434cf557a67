// Reads the settings of a local server from the environment; the Worker's own variables keep their names and their
// defaults.

import { resolve } from "node:path";
import { MAX_FEED_SHARDS } from "../../domain/limits.ts";
import { accept, refuse, type Result } from "../../domain/result.ts";

/** `variables`: the Worker's variables that the environment sets; the others stay as in wrangler.toml. */
export type Settings = {
  readonly port: number;
  readonly stateDir: string;
  readonly variables: Readonly<Record<string, string>>;
};

type Variable = { readonly name: string; readonly allows: (text: string) => boolean; readonly wants: string };

const MAX_TTL_SECONDS = 86_400;

const seconds = (name: string): Variable => ({
  name,
  allows: (text) => isWhole(text, 1, MAX_TTL_SECONDS),
  wants: `a whole number of seconds from 1 to ${MAX_TTL_SECONDS}`,
});

const VARIABLES: readonly Variable[] = [
  seconds("HOLD_TTL_SECONDS"),
  seconds("ORDER_TTL_SECONDS"),
  {
    name: "EVENT_FEED_SHARDS",
    allows: (text) => isWhole(text, 1, MAX_FEED_SHARDS),
    wants: `a whole number from 1 to ${MAX_FEED_SHARDS}`,
  },
  {
    name: "ORDER_PAGE_URL",
    allows: (text) => /^https?:\/\/[^\s?#]+[^\s?#/]$/.test(text) && URL.canParse(text),
    wants: "an address such as https://tickets.example/r, without a query and without a slash at its end",
  },
  { name: "RATE_LIMITS", allows: (text) => text === "on" || text === "off", wants: "on or off" },
];

export const DEFAULT_STATE_DIR = ".wrangler/state";

/** The settings, or one line for each variable that is not valid. An empty variable counts as absent. */
export function readSettings(env: NodeJS.ProcessEnv): Result<Settings, readonly string[]> {
  const faults: string[] = [];
  const read = (name: string, fallback: string, allows: (text: string) => boolean, wants: string): string => {
    const text = env[name] || fallback;
    if (!allows(text)) faults.push(`${name} is ${JSON.stringify(text)}, but must be ${wants}.`);
    return text;
  };
  const port = read(
    "PORT",
    "8787",
    (text) => isWhole(text, 0, 65_535),
    "a port from 1 to 65535, or 0 for any free one",
  );
  const variables: Record<string, string> = {};
  for (const { name, allows, wants } of VARIABLES) {
    if (env[name]) variables[name] = read(name, "", allows, wants);
  }
  if (faults.length > 0) return refuse(faults);
  return accept({ port: Number(port), stateDir: readStateDir(env), variables });
}

/** How long holds last according to the environment, ms; null when wrangler.toml decides, or the variable is not valid. */
export function readHoldMs({ HOLD_TTL_SECONDS: text = "" }: NodeJS.ProcessEnv): number | null {
  return isWhole(text, 1, MAX_TTL_SECONDS) ? Number(text) * 1_000 : null;
}

export function readStateDir(env: NodeJS.ProcessEnv): string {
  return resolve(env["STATE_DIR"] || DEFAULT_STATE_DIR);
}

function isWhole(text: string, least: number, most: number): boolean {
  return /^\d{1,6}$/.test(text) && Number(text) >= least && Number(text) <= most;
}
