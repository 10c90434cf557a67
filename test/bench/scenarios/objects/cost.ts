// Computes what a million cycles would cost at the platform's list prices: exact counts of one run, CPU and object time
// of another.

import { setTimeout as wait } from "node:timers/promises";
import { must } from "../../../../src/domain/result.ts";
import { actionsOf } from "../../../support/server/actions.ts";
import { expectStatus } from "../../../support/server/catalogue/show.ts";
import {
  type BilledCounts,
  type CostLine,
  costLines,
  DELETE_PATH,
  MINUTE_PATH,
  type Times,
} from "../../report/billed-counts.ts";
import { difference, untilQuiet } from "../../rig/counted-side.ts";
import { cpuMsOf } from "../../rig/cpu-time.ts";
import { progress } from "../../progress.ts";
import { openSide, type Side, untilProjected, withSides } from "../../rig/rig.ts";
import { type Judged, results } from "../../report/report.ts";
import { median } from "../../report/rounds.ts";
import type { Scenario, Table } from "../../scenario.ts";
import { playRound, setStage, typeAt } from "../../rig/stage.ts";

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
/** Sales when little is sold: so long apart that every step is projected and pushed alone. */
const APART_MS = 2_500;
const SPACED = [
  { name: "hold → confirmed order, 2.5 s apart", key: "spaced", cycles: 24, mailed: false },
  // The payment takes as long again: an order that is confirmed sooner has one mail.
  { name: "the same with a contact and two mails", key: "mailed", cycles: 12, mailed: true },
] as const;

const IDLE = { types: 400, typesAnEvent: 4, minutesADay: 1_440, days: 30, minutes: 5 };
const HOUR_MS = 3_600_000;
/** The object of a type or of a feed that was called is in memory for so long, at most, before it sleeps. */
const AWAKE_SECONDS = 10;

type Counted = {
  readonly kinds: readonly BilledCounts[];
  /** The same without what is deleted a day later. */
  readonly sameDay: readonly BilledCounts[];
  /** In the order of SPACED. */
  readonly spaced: readonly BilledCounts[];
  readonly day: BilledCounts;
  readonly minuteCpuMs: number;
};

export const cost: Scenario = {
  name: "cost",
  describe:
    "what a million cycles and an idle month cost at list prices: exact counts, and CPU and object time as measured",
  run: async ({ rounds, seconds }) => {
    const times = await withSides([() => openSide("inventory", "real")], ([side]) =>
      measureTimes(side, rounds, seconds),
    );
    const env = { HOLD_TTL_SECONDS: String(TTL_SECONDS) };
    const counts = await withSides([() => openSide("counted", "counted", { env })], ([side]) => countAll(side));
    const bills = billsOf(times, counts);
    const figures: Record<string, number> = {};
    for (const { key, lines } of bills) {
      figures[`${key}_dollars_per_million`] = sumOf(lines);
      for (const { what, count } of lines) figures[`${key}: ${what}`] = count;
    }
    return {
      tables: [...bills.map(tableOf), results(judge(counts.sameDay, figures))],
      figures,
      notes: [
        "Cost of a million cycles = the sum over the lines of (count in one cycle × list price for a million).",
        `Counts: ${CYCLES} cycles, ${AT_ONCE} at a time, until nothing moved any more, calls of feeds, lines of the log and what is`,
        "deleted a day later included. CPU: workerd's, by request, D1's and the objects' own included, which the platform",
        "bills otherwise: an upper bound. Object time: one hot object that is awake all the while, 1 / (cycles a second)",
        "× 0.128 GB; 2.5 s apart, the time for which calls and alarms of objects were under way, here where D1 is near.",
        "What the paid plan includes is not taken off.",
        `An idle month: ${IDLE.types} types of ${IDLE.types / IDLE.typesAnEvent} published events that nobody touches: a cron each minute, and its look at each`,
        `type and feed once a day, for which they are taken to be awake ${AWAKE_SECONDS} s each.`,
      ],
    };
  },
};

type Bill = { readonly name: string; readonly key: string; readonly unit: string; readonly lines: readonly CostLine[] };

function billsOf(times: readonly Times[], { kinds, spaced, day, minuteCpuMs }: Counted): Bill[] {
  const timesOf = (index: number) => must(times[index], "each kind was timed");
  const bills = KINDS.map(({ name, key }, index) => {
    const lines = costLines(must(kinds[index], "each kind was counted"), CYCLES, timesOf(index));
    return { name, key, unit: "cycle", lines };
  });
  const spacedBills = SPACED.map(({ name, key, cycles }, index) => {
    const counts = must(spaced[index], "each was counted");
    const lines = costLines(counts, cycles, { ...timesOf(0), objectSeconds: counts.objectMs / 1_000 / cycles });
    return { name, key, unit: "cycle", lines };
  });
  // Of a million months' price a millionth: so each count is that of one month.
  const called = day.objectRequests * IDLE.days * AWAKE_SECONDS;
  const month = costLines(day, 1 / IDLE.days, { cpuMsPerRequest: minuteCpuMs, objectSeconds: called });
  return [...bills, ...spacedBills, { name: "an idle month", key: "idle", unit: "month", lines: month }];
}

function sumOf(lines: readonly CostLine[]): number {
  return lines.reduce((all, { count, price }) => all + count * price, 0);
}

function tableOf({ name, unit, lines }: Bill): Table {
  const scale = unit === "month" ? 1_000_000 : 1;
  const dollars = (amount: number, digits: number) => `$${(amount / scale).toFixed(digits)}`;
  const rows = lines.map(({ what, count, price }) => [what, count.toFixed(3), `$${price}`, dollars(count * price, 3)]);
  return {
    head: [name, `in one ${unit}`, "for a million", unit === "month" ? "a month" : "a million cycles"],
    rows: [...rows, ["together", "", "", dollars(sumOf(lines), 2)]],
  };
}

/** The exact counts that must be reached; `counts` in the order of KINDS. */
function judge(counts: readonly BilledCounts[], figures: Readonly<Record<string, number>>): Judged[] {
  const countsOf = (key: string) => must(counts[KINDS.findIndex((kind) => kind.key === key)], "each kind was counted");
  const rows = ({ rows: written, alarms }: BilledCounts) => (written + alarms) / CYCLES;
  const onPath = ["release", "expiry"]
    .map(countsOf)
    .reduce(
      (sum, { d1Statements, objectStatements, kvOperations }) => sum + d1Statements - objectStatements + kvOperations,
      0,
    );
  const most = { against: "exact", most: true };
  const dollars = (key: string) => figures[`${key}_dollars_per_million`] ?? Number.NaN;
  return [
    { ...most, what: "dollars for a million hold → order, 64 at once", figure: dollars("order"), reach: 19 },
    { ...most, what: "dollars for a million hold → order, 2.5 s apart", figure: dollars("spaced"), reach: 30 },
    { ...most, what: "dollars for an idle month", figure: dollars("idle") / 1_000_000, reach: 2 },
    { ...most, what: "D1 and KV operations of the Worker for holds and releases", figure: onPath, reach: 0, digits: 0 },
    { ...most, what: "rows written in the object, hold → expiry", figure: rows(countsOf("expiry")), reach: 4.1 },
    { ...most, what: "rows written in the object, hold → order", figure: rows(countsOf("order")), reach: 7.1 },
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

async function countAll(side: Side): Promise<Counted> {
  const kinds = await countKinds(side);
  const spaced: BilledCounts[] = [];
  for (const each of SPACED) spaced.push(await countSpaced(side, each));
  return { ...kinds, spaced, ...(await countIdle(side)) };
}

async function countKinds(side: Side): Promise<Pick<Counted, "kinds" | "sameDay">> {
  const stage = await setStage(side, KINDS.length);
  const kinds: BilledCounts[] = [];
  const sameDay: BilledCounts[] = [];
  for (const [index, kind] of KINDS.entries()) {
    const type = typeAt(stage, index);
    await untilProjected(side, type);
    const before = await untilQuiet(side, QUIET_MS);
    const cycles = [...Array(CYCLES).keys()];
    await Promise.all(Array.from({ length: AT_ONCE }, () => runCycles(side, type.typeId, kind, cycles)));
    sameDay.push(difference(await untilQuiet(side, kind.quietMs), before));
    kinds.push(difference(await deleted(side, type.typeId), before));
    progress(`cost, ${kind.name}: counted`);
  }
  return { kinds, sameDay };
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

async function countSpaced(side: Side, { name, key, cycles, mailed }: (typeof SPACED)[number]): Promise<BilledCounts> {
  const type = typeAt(await setStage(side, 1), 0);
  await untilProjected(side, type);
  const { typeId } = type;
  const before = await untilQuiet(side, QUIET_MS);
  const act = actionsOf(side.client);
  for (let n = 0; n < cycles; n++) {
    const token = side.tokens[n] ?? "";
    const hold = expectStatus(await act.hold(typeId, token, `cost-${key}-${n}`), 201);
    const contact = mailed ? { name: "A shopper", email: `shopper-${n}@festival.example` } : undefined;
    const order = expectStatus(await act.checkOut(token, `cost-${key}-order-${n}`, [hold.id], contact), 201);
    if (mailed) await wait(APART_MS);
    expectStatus(await act.settle(order.id, "confirm", side.server.demo.api_keys.owner), 200);
    await wait(APART_MS);
  }
  await untilQuiet(side, QUIET_MS);
  const after = await deleted(side, typeId);
  progress(`cost, ${name}: counted`);
  return difference(after, before);
}

/** The counts when all that the type keeps for a day is gone. */
async function deleted(side: Side, typeId: string): Promise<BilledCounts> {
  await side.client.ask("GET", `${DELETE_PATH}?type=${typeId}`);
  return untilQuiet(side, QUIET_MS);
}

/** What a day of the cron takes, and the CPU of a minute. */
async function countIdle(side: Side): Promise<{ readonly day: BilledCounts; readonly minuteCpuMs: number }> {
  const minute = async (aheadMs: number) =>
    (await side.client.ask<BilledCounts>("GET", `${MINUTE_PATH}?ahead=${aheadMs}`)).body;
  await setStage(side, IDLE.types, 1_000_000 / IDLE.typesAnEvent);
  const before = await untilQuiet(side, QUIET_MS);
  // Two hours on nothing has changed of late, and each type is due for its daily check.
  let looked = before;
  for (let calls = -1; calls !== looked.objectRequests; ) {
    calls = looked.objectRequests;
    looked = await minute(2 * HOUR_MS);
  }
  const cpuBefore = cpuMsOf(side.server.workerdPid);
  let after = looked;
  for (let n = 1; n <= IDLE.minutes; n++) after = await minute(2 * HOUR_MS + n * 60_000);
  const minuteCpuMs = (cpuMsOf(side.server.workerdPid) - cpuBefore) / IDLE.minutes;
  progress("cost, an idle month: counted");
  const [looks, minutes] = [difference(looked, before), difference(after, looked)];
  const day = { ...minutes };
  for (const name of Object.keys(day) as (keyof BilledCounts)[]) {
    day[name] = (minutes[name] * IDLE.minutesADay) / IDLE.minutes + (name === "workerRequests" ? 0 : looks[name]);
  }
  return { day, minuteCpuMs };
}
