// Measures watching beside selling: 1,000 holds/s on one type, in turn without any socket and with 1,000 on the event's
// feed; and 5,000 sockets without any change.

import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildUi } from "../../../../src/cli/build/build-ui.ts";
import { runWrangler } from "../../../../src/cli/d1/wrangler.ts";
import { must } from "../../../../src/domain/result.ts";
import { type Client, countsOf, mintShoppers, openClient } from "../../../support/server/client.ts";
import type { CommandEnv } from "../../../support/server/commands.ts";
import { startServer, type TestServer } from "../../../support/server/server.ts";
import { buildShow, type Show, typeOf } from "../../../support/server/catalogue/show.ts";
import type { ViewersSeen } from "../../load/live-viewers.ts";
import type { PacedResult } from "../../load/paced-holds.ts";
import { results } from "../../report/report.ts";
import { median } from "../../report/rounds.ts";
import type { Scenario, ScenarioOptions, ScenarioResult } from "../../scenario.ts";
import {
  closeViewers,
  cpuOf,
  finalMsOf,
  memoryOf,
  OFFERED,
  openViewers,
  placeHolds,
  untilShown,
} from "../../load/watching.ts";

const VIEWERS = 1_000;
const IDLE = 5_000;
const SHOPPERS = 1_000;
/** The total of each type, which is less than 1,000 shoppers may hold of one. */
const TOTAL = 50_000;
/** After about ten seconds without work the runtime lets an object sleep. */
const QUIET_MS = 15_000;

/** `cpu`: processor time of the runtime a hold, ms. On a busy machine it says more than holds/s do. */
type Side = PacedResult & { readonly cpu: number };

/** A server with types of its own, a fresh one for each turn of each round. */
type Stage = { readonly server: TestServer; readonly client: Client; readonly show: Show; readonly tokens: string[] };
const TURNS = ["alone", "watched", "away"] as const;
type Turn = (typeof TURNS)[number];
/** What the viewers saw over all rounds: `most` frames in any second; times in ms. */
type Watching = { most: number; finalMs: number; readonly delays: number[] };

export const live: Scenario = {
  name: "live",
  describe: "holds/s beside 1,000 sockets on the event's feed, and beside a feed that is away; 5,000 idle sockets",
  async run(options) {
    const bundles = mkdtempSync(join(tmpdir(), "voelgoed-live-"));
    const stages: Stage[] = [];
    try {
      const stage = await openStage({}, options);
      stages.push(stage);
      const deaf = await openStage({ SERVE_BUNDLE: await buildDeaf(bundles) }, options);
      stages.push(deaf);
      const busy = await beside(stage, deaf, options);
      const idle = await asleep(stage.server, stage.client);
      return {
        tables: [...busy.tables, ...idle.tables],
        figures: { ...busy.figures, ...idle.figures },
        notes: [...busy.notes, ...idle.notes],
      };
    } finally {
      for (const { client, server } of stages) {
        client.close();
        await server.stop();
      }
      rmSync(bundles, { recursive: true, force: true });
    }
  },
};

async function openStage(env: CommandEnv, { rounds }: ScenarioOptions): Promise<Stage> {
  // An hour: holds that expired during the run would be work that another turn does not have.
  const server = await startServer({ env: { RATE_LIMITS: "off", HOLD_TTL_SECONDS: "3600", ...env } });
  const client = openClient(server.baseUrl, 32);
  const types = Array.from({ length: TURNS.length * (rounds + 1) }, () => ({ total: TOTAL, maxPerOrder: 100 }));
  const show = await buildShow(client, server.demo.api_keys.owner, types);
  const tokens = (await mintShoppers(client, SHOPPERS)).map(({ token }) => token);
  return { server, client, show, tokens };
}

async function buildDeaf(directory: string): Promise<string> {
  await buildUi();
  const entry = join(import.meta.dirname, "../../workers/deaf-feed-worker.ts");
  const { status, output } = await runWrangler(["deploy", entry, "--dry-run", "--outdir", directory], "keep");
  if (status !== 0) throw new Error(output);
  renameSync(join(directory, "deaf-feed-worker.js"), join(directory, "index.js"));
  return directory;
}

async function beside(stage: Stage, deaf: Stage, options: ScenarioOptions): Promise<ScenarioResult> {
  const sides: Record<Turn, Side[]> = { alone: [], watched: [], away: [] };
  const watching: Watching = { most: 0, finalMs: 0, delays: [] };
  for (let round = 0; round <= options.rounds; round++) {
    for (const turn of round % 2 === 0 ? TURNS : [...TURNS].reverse()) {
      const at = turn === "away" ? deaf : stage;
      const typeId = typeOf(at.show, TURNS.length * round + TURNS.indexOf(turn));
      // Not the first round, which warms all of them up.
      const side = await measure(at, typeId, turn, options.seconds, round > 0 ? watching : null);
      process.stderr.write(`live, round ${round}, ${turn}: ${(side.placed / side.seconds).toFixed(0)}/s\n`);
      if (round > 0) sides[turn].push(side);
    }
  }
  return describeSides(sides, watching, options);
}

async function measure(
  { server, client, show, tokens }: Stage,
  typeId: string,
  turn: Turn,
  seconds: number,
  watching: Watching | null,
): Promise<Side> {
  const viewers = turn === "watched" ? await openViewers(server, show.eventId, VIEWERS, typeId) : null;
  const cpuBefore = cpuOf(server.workerdPid);
  const result = await placeHolds(server, typeId, tokens, seconds);
  const cpu = (cpuOf(server.workerdPid) - cpuBefore) / result.placed;
  const seen = viewers && (await untilShown(viewers, (await countsOf(client, show.eventId, typeId)).seq));
  if (viewers) await closeViewers(viewers);
  if (seen && watching) {
    // Not spread: there are more of them than a call takes arguments.
    for (const delay of delaysOf(seen, result)) watching.delays.push(delay);
    watching.most = Math.max(watching.most, seen.most);
    watching.finalMs = Math.max(watching.finalMs, finalMsOf(seen, result));
  }
  return { ...result, cpu };
}

function describeSides(
  sides: Record<Turn, readonly Side[]>,
  watching: Watching,
  options: ScenarioOptions,
): ScenarioResult {
  const rate = (turn: Turn) => median(sides[turn].map(({ placed, seconds }) => placed / seconds));
  const ratio = (turn: Turn) => rate(turn) / rate("alone");
  const refusals = (all: readonly Side[]) =>
    all.flatMap(({ refused }) => Object.values(refused)).reduce((a, b) => a + b, 0);
  const row = (turn: Turn, name: string) => [
    name,
    rate(turn).toFixed(0),
    median(sides[turn].map(({ p50 }) => p50)).toFixed(1),
    median(sides[turn].map(({ p99 }) => p99)).toFixed(1),
    median(sides[turn].map(({ cpu }) => cpu)).toFixed(2),
    String(refusals(sides[turn])),
    ratio(turn).toFixed(3),
  ];
  const delays = watching.delays.sort((a, b) => a - b);
  const { most, finalMs } = watching;
  return {
    tables: [
      {
        head: ["beside", "holds/s", "p50 ms", "p99 ms", "CPU ms a hold", "not 201", "ratio"],
        rows: [row("alone", "no socket"), row("watched", `${VIEWERS} sockets`), row("away", "a feed that is away")],
      },
      {
        head: ["frames a socket in any second", "answered → frame p50", "p99", "last change → last socket"],
        rows: [[`${most} (at most 10)`, `${at(delays, 0.5)} ms`, `${at(delays, 0.99)} ms`, `${finalMs} ms`]],
      },
      results([
        {
          what: `holds/s beside ${VIEWERS} sockets`,
          against: "beside no socket",
          figure: ratio("watched"),
          reach: 0.95,
        },
        { what: "holds/s beside a feed that is away", against: "beside no socket", figure: ratio("away"), reach: 0.95 },
        {
          what: `hold answered → frame at ${VIEWERS} sockets, p99`,
          against: "ms",
          figure: at(delays, 0.99),
          reach: 150,
          most: true,
          digits: 0,
        },
      ]),
    ],
    figures: {
      live_ratio: ratio("watched"),
      live_ratio_feed_away: ratio("away"),
      live_frames_a_second: most,
      live_delay_p99_ms: at(delays, 0.99),
      live_final_ms: finalMs,
    },
    notes: [`${OFFERED} holds/s offered in all, medians of ${options.rounds} rounds of ${options.seconds} s in turn.`],
  };
}

/** The time from each response to the first frame that shows that hold, over the timed viewers. */
function delaysOf(seen: ViewersSeen, { answeredAt }: PacedResult): number[] {
  const each: number[] = [];
  for (const shown of seen.delays) {
    let frame = 0;
    for (const [index, answered] of answeredAt.entries()) {
      // The terms are row 1, so the n-th hold to be confirmed is shown at the latest by row n + 1.
      while (frame < shown.length && (shown[frame]?.[0] ?? 0) < index + 2) frame += 1;
      const cameAt = must(shown[frame], "every hold was shown")[1];
      each.push(Math.max(0, cameAt - answered));
    }
  }
  return each;
}

async function asleep(server: TestServer, client: Client): Promise<ScenarioResult> {
  const show = await buildShow(client, server.demo.api_keys.owner, [{ total: 100 }, { total: 1 }]);
  const [token] = (await mintShoppers(client, 1)).map((each) => each.token);
  const before = memoryOf(server.workerdPid);
  const viewers = await openViewers(server, show.eventId, IDLE, typeOf(show));
  viewers.send({ kind: "reset" });
  await once(viewers, "message");
  await new Promise((settle) => setTimeout(settle, QUIET_MS));
  const after = memoryOf(server.workerdPid);
  viewers.send({ kind: "report" });
  const [quiet] = (await once(viewers, "message")) as [ViewersSeen];
  await placeHolds(server, typeOf(show), [must(token, "one was minted")], 1, 1);
  await new Promise((settle) => setTimeout(settle, 2_000));
  viewers.send({ kind: "report" });
  const [woken] = (await once(viewers, "message")) as [ViewersSeen];
  await closeViewers(viewers);
  const perSocket = woken.frames / IDLE;
  const bytes = (after - before) / IDLE;
  return {
    tables: [
      {
        head: [
          "idle sockets",
          "frames while idle",
          "built anew by the next change",
          "frames a socket on it",
          "memory a socket",
        ],
        rows: [
          [
            String(quiet.open),
            String(quiet.frames),
            woken.others > 0 ? "yes" : "no",
            perSocket.toFixed(2),
            `${(bytes / 1_024).toFixed(1)} KiB`,
          ],
        ],
      },
    ],
    figures: {
      live_idle_frames: quiet.frames,
      live_wake_frames: perSocket,
      live_hibernated: woken.others > 0 ? 1 : 0,
      live_idle_bytes: bytes,
    },
    notes: [
      "Only a feed that was built anew also sends the counts of the type that has not changed.",
      "Memory is that of the whole runtime, at this end of a local connection each.",
    ],
  };
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
}
