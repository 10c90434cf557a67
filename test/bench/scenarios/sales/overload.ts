// Measures more shoppers than can be served: accepted holds must stay as many as at the peak, and the others must get
// Retry-After.

import { results } from "../../report/report.ts";
import { openSide, withSides } from "../../rig/rig.ts";
import { inTurn, medianOf, ratesTable, ratioOf, type Series, seriesOf } from "../../report/rounds.ts";
import type { Scenario } from "../../scenario.ts";
import { playOwnRound, setStage } from "../../rig/stage.ts";

const PEAK = 128;
const OVER = 4 * PEAK;
/** More than the 2,000 that an inventory lets wait. */
const FLOOD = 4_096;
/** By then the crowd has had one response, or the line would not be served within its second (rule X2). */
const WARM = 3;

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
          return {
            name: String(connections),
            run: (round) => playOwnRound(stage, [round], { connections, seconds, warmSeconds: WARM }),
          };
        }),
        rounds,
      );
      const peak = seriesOf(all, String(PEAK));
      const toPeak = (connections: number) => ratioOf(seriesOf(all, String(connections)), peak);
      const judged = {
        what: `holds/s accepted at ${OVER} connections`,
        against: `at ${PEAK}`,
        figure: toPeak(OVER),
        reach: 0.9,
      };
      const strange = all.reduce((sum, series) => sum + strangeAnswers(series), 0);
      return {
        tables: [
          ratesTable("connections", all),
          results([
            judged,
            { what: "answers but 201 and 503", against: "none", figure: strange, reach: 0, most: true, digits: 0 },
          ]),
        ],
        figures: {
          peak_per_second: medianOf(peak),
          [`at_${OVER}`]: judged.figure,
          [`at_${FLOOD}`]: toPeak(FLOOD),
          strange,
        },
        notes: [
          `At ${FLOOD} connections ${toPeak(FLOOD).toFixed(2)} of the peak. One thread serves Worker and object alike here, so a crowd waits in front of both, where nothing can shed it; deployed, Workers are many and the line is the object's.`,
        ],
      };
    }),
};

function strangeAnswers({ rounds }: Series): number {
  return rounds
    .flatMap(({ statuses }) => Object.entries(statuses))
    .filter(([status]) => status !== "201" && status !== "503")
    .reduce((sum, [, times]) => sum + times, 0);
}
