// Measures the page that everybody reads: a published event, against the least response of the Worker.

import { type Judged, results } from "../../report/report.ts";
import { openSide, runLoad, withSides } from "../../rig/rig.ts";
import { inTurn, medianOf, ratesTable, ratioOf, seriesOf } from "../../report/rounds.ts";
import type { Scenario } from "../../scenario.ts";
import { setStage } from "../../rig/stage.ts";

const CONNECTIONS = 128;

export const publishedRead: Scenario = {
  name: "published-read",
  describe: "a published event read from the cache, against GET /healthz",
  run: ({ rounds, seconds }) =>
    withSides([() => openSide("inventory", "real")], async ([side]) => {
      const { shows } = await setStage(side, 3, 1_000);
      const { baseUrl } = side.server;
      const read = (path: string) => () =>
        runLoad({ baseUrl, kind: "read", paths: [path], tokens: [], connections: CONNECTIONS, seconds, name: "read" });
      const all = await inTurn(
        "published read",
        [
          { name: "published event", run: read(`/v1/public/events/${shows[0]?.eventId ?? ""}`) },
          { name: "healthz", run: read("/healthz") },
        ],
        rounds,
      );
      const ratio = ratioOf(seriesOf(all, "published event"), seriesOf(all, "healthz"));
      const judged: Judged = {
        what: "published event read, cached",
        against: "GET /healthz",
        figure: ratio,
        reach: 0.85,
      };
      return {
        tables: [ratesTable(`${CONNECTIONS} connections`, all), results([judged])],
        figures: { reads_per_second: medianOf(seriesOf(all, "published event")), to_healthz: ratio },
        notes: [],
      };
    }),
};
