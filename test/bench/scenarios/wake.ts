// The first answer of an inventory that was asleep with much in it.

import { rmSync } from "node:fs";
import { expectStatus } from "../../support/show.ts";
import { fillInventory, putOffChecks } from "../fill.ts";
import { results } from "../report.ts";
import { progress } from "../progress.ts";
import { newStateDir, openSide, type Side, untilProjected, withSides } from "../rig.ts";
import { median } from "../rounds.ts";
import type { Scenario } from "../scenario.ts";
import { holdsPath, setStage, typeAt } from "../stage.ts";

const FILLING = { final: 1_000_000, active: 100_000 };
const TOTAL = 200_000;

export const wake: Scenario = {
  name: "wake",
  describe: "first answer of an inventory with 100,000 active and 1,000,000 final holds, after a start of the server",
  run: async ({ rounds }) => {
    const stateDir = newStateDir();
    try {
      const [full, fresh, other] = await prepare(stateDir);
      const first: Record<string, number[]> = { full: [], fresh: [], again: [] };
      for (let round = 0; round < rounds; round++) {
        putOffChecks(stateDir);
        await withSides([() => openSide("inventory", "real", { stateDir })], async ([side]) => {
          // Why: the Worker's own first hold is another thing, and is measured by `cold-start`.
          await timeHold(side, other, round);
          first["fresh"]?.push(await timeHold(side, fresh, round));
          first["full"]?.push(await timeHold(side, full, round));
          first["again"]?.push(await timeHold(side, full, round + 0.5));
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
        line("asleep and empty", "fresh"),
        line("awake and full", "again"),
      ];
      const judged = {
        what: "cold wake, 100,000 active and 1,000,000 final holds, ms",
        against: "first answer",
        figure: ms("full"),
        reach: 500,
        most: true,
        digits: 0,
      };
      return {
        tables: [{ head: ["first hold of an inventory", "median ms", "most ms"], rows }, results([judged])],
        figures: { full_ms: ms("full"), fresh_ms: ms("fresh"), awake_ms: ms("again") },
        notes: ["The file is in the machine's page cache: the platform may have to read it from disk first."],
      };
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  },
};

async function prepare(stateDir: string): Promise<[full: string, fresh: string, other: string]> {
  const ids = await withSides([() => openSide("inventory", "real", { stateDir })], async ([side]) => {
    const stage = await setStage(side, 3, TOTAL);
    const types = [0, 1, 2].map((index) => typeAt(stage, index));
    // Why: with nothing left to tell D1 no alarm stands that would wake it before it is asked.
    for (const type of types) await untilProjected(side, type);
    return types.map(({ typeId }) => typeId);
  });
  const [full = "", fresh = "", other = ""] = ids;
  progress("filling 1,100,000 holds");
  fillInventory(stateDir, full, FILLING);
  return [full, fresh, other];
}

async function timeHold({ client, tokens }: Side, typeId: string, round: number): Promise<number> {
  const begun = performance.now();
  const token = tokens[Math.floor(round)] ?? "";
  const answer = await client.ask("POST", holdsPath(typeId), { token, key: `wake-${round}`, json: { quantity: 1 } });
  const took = performance.now() - begun;
  expectStatus(answer, 201);
  return took;
}
