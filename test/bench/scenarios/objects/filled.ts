// Measures whether selling stays as fast with many holds, and with many past sales: the same load on types that were
// filled before.

import { rmSync } from "node:fs";
import { fillInventory, type Filling } from "../../rig/fill.ts";
import { type Judged, results } from "../../report/report.ts";
import { progress } from "../../progress.ts";
import { newStateDir, openSide, untilProjected, withSides } from "../../rig/rig.ts";
import { inTurn, medianOf, ratesTable, ratioOf, seriesOf } from "../../report/rounds.ts";
import type { Scenario } from "../../scenario.ts";
import { playRound, setStage, type Stage, typeAt } from "../../rig/stage.ts";

const CONNECTIONS = 128;
/** Above all that is held before and all that the rounds add. */
const TOTAL = 300_000;
const SHOPPERS = 3_000;
const NONE = "none";
const HELD = "80,000 active holds";
const ENDED = "1,000,000 ledger rows";
/** An inventory has at most 100,000 live holds: a type is filled for each round, so that there is room for its own. */
const ACTIVE: Filling = { final: 0, active: 80_000 };
const FINAL: Filling = { final: 500_000, active: 0 };
/** The places of the types on the stage: that of round 0 is followed by those of the other rounds. */
const PLACES = { [NONE]: 0, [ENDED]: 1, [HELD]: 2 } as const;

export const filled: Scenario = {
  name: "filled",
  describe: `holds on a type with ${HELD}, and on one with ${ENDED}, against an empty one`,
  run: async ({ rounds, seconds }) => {
    const stateDir = newStateDir();
    try {
      const types = PLACES[HELD] + rounds + 1;
      const shows = await withSides([() => openSide("inventory", "real", { stateDir })], async ([side]) => {
        const stage = await setStage(side, types, TOTAL);
        for (let index = 0; index < types; index++) await untilProjected(side, typeAt(stage, index));
        return stage.shows;
      });
      for (let index = PLACES[ENDED]; index < types; index++) {
        progress(`filling ${index} of ${types - 1}`);
        fillInventory(stateDir, typeAt({ shows }, index).typeId, index === PLACES[ENDED] ? FINAL : ACTIVE);
      }
      const open = () => openSide("inventory", "real", { stateDir, shoppers: SHOPPERS });
      return await withSides([open], ([side]) => compare({ side, shows }, rounds, seconds));
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  },
};

async function compare(stage: Stage, rounds: number, seconds: number) {
  const play = async (index: number) => {
    // Wakes it, which is another thing and is measured by `wake`.
    await untilProjected(stage.side, typeAt(stage, index));
    return playRound(stage, [index], { connections: CONNECTIONS, seconds });
  };
  const all = await inTurn(
    "filled",
    [
      { name: NONE, run: () => play(PLACES[NONE]) },
      { name: HELD, run: (round) => play(PLACES[HELD] + round) },
      { name: ENDED, run: () => play(PLACES[ENDED]) },
    ],
    rounds,
  );
  const toNone = (name: string) => ratioOf(seriesOf(all, name), seriesOf(all, NONE));
  const judged = [HELD, ENDED].map((name) => ({
    what: `holds/s with ${name}`,
    against: NONE,
    figure: toNone(name),
    reach: 0.9,
  })) satisfies Judged[];
  return {
    tables: [ratesTable("filled with", all), results(judged)],
    figures: {
      holds_per_second: medianOf(seriesOf(all, NONE)),
      with_active_holds: toNone(HELD),
      with_ledger_rows: toNone(ENDED),
    },
    notes: ["Filled on disk by the ledger itself while nobody served it."],
  };
}
