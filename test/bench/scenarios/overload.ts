// More shoppers than can be served: what is accepted must stay what it was at the peak, and the rest be told to wait.

import { results } from "../report.ts";
import { openSide, withSides } from "../rig.ts";
import { inTurn, medianOf, ratesTable, ratioOf, type Series, seriesOf } from "../rounds.ts";
import type { Scenario } from "../scenario.ts";
import { playOwnRound, setStage } from "../stage.ts";

const PEAK = 128;
const OVER = 4 * PEAK;
/** More than the 2,000 that an inventory lets wait. */
const FLOOD = 4_096;

export const overload: Scenario = {
  name: "overload",
  describe: `holds accepted at ${OVER} and ${FLOOD} connections, the refused waiting their Retry-After, against ${PEAK}`,
  run: ({ rounds, seconds }) =>
    withSides([() => openSide("inventory", "real")], async ([side]) => {
      const levels = [PEAK, OVER, FLOOD];
      const stages = await Promise.all(levels.map(() => setStage(side, rounds + 1)));
      const all = await inTurn(
        "overload",
        stages.map((stage, index) => {
          const connections = levels[index] ?? PEAK;
          return { name: String(connections), run: (round) => playOwnRound(stage, [round], { connections, seconds }) };
        }),
        rounds,
      );
      const peak = seriesOf(all, String(PEAK));
      const judged = [OVER, FLOOD].map((connections) => ({
        what: `holds/s accepted at ${connections} connections`,
        against: `at ${PEAK}`,
        figure: ratioOf(seriesOf(all, String(connections)), peak),
        reach: 0.9,
      }));
      const strange = all.reduce((sum, series) => sum + strangeAnswers(series), 0);
      return {
        tables: [
          ratesTable("connections", all),
          results([
            ...judged,
            { what: "answers but 201 and 503", against: "none", figure: strange, reach: 0, most: true, digits: 0 },
          ]),
        ],
        figures: {
          peak_per_second: medianOf(peak),
          [`at_${OVER}`]: judged[0]?.figure ?? Number.NaN,
          [`at_${FLOOD}`]: judged[1]?.figure ?? Number.NaN,
          strange,
        },
        notes: [],
      };
    }),
};

function strangeAnswers({ rounds }: Series): number {
  return rounds
    .flatMap(({ statuses }) => Object.entries(statuses))
    .filter(([status]) => status !== "201" && status !== "503")
    .reduce((sum, [, times]) => sum + times, 0);
}
