// Runs rounds of contestants in turn, and takes their medians: on a shared machine only alternating measurements
// compare.

import type { Measured } from "../load/load.ts";
import { progress } from "../progress.ts";
import type { Table } from "../scenario.ts";

export type Contestant<M extends Measured = Measured> = { readonly name: string; run(round: number): Promise<M> };
export type Series<M extends Measured = Measured> = { readonly name: string; readonly rounds: readonly M[] };

/** Round 0 warms all up and is not counted. Every other round goes through them in the opposite order. */
export async function inTurn<M extends Measured>(
  what: string,
  contestants: readonly Contestant<M>[],
  rounds: number,
): Promise<readonly Series<M>[]> {
  const series = contestants.map(({ name }) => ({ name, rounds: [] as M[] }));
  for (let round = 0; round <= rounds; round++) {
    const order = [...contestants.keys()];
    for (const index of round % 2 === 0 ? order : order.reverse()) {
      const measured = await contestants[index]?.run(round);
      if (!measured) continue;
      if (round > 0) series[index]?.rounds.push(measured);
      const { name } = contestants[index] ?? { name: "" };
      progress(`${what}, round ${round} of ${rounds}, ${name}: ${Math.round(measured.perSecond)}/s`);
    }
  }
  return series;
}

export function seriesOf<M extends Measured>(all: readonly Series<M>[], name: string): Series<M> {
  const found = all.find((series) => series.name === name);
  if (!found) throw new Error(`nobody is called ${name}`);
  return found;
}

type Figure<M extends Measured = Measured> = (measured: M) => number;
const perSecond: Figure = (measured) => measured.perSecond;

export function medianOf<M extends Measured>({ rounds }: Series<M>, figure: Figure<M> = perSecond): number {
  return median(rounds.map(figure));
}

/** The median of the rounds' ratios: what slows the machine for a while slows both sides of a round. */
export function ratioOf<M extends Measured>(one: Series<M>, other: Series<M>, figure: Figure<M> = perSecond): number {
  return median(
    one.rounds.map((measured, round) => {
      const beside = other.rounds[round];
      return beside ? figure(measured) / figure(beside) : Number.NaN;
    }),
  );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  const low = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? high) : high;
  return (low + high) / 2;
}

/** A line a series: the median, its spread, latencies, and every response that was not a success. */
export function ratesTable(what: string, all: readonly Series[], figure: Figure = perSecond): Table {
  return {
    head: [what, "per second", "least–most", "p50 ms", "p99 ms", "other answers"],
    rows: all.map((series) => {
      const each = series.rounds.map(figure);
      return [
        series.name,
        medianOf(series, figure).toFixed(0),
        `${Math.min(...each).toFixed(0)}–${Math.max(...each).toFixed(0)}`,
        medianOf(series, ({ p50 }) => p50).toFixed(1),
        medianOf(series, ({ p99 }) => p99).toFixed(1),
        otherAnswers(series),
      ];
    }),
  };
}

function otherAnswers({ rounds }: Series): string {
  const statuses = new Map<string, number>();
  for (const [status, times] of rounds.flatMap((measured) => Object.entries(measured.statuses))) {
    if (!/^2..$/.test(status)) statuses.set(status, (statuses.get(status) ?? 0) + times);
  }
  return [...statuses].map(([status, times]) => `${times} × ${status}`).join(", ") || "none";
}
