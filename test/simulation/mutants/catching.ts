// Plants each known bug and plays worlds until one detects it: first those that detected it before, whose seeds are in
// caught-by.json, then others. The code around a seed changes its world, so a kept seed may no longer detect anything:
// then another one does, which takes longer, until the seeds are searched again.

import { readFileSync, writeFileSync } from "node:fs";
import type { SimulatedD1 } from "../platform/d1.ts";
import { loadProduct } from "../world/load-product.ts";
import { MUTANTS } from "./mutants.ts";
import { play } from "../world/play.ts";

const FILE = new URL("./caught-by.json", import.meta.url);
/** Seeds that are kept of each bug. */
const KEPT = 2;

/** `isKept`: its seed was kept for this bug. */
export type Caught = { readonly seed: number; readonly failure: string; readonly isKept: boolean };

/** By the bug's name: the world that caught it, or null when none of them did. */
export type Told = { readonly mutant: string; readonly caught: Caught | null };

type Catching = { readonly d1: SimulatedD1; readonly seeds: Iterable<number>; readonly tell: (told: Told) => void };

/** Plays each bug until it is caught, in the worlds of its kept seeds if `known`, then of `seeds`. */
export async function catchMutants({ d1, seeds, tell }: Catching, known: boolean): Promise<void> {
  const kept = known ? readKept() : {};
  for (const mutant of Object.keys(MUTANTS)) {
    const first = kept[mutant] ?? [];
    const [caught = null] = await catches(mutant, d1, first, seeds, 1);
    tell({ mutant, caught });
  }
}

/** Finds the seeds to keep. A bug that is caught by fewer keeps what there is. */
export async function keepCatches({ d1, seeds, tell }: Catching): Promise<void> {
  const before = readKept();
  const kept: Record<string, readonly number[]> = {};
  for (const mutant of Object.keys(MUTANTS)) {
    const found = await catches(mutant, d1, before[mutant] ?? [], seeds, KEPT);
    kept[mutant] = found.map(({ seed }) => seed);
    tell({ mutant, caught: found[0] ?? null });
    // Saved each time: the search takes long, and the next one begins with its results.
    write({ ...before, ...kept });
  }
  write(kept);
}

function write(kept: Readonly<Record<string, readonly number[]>>): void {
  const lines = Object.entries(kept).map(([mutant, all]) => `  ${JSON.stringify(mutant)}: [${all.join(", ")}]`);
  writeFileSync(FILE, `{\n${lines.join(",\n")}\n}\n`);
}

async function catches(
  mutant: string,
  d1: SimulatedD1,
  first: readonly number[],
  others: Iterable<number>,
  enough: number,
): Promise<Caught[]> {
  const product = await loadProduct(mutant);
  const found: Caught[] = [];
  for (const seed of new Set([...first, ...others])) {
    if (found.length === enough) break;
    const { failure } = await play(seed, product, d1);
    if (failure) found.push({ seed, failure, isKept: first.includes(seed) });
  }
  return found;
}

function readKept(): Readonly<Record<string, readonly number[]>> {
  // The one cast: `keepCatches` has written it.
  return JSON.parse(readFileSync(FILE, "utf8")) as Record<string, readonly number[]>;
}
