// Measures holds over sixteen ticket types at once. Here they share one thread; the platform runs objects apart.

import { results } from "../../report/report.ts";
import { openSide, withSides } from "../../rig/rig.ts";
import { inTurn, medianOf, ratesTable, ratioOf, seriesOf } from "../../report/rounds.ts";
import type { Scenario } from "../../scenario.ts";
import { playRound, setStage } from "../../rig/stage.ts";

const TYPES = 16;
const CONNECTIONS = 128;

export const sixteenTypes: Scenario = {
  name: "sixteen-types",
  describe: `holds over ${TYPES} ticket types at ${CONNECTIONS} connections, against one hot type`,
  run: ({ rounds, seconds }) =>
    withSides([() => openSide("inventory", "real")], async ([side]) => {
      const [many, hot] = [await setStage(side, TYPES, 50_000), await setStage(side, rounds + 1)];
      const asked = { connections: CONNECTIONS, seconds };
      const all = await inTurn(
        "sixteen types",
        [
          { name: `${TYPES} types`, run: () => playRound(many, [...Array(TYPES).keys()], asked) },
          { name: "one hot type", run: (round) => playRound(hot, [round], asked) },
        ],
        rounds,
      );
      const ratio = ratioOf(seriesOf(all, `${TYPES} types`), seriesOf(all, "one hot type"));
      const judged = { what: `holds/s over ${TYPES} types`, against: "one hot type", figure: ratio, reach: 0.5 };
      return {
        tables: [ratesTable(`${CONNECTIONS} connections`, all), results([judged])],
        figures: { holds_per_second: medianOf(seriesOf(all, `${TYPES} types`)), to_one_type: ratio },
        notes: ["One thread serves all of them here, and each writes batches and fsyncs of its own."],
      };
    }),
};
