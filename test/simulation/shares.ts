// Plays a range of seeds in several processes, each a share of it; the first failure ends all.

import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { PROJECT } from "../support/server/commands.ts";
import { openProgress } from "./progress.ts";

export type Shares = {
  readonly from: number;
  readonly count: number;
  readonly processes: number;
  readonly mutant: string | undefined;
  /** Tells nobody how far they are. */
  readonly silent: boolean;
};

/** What happened in the worlds, and how often; or null if one broke, which its process has printed on stdout. */
export async function playShares(shares: Shares): Promise<Readonly<Record<string, number>> | null> {
  const { from, count, processes, mutant } = shares;
  const progress = openProgress(count, shares.silent);
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
    // Both: its messages may arrive after its end.
    const heard = new Promise<void>((resolve) => child.once("disconnect", resolve));
    const ended = new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
    return heard.then(() => ended);
  });
  const first = await Promise.race([
    ...ends.map(async (end) => (await end) || new Promise<number>(() => undefined)),
    Promise.all(ends).then(() => 0),
  ]);
  for (const child of children) child.kill();
  if (first !== 0) return null;
  progress.end();
  return reached;
}

/** What happened in the worlds, and how often, a line each. */
export function tableOf(reached: Readonly<Record<string, number>>): string {
  const lines = Object.entries(reached).map(([what, times]) => `${String(times).padStart(9)} ${what}`);
  return lines.sort((a, b) => (a.slice(10) < b.slice(10) ? -1 : 1)).join("\n");
}
