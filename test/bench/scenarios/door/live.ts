// Measures how long a scan takes over the door's own socket at an evening's pace, and until the other scanners have it.

import { judgeTold, type Told } from "../../report/door-figures.ts";
import {
  type DoorStage,
  mustHaveAdmitted,
  openRound,
  setDoor,
  ticketsOf,
  unsignedTicketsOf,
} from "../../rig/door-stage.ts";
import { type Judged, results } from "../../report/report.ts";
import { openSide, withSides } from "../../rig/rig.ts";
import { type Contestant, inTurn, medianOf, ratesTable, ratioOf, type Series, seriesOf } from "../../report/rounds.ts";
import type { Scenario, Table } from "../../scenario.ts";
import { openScanners, scanFor, type ScannersMeasured } from "../../load/door/scanners.ts";

const SCANNERS = 80;
const PACES = [50, 200];
/** The pace at which the others' arrivals are timed. */
const TOLD_AT = 50;
const p99 = (measured: { readonly p99: number }) => measured.p99;

export const doorLive: Scenario = {
  name: "door-live",
  describe: `p99 of a scan over the socket of ${SCANNERS} scanners, against a door that does nothing, and when the others know`,
  run: ({ rounds, seconds }) =>
    withSides(
      [() => openSide("door", "real", { shoppers: 1 }), () => openSide("nothing", "idle", { shoppers: 1 })],
      async ([real, idle]) => {
        const stages = [await setDoor(real, SCANNERS), await setDoor(idle, SCANNERS)];
        const tables: Table[] = [];
        const judged: Judged[] = [];
        const figures: Record<string, number> = {};
        for (const perSecond of PACES) {
          const contestants = stages.map((stage) => contestant(stage, perSecond, seconds));
          const all = await inTurn(`door-live at ${perSecond}/s`, contestants, rounds);
          const [door, nothing] = [seriesOf(all, "door"), seriesOf(all, "nothing")];
          const ratio = ratioOf(door, nothing, p99);
          tables.push(ratesTable(`at ${perSecond}/s`, all));
          const what = `p99 of a scan at ${perSecond}/s over the socket`;
          judged.push({ what, against: "a door that does nothing, same pace", figure: ratio, reach: 2, most: true });
          figures[`p99_ms_${perSecond}`] = medianOf(door, p99);
          figures[`p99_ms_nothing_${perSecond}`] = medianOf(nothing, p99);
          figures[`p99_ratio_${perSecond}`] = ratio;
          if (perSecond === TOLD_AT) {
            const told = judgeTold(toldOver(door), `${SCANNERS} scanners, ${TOLD_AT} scans/s`);
            tables.push(...told.tables);
            judged.push(...told.judged);
            Object.assign(figures, told.figures);
          }
        }
        return {
          tables: [...tables, results(judged)],
          figures,
          notes: ["Timed from when each scan was due, so that a stall counts for all that it made wait."],
        };
      },
    ),
};

function contestant(stage: DoorStage, perSecond: number, seconds: number): Contestant<ScannersMeasured> {
  const { side } = stage;
  return {
    name: side.name,
    async run() {
      const evening = await openRound(stage);
      const count = perSecond * seconds;
      const tickets = side.projects ? await ticketsOf(evening, count) : unsignedTicketsOf(evening, count);
      const scanners = await openScanners(stage, evening);
      const measured = await scanFor(scanners, { perSecond, seconds, tickets }, side.projects && perSecond === TOLD_AT);
      await scanners.close();
      if (side.projects) await mustHaveAdmitted(side, evening, measured.seen.sent);
      return measured;
    },
  };
}

/** Over all rounds together: each scan is sent to each other scanner. */
function toldOver({ rounds }: Series<ScannersMeasured>): Told {
  const told = rounds.flatMap(({ seen }) => seen.told);
  return { told, framesASecond: Math.max(...rounds.map(({ seen }) => seen.framesASecond)) };
}
