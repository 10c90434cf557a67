// Measures scans a second through one door over HTTP, whole path, against the way to a door and against its storage
// alone.

import {
  type DoorStage,
  mustHaveAdmitted,
  openRound,
  setDoor,
  ticketsOf,
  unsignedTicketsOf,
} from "../../rig/door-stage.ts";
import { results } from "../../report/report.ts";
import { openSide, runScanLoad, withSides } from "../../rig/rig.ts";
import { type Contestant, inTurn, medianOf, ratesTable, ratioOf, seriesOf } from "../../report/rounds.ts";
import type { Scenario } from "../../scenario.ts";

const CONNECTIONS = 64;
/** So many tickets a second are at hand; who scans more has a shorter round. To sign one takes longer than to scan it. */
const SIGNED_A_SECOND = 2_500;
const UNSIGNED_A_SECOND = 6_000;
const NAMES = { door: "door", rows: "the same rows", signed: "the same rows, signature verified", nothing: "nothing" };

export const door: Scenario = {
  name: "door",
  describe: "scans through one door over HTTP, against doors that only write the same rows, and that do nothing",
  run: ({ rounds, seconds }) =>
    withSides(
      [
        () => openSide("door", "real", { shoppers: 1 }),
        () => openSide("same rows", "same-rows", { shoppers: 1 }),
        () => openSide("nothing", "idle", { shoppers: 1 }),
      ],
      async ([real, rows, idle]) => {
        const [own, bare, none] = await Promise.all([real, rows, idle].map((side) => setDoor(side, CONNECTIONS)));
        if (!own || !bare || !none) throw new Error("each side has a door");
        const all = await inTurn(
          "door",
          [
            contestant(NAMES.door, own, seconds),
            contestant(NAMES.rows, bare, seconds),
            contestant(NAMES.signed, bare, seconds, "reader"),
            contestant(NAMES.nothing, none, seconds),
          ],
          rounds,
        );
        const scans = seriesOf(all, NAMES.door);
        const to = (name: string) => ratioOf(scans, seriesOf(all, name));
        const what = `scans/s through one door, HTTP, ${CONNECTIONS} connections`;
        return {
          tables: [
            ratesTable(`${CONNECTIONS} connections`, all),
            results([
              { what, against: "a call of a door that does nothing", figure: to(NAMES.nothing), reach: 0.6 },
              { what, against: "the same rows, nothing else", figure: to(NAMES.rows), reach: 0.9 },
            ]),
          ],
          figures: {
            scans_per_second: medianOf(scans),
            to_nothing: to(NAMES.nothing),
            to_same_rows: to(NAMES.rows),
            to_same_rows_signed: to(NAMES.signed),
          },
          notes: [
            "Each scan is of another ticket, each round at another event; the door's counts are compared with the answers.",
            `Against the same rows with each code's signature verified before it is ${to(NAMES.signed).toFixed(2)}.`,
          ],
        };
      },
    ),
};

function contestant(
  name: string,
  stage: DoorStage,
  seconds: number,
  source: "camera" | "reader" = "camera",
): Contestant {
  const { side, venue } = stage;
  return {
    name,
    async run() {
      const evening = await openRound(stage);
      const tickets = side.projects
        ? await ticketsOf(evening, SIGNED_A_SECOND * seconds)
        : unsignedTicketsOf(evening, UNSIGNED_A_SECOND * seconds);
      const measured = await runScanLoad({
        ...{ baseUrl: side.server.baseUrl, eventId: evening.eventId, scanners: venue.scanners, source },
        ...{ codes: tickets.map(({ code }) => code), connections: CONNECTIONS, seconds },
      });
      if (side.projects) await mustHaveAdmitted(side, evening, measured.cycles);
      return measured;
    },
  };
}
