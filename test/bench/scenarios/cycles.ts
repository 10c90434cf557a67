// Holds that go on: released at once, or checked out and confirmed. Each cycle is some requests over one connection.

import { openSide, withSides } from "../rig.ts";
import { inTurn, medianOf, ratesTable, ratioOf, seriesOf } from "../rounds.ts";
import type { Scenario } from "../scenario.ts";
import { playRound, setStage } from "../stage.ts";

const CONNECTIONS = 64;

type Cycle = { readonly name: string; readonly kind: "hold-release" | "hold-order"; readonly requests: number };

function cycle({ name, kind, requests }: Cycle): Scenario {
  return {
    name: kind,
    describe: `${name} on one type at ${CONNECTIONS} connections, whole cycles a second`,
    run: ({ rounds, seconds }) =>
      withSides([() => openSide("inventory", "real")], async ([side]) => {
        const [cycles, holds] = [await setStage(side, rounds + 1), await setStage(side, rounds + 1)];
        // Why longer: a cycle is several requests, and one that has not ended does not count.
        const asked = { connections: CONNECTIONS, seconds: 2 * seconds };
        const all = await inTurn(
          kind,
          [
            { name, run: (round) => playRound(cycles, [round], { ...asked, kind }) },
            { name: "hold alone", run: (round) => playRound(holds, [round], asked) },
          ],
          rounds,
        );
        const toHolds = ratioOf(seriesOf(all, name), seriesOf(all, "hold alone"));
        return {
          tables: [ratesTable("cycles", all)],
          figures: { cycles_per_second: medianOf(seriesOf(all, name)), to_holds: toHolds },
          notes: [`${toHolds.toFixed(2)} cycles for each hold alone; a cycle is ${requests} requests.`],
        };
      }),
  };
}

export const holdRelease = cycle({ name: "hold, release", kind: "hold-release", requests: 2 });
export const holdOrder = cycle({ name: "hold, check out, confirm", kind: "hold-order", requests: 3 });
