// `npm run nightly`: runs what takes too long for every change. Each part prints how to run it again, with its seed;
// the first failure ends the night with its status.

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { misuse, readCommandLine, wholeNumber } from "../../src/cli/terminal/command-line.ts";
import { PROJECT } from "../support/server/commands.ts";

const USAGE = `Usage: npm run nightly -- [options]
  --seeds N    simulated worlds (100000)
  --kills N    SIGKILLs of a runtime under sales, and as many under scans (50)
  --ends N     objects ended or put to sleep under load, in workerd (100)
  --runs N     requests of the fuzz, an operation (500)
  --only NAME  one part: worlds, bugs, kills, door-kills, ends, growth, fuzz
  --seed N     the first world, and the seed of every other part (from the clock)`;

type Part = {
  readonly name: string;
  readonly what: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly [string, ...string[]];
};

const { values } = readCommandLine(USAGE, {
  seeds: { type: "string", default: "100000" },
  kills: { type: "string", default: "50" },
  ends: { type: "string", default: "100" },
  runs: { type: "string", default: "500" },
  only: { type: "string" },
  seed: { type: "string", default: String(Math.floor(Date.now() / 1_000) % 900_000_000) },
});

const { seeds, kills, ends, runs, seed } = values;
for (const [option, text] of Object.entries({ seeds, kills, ends, runs, seed })) wholeNumber(option, text, USAGE);
const processes = String(Math.max(1, availableParallelism()));
const vitest = (project: string, file: string) => ["npx", "vitest", "run", "--project", project, file] as const;
const PARTS: readonly Part[] = [
  {
    name: "worlds",
    what: `${seeds} simulated worlds from seed ${seed}`,
    env: {},
    command: ["npm", "run", "-s", "simulate", "--", "--seeds", seeds, "--from", seed, "--processes", processes],
  },
  {
    name: "bugs",
    what: "planted bugs, each to be caught",
    env: {},
    command: ["npm", "run", "-s", "simulate", "--", "--mutants", "--from", seed, "--seeds", "5000"],
  },
  {
    name: "kills",
    what: `${kills} kills of workerd under sales`,
    env: { CRASH_KILLS: kills, CRASH_SEED: seed },
    command: vitest("e2e", "test/e2e/crash/sales.test.ts"),
  },
  {
    name: "door-kills",
    what: `${kills} kills of workerd under scans`,
    env: { CRASH_KILLS: kills, CRASH_SEED: seed },
    command: vitest("e2e", "test/e2e/crash/door.test.ts"),
  },
  {
    name: "ends",
    what: `${ends} objects ended or put to sleep under load`,
    env: { EVICTION_ROUNDS: ends },
    command: vitest("workers", "test/workers/inventory/eviction-load.test.ts"),
  },
  {
    name: "growth",
    what: "an object filled by the million holds, whose size must level off",
    env: { GROWTH_HOLDS: "200000" },
    command: vitest("workers", "test/workers/inventory/storage/growth.test.ts"),
  },
  {
    name: "fuzz",
    what: "every documented operation with random requests",
    env: { FUZZ_SEED: seed, FUZZ_RUNS: runs },
    command: vitest("workers", "test/workers/http/fuzz-openapi.test.ts"),
  },
];

process.exitCode = await runNight();

async function runNight(): Promise<number> {
  const wanted = PARTS.filter(({ name }) => values.only === undefined || name === values.only);
  if (wanted.length === 0) misuse(`No part is called ${values.only}.`, USAGE);
  for (const [index, part] of wanted.entries()) {
    console.log(`\n${index + 1} of ${wanted.length}: ${part.what}`);
    const begun = performance.now();
    const status = await run(part);
    const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
    if (status !== 0) {
      console.log(`FAILED after ${minutes} min: ${part.what}\nto run it again: ${again(part)}`);
      return 1;
    }
    console.log(`ok after ${minutes} min: ${part.what}`);
  }
  return 0;
}

function run({ command: [tool, ...args], env }: Part): Promise<number> {
  const child = spawn(tool, args, { cwd: PROJECT, env: { ...process.env, ...env }, stdio: "inherit" });
  const end = (): void => void child.kill();
  process.once("SIGINT", end).once("SIGTERM", end);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      process.removeListener("SIGINT", end).removeListener("SIGTERM", end);
      resolve(code ?? 1);
    });
  });
}

function again({ env, command }: Part): string {
  return [...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...command].join(" ");
}
