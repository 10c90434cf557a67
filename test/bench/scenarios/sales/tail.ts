// Measures the slowest holds while the inventory works at 70 % of its peak, at an even pace.

import { results } from "../../report/report.ts";
import { progress } from "../../progress.ts";
import { openSide, withSides } from "../../rig/rig.ts";
import { inTurn, median, medianOf, ratesTable, ratioOf, seriesOf } from "../../report/rounds.ts";
import type { Scenario } from "../../scenario.ts";
import { playOwnRound, setStage } from "../../rig/stage.ts";

const CONNECTIONS = 128;
const SHARE = 0.7;
const PEAK_ROUNDS = 3;

export const tail: Scenario = {
  name: "tail",
  describe: "p99 of a hold at 70 % of the inventory's own peak, against the way to an object at the same pace",
  run: ({ rounds, seconds }) =>
    withSides([() => openSide("inventory", "real"), () => openSide("nothing", "idle")], async ([side, idle]) => {
      const stage = await setStage(side, PEAK_ROUNDS + rounds + 1);
      const idleStage = await setStage(idle, rounds + 1);
      const asked = { connections: CONNECTIONS, seconds, warmSeconds: 1 };
      const peaks: number[] = [];
      for (let round = 0; round < PEAK_ROUNDS; round++) {
        peaks.push((await playOwnRound(stage, [round], asked)).perSecond);
        progress(`tail, peak: ${peaks.at(-1)?.toFixed(0)}/s`);
      }
      const paced = { ...asked, perSecond: median(peaks) * SHARE };
      const all = await inTurn(
        "tail",
        [
          { name: "inventory", run: (round) => playOwnRound(stage, [PEAK_ROUNDS + round], paced) },
          { name: "nothing", run: (round) => playOwnRound(idleStage, [round], paced) },
        ],
        rounds,
      );
      const p99 = (measured: { readonly p99: number }) => measured.p99;
      const ratio = ratioOf(seriesOf(all, "inventory"), seriesOf(all, "nothing"), p99);
      const judged = {
        what: "p99 of a hold at 70 % of the peak",
        against: "a method that does nothing, same pace",
        figure: ratio,
        reach: 2,
        most: true,
      };
      return {
        tables: [ratesTable(`at ${paced.perSecond.toFixed(0)}/s`, all), results([judged])],
        figures: {
          peak_per_second: median(peaks),
          p99_ms: medianOf(seriesOf(all, "inventory"), p99),
          p99_ms_nothing: medianOf(seriesOf(all, "nothing"), p99),
          p99_ratio: ratio,
        },
        notes: ["Timed from when each request was due, so that a stall counts for all that it made wait."],
      };
    }),
};
