// Replays a real on-sale whose system returned 500s that day: reservations in each second as they were published, at
// their own rate and at multiples of it, each by a shopper who reads, holds, repeats, checks out or leaves.

import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { countsOf, openClient } from "../../../support/server/client.ts";
import { buildShow, type Show, typeOf } from "../../../support/server/catalogue/show.ts";
import { startServer, type TestServer } from "../../../support/server/server.ts";
import type { Occupancy } from "../../../support/server/wire.ts";
import type { BurstLoad, BurstMeasured } from "../../load/burst-load.ts";
import type { Note, Step } from "../../load/burst-shopper.ts";
import type { Scenario, ScenarioResult, Table } from "../../scenario.ts";

/** 967 in all. */
const RESERVATIONS = [7, 18, 52, 72, 131, 134, 108, 120, 125, 100, 39, 8, 14, 10, 17, 4, 8];
const TIMES = [1, 5, 20];
const SEED = 967;
/** Of the general tickets fewer than are wanted, so that the type sells out while shoppers still come. */
const GENERAL = 1_000;
const VIP = 700;
const STEPS: readonly Step[] = ["event", "availability", "shopper", "hold", "repeat", "checkout", "confirm"];

type Run = { readonly times: number; readonly measured: BurstMeasured; readonly counts: readonly Occupancy[] };

export const burst: Scenario = {
  name: "burst",
  describe: "the replay of a real on-sale, at 1 ×, 5 × and 20 × its rate",
  async run() {
    // An hour: a hold that expired during the run would rightly be sold again, and the books could not be compared.
    const server = await startServer({ env: { RATE_LIMITS: "off", HOLD_TTL_SECONDS: "3600" } });
    try {
      const runs: Run[] = [];
      for (const times of TIMES) runs.push(await replay(server, times));
      return resultOf(runs);
    } finally {
      await server.stop();
    }
  },
};

async function replay(server: TestServer, times: number): Promise<Run> {
  const client = openClient(server.baseUrl);
  try {
    const staffKey = server.demo.api_keys.owner;
    const show = await buildShow(client, staffKey, [{ total: GENERAL * times }, { total: VIP * times }]);
    const typeIds = [typeOf(show, 0), typeOf(show, 1)] as const;
    const load: BurstLoad = {
      baseUrl: server.baseUrl,
      arrivals: RESERVATIONS.map((count) => count * times),
      seed: SEED * times,
      eventId: show.eventId,
      typeIds,
      staffKey,
    };
    const child = fork(join(import.meta.dirname, "../../load/burst-load.ts"));
    child.send(load);
    const [measured] = (await once(child, "message")) as [BurstMeasured];
    const counts = await countsAfter(client, show);
    for (const count of counts) mustBalance(count, measured, times);
    mustBeServed(measured.notes, times);
    return { times, measured, counts };
  } finally {
    client.close();
  }
}

async function countsAfter(client: Parameters<typeof countsOf>[0], show: Show): Promise<Occupancy[]> {
  const counts: Occupancy[] = [];
  for (const typeId of show.typeIds) counts.push(await countsOf(client, show.eventId, typeId));
  return counts;
}

/** Rule H1, by the shoppers' responses: nothing sold twice, and nothing confirmed lost. */
function mustBalance({ id, total, sold, held }: Occupancy, { taken }: BurstMeasured, times: number): void {
  const told = taken.held[id] ?? 0;
  const most = told + (taken.unsure[id] ?? 0);
  const said = `${times} ×: total ${total}, sold ${sold}, held ${held}; shoppers were told of ${told} to ${most}`;
  if (held < 0 || sold < 0 || held + sold > total || told > total) throw new Error(`oversold at ${said}`);
  if (held + sold < told || held + sold > most) throw new Error(`not what was answered at ${said}`);
  if (sold < (taken.confirmed[id] ?? 0)) throw new Error(`a confirmed order is not sold at ${said}`);
  if (taken.doubled > 0) throw new Error(`${taken.doubled} repeats held twice at ${times} ×`);
}

/** Rules X1 and X2: the only 5xx is a 503 that says when to come back. */
function mustBeServed(notes: readonly Note[], times: number): void {
  const bad = notes.filter(({ outcome, waits }) => (outcome.startsWith("5") && !waits) || outcome === "no answer");
  if (bad.length > 0)
    throw new Error(`${bad.length} bad answers at ${times} ×, the first to ${bad[0]?.step}: ${bad[0]?.outcome}`);
}

function resultOf(runs: readonly Run[]): ScenarioResult {
  return {
    tables: [outcomes(runs), ...runs.map(latencies)],
    figures: Object.fromEntries(runs.flatMap(figuresOf)),
    notes: [
      "Shoppers come at the trace's times whether or not others have been served: 1 × is 967 in 17 s, at most 134 in one.",
      "A shopper reads the event and what is left, mints a token, holds 1 or 2; of four one clicks twice and one wants the other type too; 60 % check out, of whom 70 % are confirmed.",
      "Refused for the moment are 503 with Retry-After; who meets one comes back then, three times at most. No other 5xx, no oversell, and books that agree with every answer: else this would have failed.",
      "Times are of one request, waiting for a free connection of 1,000 included; the load runs on the same cores.",
      "At 5 × and 20 × the one thread is past what it can do. What the run shows there is what was answered, not how fast.",
    ],
  };
}

function outcomes(runs: readonly Run[]): Table {
  return {
    head: [
      "rate",
      "shoppers",
      "requests",
      "seconds",
      "holds",
      "sold out",
      "shed",
      "gave up",
      "confirmed",
      "left of the total",
    ],
    rows: runs.map(({ times, measured: { notes, taken, seconds }, counts }) => [
      `${times} ×`,
      String(RESERVATIONS.reduce((sum, count) => sum + count * times, 0)),
      String(notes.length),
      seconds.toFixed(1),
      String(notes.filter(({ step, outcome }) => step === "hold" && outcome === "201").length),
      String(notes.filter(({ outcome }) => outcome === "409 sold_out").length),
      String(notes.filter(isShed).length),
      String(taken.gaveUp),
      String(counts.reduce((sum, { sold }) => sum + sold, 0)),
      counts.map(({ available, total }) => `${available}/${total}`).join(" "),
    ]),
  };
}

function latencies({ times, measured: { notes } }: Run): Table {
  return {
    head: [`at ${times} ×`, "requests", "median ms", "p99 ms", "shed"],
    rows: STEPS.map((step) => {
      const own = notes.filter((note) => note.step === step);
      const ms = own.map((note) => note.ms).sort((a, b) => a - b);
      return [
        step,
        String(own.length),
        at(ms, 0.5).toFixed(1),
        at(ms, 0.99).toFixed(1),
        String(own.filter(isShed).length),
      ];
    }),
  };
}

function figuresOf({ times, measured: { notes, seconds } }: Run): [string, number][] {
  const holds = notes.flatMap(({ step, ms }) => (step === "hold" ? [ms] : [])).sort((a, b) => a - b);
  return [
    [`burst_${times}x_seconds`, seconds],
    [`burst_${times}x_hold_median_ms`, at(holds, 0.5)],
    [`burst_${times}x_hold_p99_ms`, at(holds, 0.99)],
    [`burst_${times}x_shed`, notes.filter(isShed).length],
  ];
}

function isShed({ outcome, waits }: Note): boolean {
  return outcome.startsWith("503") && waits;
}

/** The value below which this part of `sorted` lies; 0 when there is none. */
function at(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
