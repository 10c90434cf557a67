// Measures the first reply of an inventory that was asleep with many rows.

import { rmSync } from "node:fs";
import { expectStatus } from "../../../support/server/catalogue/show.ts";
import { fillInventory, forgetAlarms, putOffChecks } from "../../rig/fill.ts";
import { results } from "../../report/report.ts";
import { progress } from "../../progress.ts";
import { newStateDir, openSide, type Side, type TypeOfShow, untilProjected, withSides } from "../../rig/rig.ts";
import { median } from "../../report/rounds.ts";
import type { Scenario } from "../../scenario.ts";
import { holdsPath, setStage, typeAt } from "../../rig/stage.ts";

/** A thousand fewer than there may be: the holds that are timed come on top. */
const FILLING = { final: 1_000_000, active: 99_000 };
const RAN_OUT = 100_000;
const TOTAL = 200_000;

export const wake: Scenario = {
  name: "wake",
  describe:
    "first answer of an inventory with 99,000 active and 1,000,000 final holds, and of one of which 100,000 ran out while it slept, after a start of the server",
  run: async ({ rounds }) => {
    const stateDir = newStateDir();
    try {
      const { full, fresh, other, late } = await prepare(stateDir);
      const first: Record<string, number[]> = { full: [], fresh: [], again: [], late: [] };
      for (let round = 0; round < rounds; round++) {
        putOffChecks(stateDir);
        fillInventory(stateDir, late.typeId, { final: 0, active: 0, ranOut: RAN_OUT });
        forgetAlarms(stateDir);
        await withSides([() => openSide("inventory", "real", { stateDir })], async ([side]) => {
          // The Worker's own first hold is left out here; `cold-start` measures it.
          await timeHold(side, other, round);
          first["fresh"]?.push(await timeHold(side, fresh, round));
          first["full"]?.push(await timeHold(side, full, round));
          first["again"]?.push(await timeHold(side, full, round + 0.5));
          first["late"]?.push(await timeHold(side, late, round));
        });
        progress(`wake, round ${round + 1} of ${rounds}: ${first["full"]?.at(-1)?.toFixed(0)} ms`);
      }
      const ms = (name: string) => median(first[name] ?? []);
      const line = (what: string, name: string) => [
        what,
        ms(name).toFixed(1),
        Math.max(...(first[name] ?? [])).toFixed(1),
      ];
      const rows = [
        line("asleep and full", "full"),
        line("asleep, 100,000 ran out", "late"),
        line("asleep and empty", "fresh"),
        line("awake and full", "again"),
      ];
      const judged = {
        what: "cold wake, 99,000 active and 1,000,000 final holds, ms",
        against: "first answer",
        figure: ms("full"),
        reach: 500,
        most: true,
        digits: 0,
      };
      const ranOut = {
        what: "cold wake, 100,000 holds that ran out while it slept, ms",
        against: "first answer",
        figure: ms("late"),
        reach: 1_000,
        most: true,
        digits: 0,
      };
      return {
        tables: [{ head: ["first hold of an inventory", "median ms", "most ms"], rows }, results([judged, ranOut])],
        figures: { late_ms: ms("late"), full_ms: ms("full"), fresh_ms: ms("fresh"), awake_ms: ms("again") },
        notes: ["The file is in the machine's page cache: the platform may have to read it from disk first."],
      };
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  },
};

type Types = Readonly<Record<"full" | "fresh" | "other" | "late", TypeOfShow>>;

async function prepare(stateDir: string): Promise<Types> {
  const types = await withSides([() => openSide("inventory", "real", { stateDir })], async ([side]) => {
    const stage = await setStage(side, 4, TOTAL);
    const all = { full: typeAt(stage, 0), fresh: typeAt(stage, 1), other: typeAt(stage, 2), late: typeAt(stage, 3) };
    // Projected, since D1 and the file have to say the same when it is filled.
    for (const type of Object.values(all)) await untilProjected(side, type);
    return all;
  });
  progress("filling 1,100,000 holds");
  fillInventory(stateDir, types.full.typeId, FILLING);
  return types;
}

async function timeHold({ client, tokens }: Side, { typeId }: TypeOfShow, round: number): Promise<number> {
  const begun = performance.now();
  const token = tokens[Math.floor(round)] ?? "";
  const answer = await client.ask("POST", holdsPath(typeId), { token, key: `wake-${round}`, json: { quantity: 1 } });
  const took = performance.now() - begun;
  expectStatus(answer, 201);
  return took;
}
