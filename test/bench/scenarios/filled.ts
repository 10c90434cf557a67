// Whether selling stays as fast when much is held, and when much was sold: the same load on types filled before.

import { rmSync } from "node:fs";
import { fillInventory, type Filling } from "../fill.ts";
import { type Judged, results } from "../report.ts";
import { progress } from "../progress.ts";
import { newStateDir, openSide, untilProjected, withSides } from "../rig.ts";
import { inTurn, medianOf, ratesTable, ratioOf, seriesOf } from "../rounds.ts";
import type { Scenario } from "../scenario.ts";
import { playRound, setStage, type Stage, typeAt } from "../stage.ts";

const CONNECTIONS = 128;
/** Above all that is held before and all that the rounds add. */
const TOTAL = 300_000;
const SHOPPERS = 3_000;
const KINDS: readonly { readonly name: string; readonly filling: Filling }[] = [
  { name: "none", filling: { final: 0, active: 0 } },
  { name: "99,000 active holds", filling: { final: 0, active: 99_000 } },
  { name: "1,000,000 ledger rows", filling: { final: 500_000, active: 0 } },
];

export const filled: Scenario = {
  name: "filled",
  describe: "holds on a type with 99,000 active holds, and on one with 1,000,000 ledger rows, against an empty one",
  run: async ({ rounds, seconds }) => {
    const stateDir = newStateDir();
    try {
      const shows = await withSides([() => openSide("inventory", "real", { stateDir })], async ([side]) => {
        const stage = await setStage(side, KINDS.length, TOTAL);
        for (const index of KINDS.keys()) await untilProjected(side, typeAt(stage, index));
        return stage.shows;
      });
      for (const [index, { name, filling }] of KINDS.entries()) {
        progress(`filling: ${name}`);
        fillInventory(stateDir, typeAt({ shows }, index).typeId, filling);
      }
      const open = () => openSide("inventory", "real", { stateDir, shoppers: SHOPPERS });
      return await withSides([open], ([side]) => compare({ side, shows }, rounds, seconds));
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  },
};

async function compare(stage: Stage, rounds: number, seconds: number) {
  const contestants = KINDS.map(({ name }, index) => ({
    name,
    run: () => playRound(stage, [index], { connections: CONNECTIONS, seconds }),
  }));
  const all = await inTurn("filled", contestants, rounds);
  const ratios = KINDS.slice(1).map(({ name }) => ({
    what: `holds/s with ${name}`,
    against: "none",
    figure: ratioOf(seriesOf(all, name), seriesOf(all, "none")),
    reach: 0.9,
  })) satisfies Judged[];
  const [active, ledger] = ratios.map(({ figure }) => figure);
  return {
    tables: [ratesTable("filled with", all), results(ratios)],
    figures: {
      holds_per_second: medianOf(seriesOf(all, "none")),
      with_active_holds: active ?? Number.NaN,
      with_ledger_rows: ledger ?? Number.NaN,
    },
    notes: ["Filled on disk by the ledger itself while nobody served it; each type grows by the rounds' own holds."],
  };
}
