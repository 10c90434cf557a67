// Plays a range of seeds in several processes, each a share of it; the first that fails ends all.

import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { PROJECT } from "../support/commands.ts";
import { openProgress } from "./progress.ts";

/** The exit status: 1 when a world broke, which its process has told on stdout. */
export async function playShares(from: number, count: number, processes: number, mutant?: string): Promise<number> {
  const progress = openProgress(count, false);
  const share = Math.ceil(count / processes);
  const children: ChildProcess[] = [];
  const reached: Record<string, number> = {};
  const ends = Array.from({ length: processes }, (_, index) => {
    const first = from + index * share;
    const seeds = Math.min(share, from + count - first);
    if (seeds <= 0) return Promise.resolve(0);
    const args = ["--json", "--from", String(first), "--seeds", String(seeds), ...(mutant ? ["--mutant", mutant] : [])];
    const child = fork(join(PROJECT, "test/simulation/simulate.ts"), args);
    children.push(child);
    let done = 0;
    child.on("message", (message) => {
      // The one cast: progress.ts and simulate.ts send just this.
      const told = message as { readonly done?: number; readonly reached?: Record<string, number> };
      for (const [what, times] of Object.entries(told.reached ?? {})) reached[what] = (reached[what] ?? 0) + times;
      if (told.done === undefined) return;
      progress.add(told.done - done);
      done = told.done;
    });
    return new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
  });
  const first = await Promise.race([
    ...ends.map(async (end) => (await end) || new Promise<number>(() => undefined)),
    Promise.all(ends).then(() => 0),
  ]);
  for (const child of children) child.kill();
  if (first !== 0) return first;
  progress.end();
  console.log(tableOf(reached));
  return first;
}

/** What happened in the worlds, and how often, a line each. */
export function tableOf(reached: Readonly<Record<string, number>>): string {
  const lines = Object.entries(reached).map(([what, times]) => `${String(times).padStart(9)} ${what}`);
  return lines.sort((a, b) => (a.slice(10) < b.slice(10) ? -1 : 1)).join("\n");
}
