// Measures the CPU time of a hold beside that of the least response of the Worker: what the way to an inventory costs.

import { cpuMsOf } from "../../rig/cpu-time.ts";
import type { Measured } from "../../load/load.ts";
import { type Judged, results } from "../../report/report.ts";
import { openSide, runLoad, type Side, withSides } from "../../rig/rig.ts";
import { inTurn, medianOf, ratioOf, seriesOf } from "../../report/rounds.ts";
import type { Scenario } from "../../scenario.ts";
import { playRound, setStage } from "../../rig/stage.ts";

const CONNECTIONS = 64;
const HOLD = "hold";
const OVER_NOTHING = "hold over an object that does nothing";
const BARE = "the least that a hold can be";
const HEALTHZ = "GET /healthz";

const SIDES = [
  () => openSide("inventory", "real"),
  () => openSide("nothing", "idle"),
  () => openSide("bare path", "bare-path"),
] as const;

type Cpu = Measured & { readonly cpuMs: number };

export const frontPath: Scenario = {
  name: "front-path",
  describe: "workerd's CPU time of a hold, and of the way to an object alone, against GET /healthz",
  run: ({ rounds, seconds }) =>
    withSides(SIDES, async ([side, idle, bare]) => {
      const [stage, idleStage] = [await setStage(side, rounds + 1), await setStage(idle, rounds + 1)];
      const bareStage = await setStage(bare, rounds + 1);
      const asked = { connections: CONNECTIONS, seconds };
      const { baseUrl } = side.server;
      const health = { baseUrl, kind: "read", paths: ["/healthz"], tokens: [], name: "healthz", ...asked } as const;
      const all = await inTurn(
        "front path",
        [
          { name: HOLD, run: (round) => withCpu(side, seconds, () => playRound(stage, [round], asked)) },
          { name: OVER_NOTHING, run: (round) => withCpu(idle, seconds, () => playRound(idleStage, [round], asked)) },
          { name: BARE, run: (round) => withCpu(bare, seconds, () => playRound(bareStage, [round], asked)) },
          { name: HEALTHZ, run: () => withCpu(side, seconds, () => runLoad(health)) },
        ],
        rounds,
      );
      const healthz = seriesOf(all, HEALTHZ);
      const toHealthz = (name: string) => ratioOf(seriesOf(all, name), healthz, cpuOf);
      const judged: Judged = {
        what: "workerd's CPU for a hold",
        against: HEALTHZ,
        figure: toHealthz(HOLD),
        reach: 2.2,
        most: true,
      };
      const rows = all.map((series) => [
        series.name,
        medianOf(series, cpuOf).toFixed(3),
        toHealthz(series.name).toFixed(2),
      ]);
      return {
        tables: [{ head: ["request", "CPU ms", "to healthz"], rows }, results([judged])],
        figures: {
          hold_to_healthz: toHealthz(HOLD),
          nothing_to_healthz: toHealthz(OVER_NOTHING),
          least_to_healthz: toHealthz(BARE),
        },
        notes: ["CPU is all of workerd's, HTTP, commits and what follows a hold included, by request."],
      };
    }),
};

const cpuOf = ({ cpuMs }: Cpu): number => cpuMs;

/** Adds what a response took of workerd's CPU. */
async function withCpu({ server }: Side, seconds: number, run: () => Promise<Measured>): Promise<Cpu> {
  const before = cpuMsOf(server.workerdPid);
  const measured = await run();
  const answers = measured.answersPerSecond * seconds;
  return { ...measured, cpuMs: (cpuMsOf(server.workerdPid) - before) / answers };
}
