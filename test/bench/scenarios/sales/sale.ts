// Measures whole sales (hold, check out, confirm) against objects that only write the same rows, and over three ticket
// types.

import { results } from "../../report/report.ts";
import { openSide, runLoad, withSides } from "../../rig/rig.ts";
import { inTurn, medianOf, ratesTable, ratioOf, seriesOf } from "../../report/rounds.ts";
import type { Scenario } from "../../scenario.ts";
import { play, playRound, setStage, type Stage } from "../../rig/stage.ts";

const CONNECTIONS = 64;
const ONE = "one type";
const BARE = "the same rows, nothing else";
const THREE = "three types, the hot one as home";
/** The types of one event: a hot one that each sale takes, and others of which it takes two in turn. */
const TYPES = 9;
/** Each event has as many types as fit, and its million places are enough for nine of this size. */
const TOTAL = 111_111;

export const sale: Scenario = {
  name: "sale",
  describe: `hold, check out, confirm at ${CONNECTIONS} connections, whole sales a second`,
  run: ({ rounds, seconds }) =>
    withSides([() => openSide("inventory", "real"), () => openSide("same rows", "same-rows")], async ([side, bare]) => {
      const [one, rows] = [await setStage(side, rounds + 1), await setStage(bare, rounds + 1)];
      const three = await setStage(side, TYPES * (rounds + 1), TOTAL);
      // Twice as long as other rounds: a sale is several requests, and one that has not ended does not count.
      const asked = { kind: "hold-order", connections: CONNECTIONS, seconds: 2 * seconds } as const;
      const all = await inTurn(
        "sale",
        [
          { name: ONE, run: (round) => playRound(one, [round], asked) },
          { name: BARE, run: (round) => playRound(rows, [round], asked) },
          { name: THREE, run: (round) => playThree(three, round, asked) },
        ],
        rounds,
      );
      const toBare = ratioOf(seriesOf(all, ONE), seriesOf(all, BARE));
      const toOne = ratioOf(seriesOf(all, THREE), seriesOf(all, ONE));
      const what = `whole sales/s, ${CONNECTIONS} connections`;
      return {
        tables: [
          ratesTable("sales", all),
          results([
            { what: `${what}, one type`, against: BARE, figure: toBare, reach: 0.85 },
            { what: `${what}, ${THREE}`, against: ONE, figure: toOne, reach: 0.35 },
          ]),
        ],
        figures: { sales_per_second: medianOf(seriesOf(all, ONE)), to_same_rows: toBare, three_to_one: toOne },
        notes: [
          "A sale of one type is 3 requests, one over three types 5, in each of which the hot type is the order's home;",
          `the two others are taken in turn from ${TYPES - 1}. The same rows are written by an object that decides nothing.`,
        ],
      };
    }),
};

type Asked = { readonly kind: "hold-order"; readonly connections: number; readonly seconds: number };

function playThree(stage: Stage, round: number, asked: Asked) {
  const indexes = Array.from({ length: TYPES }, (_, index) => round * TYPES + index);
  const staffKey = stage.side.server.demo.api_keys.owner;
  return play(stage, indexes, (load) => {
    // The home of an order is the smallest of its types.
    const [home = "", ...others] = [...load.paths].sort();
    const alongside = others.flatMap((path, index) => (index % 2 === 0 ? [[path, others[index + 1] ?? path]] : []));
    return runLoad({ ...load, paths: [home], alongside, staffKey, ...asked });
  });
}
