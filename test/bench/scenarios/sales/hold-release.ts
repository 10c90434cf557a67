// Measures holds that are released at once. Each cycle is two requests over one connection.

import { openSide, withSides } from "../../rig/rig.ts";
import { inTurn, medianOf, ratesTable, ratioOf, seriesOf } from "../../report/rounds.ts";
import type { Scenario } from "../../scenario.ts";
import { playRound, setStage } from "../../rig/stage.ts";

const CONNECTIONS = 64;
const CYCLE = "hold, release";
const ALONE = "hold alone";

export const holdRelease: Scenario = {
  name: "hold-release",
  describe: `${CYCLE} on one type at ${CONNECTIONS} connections, whole cycles a second`,
  run: ({ rounds, seconds }) =>
    withSides([() => openSide("inventory", "real")], async ([side]) => {
      const [cycles, holds] = [await setStage(side, rounds + 1), await setStage(side, rounds + 1)];
      // Longer than other rounds: a cycle is two requests, and one that has not ended does not count.
      const asked = { connections: CONNECTIONS, seconds: 2 * seconds };
      const all = await inTurn(
        "hold-release",
        [
          { name: CYCLE, run: (round) => playRound(cycles, [round], { ...asked, kind: "hold-release" }) },
          { name: ALONE, run: (round) => playRound(holds, [round], asked) },
        ],
        rounds,
      );
      const toHolds = ratioOf(seriesOf(all, CYCLE), seriesOf(all, ALONE));
      return {
        tables: [ratesTable("cycles", all)],
        figures: { cycles_per_second: medianOf(seriesOf(all, CYCLE)), to_holds: toHolds },
        notes: [`${toHolds.toFixed(2)} cycles for each hold alone.`],
      };
    }),
};
