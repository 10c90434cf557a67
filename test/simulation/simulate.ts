// `npm run simulate`: plays worlds and stops at the first in which a rule is broken, with the command that plays it
// again. `--mutants` plants each known bug and prints the world that detects it; `--known` first plays the worlds that
// detected it before, which `--keep` records.

import { readCommandLine, wholeNumber } from "../../src/cli/terminal/command-line.ts";
import { catchMutants, keepCatches, type Told } from "./mutants/catching.ts";
import { openSimulatedD1 } from "./platform/d1.ts";
import { KEPT_SEEDS } from "./world/kept-seeds.ts";
import { loadProduct } from "./world/load-product.ts";
import { play } from "./world/play.ts";
import { openProgress } from "./progress.ts";
import { playShares, tableOf } from "./shares.ts";

const USAGE = `Usage: npm run simulate -- [options]
  --seeds N       how many worlds (1000)
  --from K        the first seed (1)
  --processes P   side by side (1)
  --seed N        one world, with its whole story
  --mutant NAME   with a bug planted (test/simulation/mutants/mutants.ts)
  --mutants       each planted bug, until it is caught
  --known           in the worlds that are known to catch it first
  --keep            notes which worlds catch it (test/simulation/mutants/caught-by.json)
  --kept          the seeds that once found something
  --json          a line of JSON a world or bug, for programs`;

const { values } = readCommandLine(USAGE, {
  seeds: { type: "string", default: "1000" },
  from: { type: "string", default: "1" },
  processes: { type: "string", default: "1" },
  seed: { type: "string" },
  mutant: { type: "string" },
  mutants: { type: "boolean", default: false },
  known: { type: "boolean", default: false },
  keep: { type: "boolean", default: false },
  kept: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
});
// A share of a run whose parent is gone has nobody to report to.
process.once("disconnect", () => process.exit(1));
// Listening for that would keep a share alive that has played all its worlds.
process.channel?.unref();
const d1 = openSimulatedD1();
// Kept here, since a world replaces the console.
const say = console.log.bind(console);
const count = wholeNumber("seeds", values.seeds, USAGE);
const from = wholeNumber("from", values.from, USAGE);

if (values.seed !== undefined) await tellStory(wholeNumber("seed", values.seed, USAGE));
else if (values.mutants) await catchAll();
else if (values.kept) await playKept();
else if (values.processes !== "1") await playSideBySide();
else await playMany();

async function tellStory(seed: number): Promise<void> {
  const product = await loadProduct(values.mutant ?? null);
  const played = await play(seed, product, d1, values.json ? null : say);
  if (values.json) say(JSON.stringify({ seed, ...played, reached: Object.fromEntries(played.reached) }));
  else say(played.failure ? `seed ${seed} broke: ${played.failure}` : `seed ${seed} held (${played.digest})`);
  if (played.failure) process.exitCode = 1;
}

async function playMany(): Promise<void> {
  const product = await loadProduct(values.mutant ?? null);
  const progress = openProgress(count, values.json);
  const reached: Record<string, number> = {};
  for (let seed = from; seed < from + count; seed++) {
    const { failure, reached: inWorld } = await play(seed, product, d1);
    for (const [what, times] of inWorld) reached[what] = (reached[what] ?? 0) + times;
    progress.add(1);
    if (failure) return report(seed, failure);
  }
  progress.end();
  // Sent to the parent process, which adds up what its shares have seen.
  if (process.send) process.send({ reached });
  else say(values.json ? JSON.stringify({ reached }) : tableOf(reached));
}

async function playSideBySide(): Promise<void> {
  const processes = wholeNumber("processes", values.processes, USAGE);
  const reached = await playShares({ from, count, processes, mutant: values.mutant, silent: values.json });
  if (reached) say(values.json ? JSON.stringify({ reached }) : tableOf(reached));
  else process.exitCode = 1;
}

async function playKept(): Promise<void> {
  const product = await loadProduct(null);
  for (const [seed, what] of Object.entries(KEPT_SEEDS)) {
    const { failure, digest } = await play(Number(seed), product, d1);
    if (values.json) say(JSON.stringify({ seed: Number(seed), failure, digest }));
    else say(`seed ${seed} ${failure ? "BROKE" : "held"}: ${what}`);
    if (failure) report(Number(seed), failure);
  }
}

function report(seed: number, failure: string): void {
  const mutant = values.mutant === undefined ? "" : ` --mutant "${values.mutant}"`;
  say(`seed ${seed} broke: ${failure}\nto play it again: npm run simulate -- --seed ${seed}${mutant}`);
  process.exitCode = 1;
}

async function catchAll(): Promise<void> {
  const seeds = Array.from({ length: count }, (_, index) => from + index);
  const tell = ({ mutant, caught }: Told): void => {
    if (values.json) say(JSON.stringify({ mutant, caught }));
    else if (caught) say(`${mutant}: caught by seed ${caught.seed}: ${caught.failure.slice(0, 160)}`);
    else say(`${mutant}: NOT CAUGHT`);
    if (!caught) process.exitCode = 1;
  };
  if (values.keep) await keepCatches({ d1, seeds, tell });
  else await catchMutants({ d1, seeds, tell }, values.known);
}
