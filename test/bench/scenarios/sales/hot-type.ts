// Measures holds a second on one hot ticket type over the whole path, against the way to an object and against its
// storage alone.

import type { Judged } from "../../report/report.ts";
import { results } from "../../report/report.ts";
import { openSide, withSides } from "../../rig/rig.ts";
import { inTurn, medianOf, ratesTable, ratioOf, seriesOf } from "../../report/rounds.ts";
import type { Scenario, Table } from "../../scenario.ts";
import { playRound, setStage } from "../../rig/stage.ts";

const CONNECTIONS = [32, 128];
const SIDES = [
  { name: "inventory", bundle: "real" },
  { name: "two rows", bundle: "same-rows" },
  { name: "nothing", bundle: "idle" },
] as const;

export const hotType: Scenario = {
  name: "hot-type",
  describe: "holds on one ticket type, against objects that only write the same two rows, and that do nothing",
  run: ({ rounds, seconds }) =>
    withSides(
      SIDES.map(
        ({ name, bundle }) =>
          () =>
            openSide(name, bundle),
      ),
      async (sides) => {
        const tables: Table[] = [];
        const judged: Judged[] = [];
        const figures: Record<string, number> = {};
        const types = CONNECTIONS.length * (rounds + 1);
        const stages = await Promise.all(sides.map((side) => setStage(side, types)));
        for (const [row, connections] of CONNECTIONS.entries()) {
          const what = `${connections} connections`;
          const contestants = stages.map((stage) => ({
            name: stage.side.name,
            run: (round: number) => playRound(stage, [row * (rounds + 1) + round], { connections, seconds }),
          }));
          const all = await inTurn(`hot type, ${what}`, contestants, rounds);
          const inventory = seriesOf(all, "inventory");
          const toTwoRows = ratioOf(inventory, seriesOf(all, "two rows"));
          const toNothing = ratioOf(inventory, seriesOf(all, "nothing"));
          tables.push(ratesTable(what, all));
          const holds = `holds/s on one type, ${what}`;
          judged.push({ what: holds, against: "the same two rows, nothing else", figure: toTwoRows, reach: 0.95 });
          judged.push({ what: holds, against: "a method that does nothing", figure: toNothing, reach: 0.75 });
          figures[`holds_per_second_${connections}`] = medianOf(inventory);
          figures[`to_two_rows_${connections}`] = toTwoRows;
          figures[`to_nothing_${connections}`] = toNothing;
        }
        return { tables: [...tables, results(judged)], figures, notes: [] };
      },
    ),
};
