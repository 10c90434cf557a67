// Measures selling beside a crowd: holds at a steady pace on one type, in turn without any socket and with 5,000 and
// 9,000 on the event's feed.

import { countsOf } from "../../../support/server/client.ts";
import type { Measured } from "../../load/load.ts";
import { results } from "../../report/report.ts";
import { openSide, type Side, type TypeOfShow, untilProjected, withSides } from "../../rig/rig.ts";
import { inTurn, median, ratesTable, ratioOf, type Series, seriesOf } from "../../report/rounds.ts";
import type { Scenario, ScenarioResult } from "../../scenario.ts";
import { setStage, typeAt } from "../../rig/stage.ts";
import { closeViewers, cpuOf, finalMsOf, openViewers, placeHolds, untilShown } from "../../load/watching.ts";

/** 9,000 are what one object takes of the public. */
const CROWDS = [0, 5_000, 9_000] as const;
type Crowd = (typeof CROWDS)[number];
/** Holds a second. At the higher one the thread that serves all of them here has no room left for frames. */
const PACES = [500, 1_000] as const;
type Pace = (typeof PACES)[number];
/** The total of each type, more than any round sells. */
const TOTAL = 20_000;
/**
 * `cpu`: processor time of the runtime a hold. `finalMs`: from the last hold's response until every socket had its
 * count.
 */
type Watched = Measured & { readonly cpu: number; readonly finalMs: number };

const nameOf = (sockets: Crowd): string => (sockets === 0 ? "no socket" : `${sockets.toLocaleString("en")} sockets`);

export const crowd: Scenario = {
  name: "crowd",
  describe: "holds/s beside 5,000 and 9,000 sockets on the event's feed, and when all of them have the final state",
  run: ({ rounds, seconds }) =>
    withSides([() => openSide("inventory", "real")], async ([side]) => {
      const turns = CROWDS.length * (rounds + 1);
      const stage = await setStage(side, turns * PACES.length, TOTAL);
      const byPace: ScenarioResult[] = [];
      for (const [index, pace] of PACES.entries()) {
        const typeOf = (round: number, crowd: number) => typeAt(stage, index * turns + CROWDS.length * round + crowd);
        const contestants = CROWDS.map((sockets, at) => ({
          name: nameOf(sockets),
          run: (round: number) => watch(side, typeOf(round, at), { sockets, pace, seconds }),
        }));
        byPace.push(describeCrowds(pace, await inTurn(`crowd at ${pace}/s`, contestants, rounds)));
      }
      return {
        tables: byPace.flatMap(({ tables }) => tables),
        figures: Object.assign({}, ...byPace.map(({ figures }) => figures)),
        notes: ["The sockets' own ends take processor time of the same machine: each ratio is a lower bound."],
      };
    }),
};

type Watch = { readonly sockets: Crowd; readonly pace: Pace; readonly seconds: number };

async function watch(side: Side, type: TypeOfShow, { sockets, pace, seconds }: Watch): Promise<Watched> {
  const { server, client, tokens } = side;
  const viewers = sockets > 0 ? await openViewers(server, type.eventId, sockets, type.typeId) : null;
  const cpuBefore = cpuOf(server.workerdPid);
  const result = await placeHolds(server, type.typeId, tokens, seconds, pace);
  const cpu = (cpuOf(server.workerdPid) - cpuBefore) / result.placed;
  let finalMs = 0;
  if (viewers) {
    const seen = await untilShown(viewers, (await countsOf(client, type.eventId, type.typeId)).seq);
    finalMs = finalMsOf(seen, result);
    await closeViewers(viewers);
  }
  await untilProjected(side, type);
  const refused = Object.values(result.refused).reduce((sum, times) => sum + times, 0);
  return {
    perSecond: result.placed / result.seconds,
    answersPerSecond: (result.placed + refused) / result.seconds,
    cycles: result.placed,
    p50: result.p50,
    p99: result.p99,
    statuses: { ...result.refused, "201": result.placed },
    cpu,
    finalMs,
  };
}

function describeCrowds(pace: Pace, all: readonly Series<Watched>[]): ScenarioResult {
  const alone = seriesOf(all, nameOf(0));
  const crowds = CROWDS.filter((sockets) => sockets > 0).map((sockets) => {
    const series = seriesOf(all, nameOf(sockets));
    const finalMs = Math.max(...series.rounds.map((round) => round.finalMs));
    return { sockets, series, finalMs, ratio: ratioOf(series, alone) };
  });
  const at = `${pace.toLocaleString("en")} holds/s`;
  const judged = crowds.flatMap(({ series, finalMs, ratio }) => [
    {
      what: `${at} offered beside ${series.name}`,
      against: "beside no socket",
      figure: ratio,
      reach: 0.9,
    },
    {
      what: `final state at each of ${series.name}, ${at}`,
      against: "after the last hold's answer, ms",
      figure: finalMs,
      reach: 1_000,
      most: true,
      digits: 0,
    },
  ]);
  const costs = [alone, ...crowds.map(({ series }) => series)].map(({ name, rounds }) => [
    name,
    median(rounds.map(({ cpu }) => cpu)).toFixed(2),
  ]);
  return {
    tables: [
      ratesTable(`${at} offered beside`, all),
      { head: ["beside", "CPU ms a hold"], rows: costs },
      results(judged),
    ],
    figures: Object.fromEntries(
      crowds.flatMap(({ sockets, ratio, finalMs }) => [
        [`crowd_${sockets}_at_${pace}_ratio`, ratio],
        [`crowd_${sockets}_at_${pace}_final_ms`, finalMs],
      ]),
    ),
    notes: [],
  };
}
