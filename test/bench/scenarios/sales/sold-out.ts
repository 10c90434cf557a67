// Measures a storm on a sold-out type: every hold is refused, and no refusal may cost a write.

import { expectStatus } from "../../../support/server/catalogue/show.ts";
import { openSide, withSides } from "../../rig/rig.ts";
import { inTurn, medianOf, ratesTable, ratioOf, seriesOf } from "../../report/rounds.ts";
import type { Scenario } from "../../scenario.ts";
import { holdsPath, playRound, setStage, typeAt } from "../../rig/stage.ts";

const CONNECTIONS = 128;

export const soldOut: Scenario = {
  name: "sold-out",
  describe: `refusals a second of a sold-out type at ${CONNECTIONS} connections, beside holds that are placed`,
  run: ({ rounds, seconds }) =>
    withSides([() => openSide("inventory", "real")], async ([side]) => {
      const [gone, open] = [await setStage(side, 1, 1), await setStage(side, rounds + 1)];
      const [token = ""] = side.tokens;
      const last = { token, key: "the-last", json: { quantity: 1 } };
      expectStatus(await side.client.ask("POST", holdsPath(typeAt(gone, 0).typeId), last), 201);
      const asked = { connections: CONNECTIONS, seconds };
      const all = await inTurn(
        "sold out",
        [
          { name: "refused", run: () => playRound(gone, [0], asked) },
          { name: "placed", run: (round) => playRound(open, [round], asked) },
        ],
        rounds,
      );
      const answers = ({ answersPerSecond }: { readonly answersPerSecond: number }) => answersPerSecond;
      const refused = seriesOf(all, "refused");
      const accepted = refused.rounds.reduce((sum, { cycles }) => sum + cycles, 0);
      const ratio = ratioOf(refused, seriesOf(all, "placed"), answers);
      return {
        tables: [ratesTable("answers", all, answers)],
        figures: { refusals_per_second: medianOf(refused, answers), to_holds: ratio, accepted },
        notes: [`${ratio.toFixed(2)} refusals for each hold placed; ${accepted} holds were accepted of none left.`],
      };
    }),
};
