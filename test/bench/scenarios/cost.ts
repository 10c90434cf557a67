// What a million cycles would cost at the platform's list prices: exact counts of one run, CPU and object time of another.

import { setTimeout as wait } from "node:timers/promises";
import { must } from "../../../src/domain/result.ts";
import { actionsOf } from "../../support/actions.ts";
import { expectStatus } from "../../support/show.ts";
import { type BilledCounts, costLines, COUNTS_PATH, type Times } from "../billed-counts.ts";
import { cpuMsOf } from "../cpu-time.ts";
import { progress } from "../progress.ts";
import { openSide, type Side, untilProjected, withSides } from "../rig.ts";
import { type Judged, results } from "../report.ts";
import { median } from "../rounds.ts";
import type { Scenario, Table } from "../scenario.ts";
import { playRound, setStage, typeAt } from "../stage.ts";

const CYCLES = 2_000;
const AT_ONCE = 64;
const TTL_SECONDS = 10;
/** The alarm projects within a second of a change. */
const QUIET_MS = 3_000;

type Kind = {
  readonly name: string;
  readonly key: string;
  readonly load: "hold" | "hold-release" | "hold-order";
  readonly quietMs: number;
};
const KINDS: readonly Kind[] = [
  { name: "hold → confirmed order", key: "order", load: "hold-order", quietMs: QUIET_MS },
  { name: "hold → release", key: "release", load: "hold-release", quietMs: QUIET_MS },
  { name: "hold → expiry", key: "expiry", load: "hold", quietMs: TTL_SECONDS * 1_000 + QUIET_MS },
];

export const cost: Scenario = {
  name: "cost",
  describe: "what a million cycles cost at list prices: exact counts, and CPU and object time as measured",
  run: async ({ rounds, seconds }) => {
    const times = await withSides([() => openSide("inventory", "real")], ([side]) =>
      measureTimes(side, rounds, seconds),
    );
    const env = { HOLD_TTL_SECONDS: String(TTL_SECONDS) };
    const counts = await withSides([() => openSide("counted", "counted", { env })], ([side]) => countAll(side));
    const tables: Table[] = [];
    const figures: Record<string, number> = {};
    for (const [index, { name, key }] of KINDS.entries()) {
      const lines = costLines(
        must(counts[index], "each kind was counted"),
        CYCLES,
        must(times[index], "each kind was timed"),
      );
      const sum = lines.reduce((all, { count, price }) => all + count * price, 0);
      const rows = lines.map(({ what, count, price }) => [
        what,
        count.toFixed(3),
        `$${price}`,
        `$${(count * price).toFixed(3)}`,
      ]);
      tables.push({
        head: [name, "in one cycle", "for a million", "a million cycles"],
        rows: [...rows, ["together", "", "", `$${sum.toFixed(2)}`]],
      });
      figures[`${key}_dollars_per_million`] = sum;
      for (const { what, count } of lines) figures[`${key}: ${what}`] = count;
    }
    return {
      tables: [...tables, results(judge(counts))],
      figures,
      notes: [
        "Cost of a million cycles = the sum over the lines of (count in one cycle × list price for a million).",
        `Counts: ${CYCLES} cycles, ${AT_ONCE} at a time, until nothing moved any more. CPU: workerd's, by request, D1's and`,
        "the objects' own included, which the platform bills otherwise: an upper bound. Object time: one hot object that",
        "is awake all the while, 1 / (cycles a second) × 0.128 GB. What the paid plan includes is not taken off.",
      ],
    };
  },
};

/** The exact counts that must be reached; `counts` in the order of KINDS. */
function judge(counts: readonly BilledCounts[]): Judged[] {
  const countsOf = (key: string) => must(counts[KINDS.findIndex((kind) => kind.key === key)], "each kind was counted");
  const rows = ({ rows: written, alarms }: BilledCounts) => (written + alarms) / CYCLES;
  const onPath = ["release", "expiry"]
    .map(countsOf)
    .reduce(
      (sum, { d1Statements, objectStatements, kvOperations }) => sum + d1Statements - objectStatements + kvOperations,
      0,
    );
  const most = { against: "exact", most: true };
  return [
    { ...most, what: "D1 and KV operations of the Worker for holds and releases", figure: onPath, reach: 0, digits: 0 },
    { ...most, what: "rows written in the object, hold → expiry", figure: rows(countsOf("expiry")), reach: 4.5 },
    { ...most, what: "rows written in the object, hold → order", figure: rows(countsOf("order")), reach: 7.5 },
  ];
}

/** CPU time of a request and object time of a cycle, on the Worker as it is deployed. */
async function measureTimes(side: Side, rounds: number, seconds: number): Promise<Times[]> {
  const stage = await setStage(side, KINDS.length * rounds);
  const times: Times[] = [];
  for (const [index, { name, load }] of KINDS.entries()) {
    const cpu: number[] = [];
    const perSecond: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const before = cpuMsOf(side.server.workerdPid);
      const asked = { kind: load, connections: AT_ONCE, seconds };
      const measured = await playRound(stage, [index * rounds + round], asked);
      cpu.push((cpuMsOf(side.server.workerdPid) - before) / (measured.answersPerSecond * seconds));
      perSecond.push(measured.perSecond);
      progress(`cost, ${name}: ${cpu.at(-1)?.toFixed(2)} ms of CPU a request`);
    }
    times.push({ cpuMsPerRequest: median(cpu), objectSeconds: 1 / median(perSecond) });
  }
  return times;
}

async function countAll(side: Side): Promise<BilledCounts[]> {
  const stage = await setStage(side, KINDS.length);
  const counted: BilledCounts[] = [];
  for (const [index, kind] of KINDS.entries()) {
    const type = typeAt(stage, index);
    await untilProjected(side, type);
    const before = await untilQuiet(side, QUIET_MS);
    const cycles = [...Array(CYCLES).keys()];
    await Promise.all(Array.from({ length: AT_ONCE }, () => runCycles(side, type.typeId, kind, cycles)));
    const after = await untilQuiet(side, kind.quietMs);
    counted.push(difference(after, before));
    progress(`cost, ${kind.name}: counted`);
  }
  return counted;
}

/** Takes cycles from `left` until none is. */
async function runCycles({ client, tokens, server }: Side, typeId: string, kind: Kind, left: number[]): Promise<void> {
  const act = actionsOf(client);
  for (let n = left.pop(); n !== undefined; n = left.pop()) {
    const token = tokens[n % tokens.length] ?? "";
    const hold = expectStatus(await act.hold(typeId, token, `cost-${kind.key}-${n}`), 201);
    if (kind.load === "hold-release") expectStatus(await act.release(hold.id, token), 200);
    if (kind.load !== "hold-order") continue;
    const order = expectStatus(await act.checkOut(token, `cost-order-${n}`, [hold.id]), 201);
    expectStatus(await act.settle(order.id, "confirm", server.demo.api_keys.owner), 200);
  }
}

/** The counts once nothing has moved for so long: what goes on by itself ends by itself. */
async function untilQuiet({ client }: Side, quietMs: number): Promise<BilledCounts> {
  const read = async () => (await client.ask<BilledCounts>("GET", COUNTS_PATH)).body;
  let last = await read();
  for (let since = performance.now(); performance.now() - since < quietMs; ) {
    await wait(250);
    const now = await read();
    if (JSON.stringify(now) !== JSON.stringify(last)) since = performance.now();
    last = now;
  }
  return last;
}

function difference(after: BilledCounts, before: BilledCounts): BilledCounts {
  const all = { ...after };
  for (const name of Object.keys(all) as (keyof BilledCounts)[]) all[name] = after[name] - before[name];
  return all;
}
