// Watching beside selling: 1,000 holds/s on one type, in turn without any socket and with 1,000 on the event's feed; and
// 5,000 sockets that nobody tells anything.

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { must } from "../../src/domain/result.ts";
import { type Client, countsOf, mintShoppers, openClient } from "../support/client.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { buildShow, type Show, typeOf } from "../support/show.ts";
import type { ViewersSeen } from "./live-viewers.ts";
import type { PacedResult } from "./paced-holds.ts";
import type { Scenario, ScenarioOptions, ScenarioResult } from "./scenario.ts";

const OFFERED = 1_000;
const VIEWERS = 1_000;
const IDLE = 5_000;
const SHOPPERS = 1_000;
const TOTAL = 100_000;
/** After about ten seconds without work the runtime lets an object sleep. */
const QUIET_MS = 15_000;
/** The unit of Linux's processor times. */
const MS_A_TICK = 10;

/** `cpu`: processor time of the runtime a hold, ms. On a busy machine it says more than holds/s do. */
type Side = PacedResult & { readonly cpu: number };

export const live: Scenario = {
  name: "live",
  describe: "holds/s beside 1,000 sockets on the event's feed; hold answered → frame; 5,000 idle sockets",
  async run(options) {
    const server = await startServer({ env: { RATE_LIMITS: "off", HOLD_TTL_SECONDS: "3600" } });
    const client = openClient(server.baseUrl, 32);
    try {
      const busy = await beside(server, client, options);
      const idle = await asleep(server, client);
      return {
        tables: [...busy.tables, ...idle.tables],
        figures: { ...busy.figures, ...idle.figures },
        notes: [...busy.notes, ...idle.notes],
      };
    } finally {
      client.close();
      await server.stop();
    }
  },
};

async function beside(
  server: TestServer,
  client: Client,
  { rounds, seconds }: ScenarioOptions,
): Promise<ScenarioResult> {
  const types = Array.from({ length: 2 * (rounds + 1) }, () => ({ total: TOTAL / 10, maxPerOrder: 100 }));
  const tokens = (await mintShoppers(client, SHOPPERS)).map(({ token }) => token);
  const alone: Side[] = [];
  const watched: Side[] = [];
  const delays: number[] = [];
  let most = 0;
  let finalMs = 0;
  const show = await buildShow(client, server.demo.api_keys.owner, types);
  for (let round = 0; round <= rounds; round++) {
    const turns = round % 2 === 0 ? ["alone", "watched"] : ["watched", "alone"];
    for (const turn of turns) {
      const typeId = typeOf(show, 2 * round + (turn === "alone" ? 0 : 1));
      const viewers = turn === "watched" ? await openViewers(server, show.eventId, VIEWERS, typeId) : null;
      const cpuBefore = cpuOf(server.workerdPid);
      const result = await placeHolds(server, typeId, tokens, seconds);
      const cpu = (cpuOf(server.workerdPid) - cpuBefore) / result.placed;
      const seen = viewers && (await settled(viewers, client, show, typeId));
      viewers?.send({ kind: "close" });
      process.stderr.write(`live, round ${round}, ${turn}: ${(result.placed / result.seconds).toFixed(0)}/s\n`);
      // Why not the first: it warms both up.
      if (round === 0) continue;
      (turn === "alone" ? alone : watched).push({ ...result, cpu });
      if (!seen) continue;
      most = Math.max(most, seen.most);
      const { each, last } = delaysOf(seen, result);
      // Why not spread: there are more of them than a call takes arguments.
      for (const delay of each) delays.push(delay);
      finalMs = Math.max(finalMs, last);
    }
  }
  const rate = (all: readonly Side[]) => median(all.map(({ placed, seconds: took }) => placed / took));
  const ratio = rate(watched) / rate(alone);
  delays.sort((a, b) => a - b);
  const p99 = delays[Math.floor((delays.length - 1) * 0.99)] ?? 0;
  const row = (name: string, all: readonly Side[], of: string) => [
    name,
    rate(all).toFixed(0),
    median(all.map(({ p50 }) => p50)).toFixed(1),
    median(all.map((each) => each.p99)).toFixed(1),
    median(all.map(({ cpu }) => cpu)).toFixed(2),
    String(all.reduce((sum, { refused }) => sum + Object.values(refused).reduce((a, b) => a + b, 0), 0)),
    of,
  ];
  return {
    tables: [
      {
        head: ["sockets", "holds/s", "p50 ms", "p99 ms", "CPU ms a hold", "not 201", "ratio"],
        rows: [row("0", alone, "1.00"), row(String(VIEWERS), watched, ratio.toFixed(3))],
      },
      {
        head: ["frames a socket in any second", "answered → frame p50", "p99", "last change → last socket"],
        rows: [[`${most} (at most 10)`, `${at(delays, 0.5)} ms`, `${p99} ms (at most 150)`, `${finalMs} ms`]],
      },
    ],
    figures: { live_ratio: ratio, live_frames_a_second: most, live_delay_p99_ms: p99, live_final_ms: finalMs },
    notes: [
      `${OFFERED} holds/s offered in both, medians of ${rounds} rounds of ${seconds} s in turn; to reach: ratio ≥ 0.95.`,
    ],
  };
}

/** From each answer to the first frame whose position is at least that many holds on, over the timed viewers. */
function delaysOf(seen: ViewersSeen, { answeredAt }: PacedResult): { each: number[]; last: number } {
  const each: number[] = [];
  let last = 0;
  for (const shown of seen.delays) {
    let frame = 0;
    for (const [index, answered] of answeredAt.entries()) {
      // The terms are row 1, so the n-th hold to be answered is shown at the latest by row n + 1.
      while (frame < shown.length && (shown[frame]?.[0] ?? 0) < index + 2) frame += 1;
      const cameAt = must(shown[frame], "every hold was shown")[1];
      each.push(Math.max(0, cameAt - answered));
    }
    last = Math.max(last, must(shown.at(-1), "it saw frames")[1] - must(answeredAt.at(-1), "holds were placed"));
  }
  return { each, last };
}

/** What the viewers saw, once the last hold was shown to them. */
async function settled(viewers: ChildProcess, client: Client, show: Show, typeId: string): Promise<ViewersSeen> {
  const { seq } = await countsOf(client, show.eventId, typeId);
  for (;;) {
    viewers.send({ kind: "report" });
    const [seen] = (await once(viewers, "message")) as [ViewersSeen];
    if (seen.delays.every((shown) => (shown.at(-1)?.[0] ?? 0) >= seq)) return seen;
    await new Promise((settle) => setTimeout(settle, 200));
  }
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
  viewers.send({ kind: "close" });
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

async function openViewers(server: TestServer, eventId: string, count: number, typeId: string): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, "live-viewers.ts"));
  const url = `${server.baseUrl.replace("http", "ws")}/v1/events/${eventId}/live`;
  child.send({ kind: "open", asked: { url, count, typeId } });
  await once(child, "message");
  return child;
}

async function placeHolds(
  { baseUrl }: TestServer,
  typeId: string,
  tokens: readonly string[],
  seconds: number,
  perSecond = OFFERED,
): Promise<PacedResult> {
  const child = fork(join(import.meta.dirname, "paced-holds.ts"));
  child.send({ baseUrl, path: `/v1/ticket-types/${typeId}/holds`, tokens, perSecond, seconds });
  const [result] = (await once(child, "message")) as [PacedResult];
  return result;
}

/** Processor time that a process has used so far, ms; 0 where the system does not say. */
function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * MS_A_TICK;
  } catch {
    return 0;
  }
}

/** Resident memory of a process, bytes; 0 where the system does not say. */
function memoryOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

function median(values: readonly number[]): number {
  return at(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
}
