// `npm run bench`: holds a second on one hot ticket type, against the same path to an object that does nothing.
// Rounds of the two alternate in one run: on a shared machine only their ratio means anything.

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildBundle } from "../../src/cli/bundle.ts";
import { runWrangler } from "../../src/cli/wrangler.ts";
import { must } from "../../src/domain/result.ts";
import { type Client, countsOf, mintShoppers, openClient } from "../support/client.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { buildShow, type Show, typeOf } from "../support/show.ts";
import type { TicketType } from "../support/wire.ts";
import type { Load, Measured } from "./load.ts";

const CONNECTIONS = [32, 128];
const SHOPPERS = 1_000;
/** Of each of the ticket types, a fresh one a round: within 100 for each shopper, and all within the event. */
const TOTAL = 75_000;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "4" },
    json: { type: "string" },
  },
});
const ROUNDS = Math.max(1, Number(values.rounds));
const SECONDS = Math.max(1, Number(values.seconds));

type Side = {
  readonly name: string;
  readonly server: TestServer;
  readonly client: Client;
  readonly show: Show;
  readonly tokens: string[];
};

const bundles = mkdtempSync(join(tmpdir(), "voelgoed-bench-"));
const sides: Side[] = [];
try {
  sides.push(await open("inventory", await buildReal()), await open("nothing", await buildIdle()));
  const rows = [];
  for (const connections of CONNECTIONS) rows.push(await compare(connections));
  print(rows);
  if (values.json)
    writeFileSync(values.json, `${JSON.stringify({ rounds: ROUNDS, seconds: SECONDS, rows }, null, 2)}\n`);
} finally {
  for (const { client, server } of sides) {
    client.close();
    await server.stop();
  }
  rmSync(bundles, { recursive: true, force: true });
}

async function buildReal(): Promise<string> {
  const directory = join(bundles, "inventory");
  const fault = await buildBundle(directory);
  if (fault !== null) throw new Error(fault);
  return directory;
}

async function buildIdle(): Promise<string> {
  const directory = join(bundles, "nothing");
  const entry = join(import.meta.dirname, "idle-worker.ts");
  const { status, output } = await runWrangler(["deploy", entry, "--dry-run", "--outdir", directory], "keep");
  if (status !== 0) throw new Error(output);
  renameSync(join(directory, "idle-worker.js"), join(directory, "index.js"));
  return directory;
}

async function open(name: string, bundle: string): Promise<Side> {
  // Why an hour: holds that ran out during the run would be work that the other side does not have.
  const env = { SERVE_BUNDLE: bundle, RATE_LIMITS: "off", HOLD_TTL_SECONDS: "3600" };
  const server = await startServer({ env });
  const client = openClient(server.baseUrl, 32);
  const types = Array.from({ length: CONNECTIONS.length * (ROUNDS + 1) }, () => ({ total: TOTAL, maxPerOrder: 100 }));
  const show = await buildShow(client, server.demo.api_keys.owner, types);
  const tokens = (await mintShoppers(client, SHOPPERS)).map(({ token }) => token);
  return { name, server, client, show, tokens };
}

type Row = {
  readonly connections: number;
  readonly inventory: Series;
  readonly nothing: Series;
  readonly ratio: number;
};
type Series = {
  readonly perSecond: number;
  readonly each: number[];
  readonly p50: number;
  readonly p99: number;
  readonly statuses: Record<string, number>;
};

async function compare(connections: number): Promise<Row> {
  const measured = new Map(sides.map(({ name }) => [name, [] as Measured[]]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const side of round % 2 === 0 ? sides : [...sides].reverse()) {
      const index = CONNECTIONS.indexOf(connections) * (ROUNDS + 1) + round;
      const result = await measure(side, typeOf(side.show, index), connections, `${connections}-${round}`);
      // Why not the first: it warms both up.
      if (round > 0) must(measured.get(side.name), "a series for each side").push(result);
      process.stderr.write(
        `${connections} connections, round ${round}, ${side.name}: ${Math.round(result.perSecond)}/s\n`,
      );
    }
  }
  const [inventory, nothing] = [seriesOf(measured.get("inventory")), seriesOf(measured.get("nothing"))];
  return { connections, inventory, nothing, ratio: inventory.perSecond / nothing.perSecond };
}

async function measure(side: Side, typeId: string, connections: number, name: string): Promise<Measured> {
  const { server, tokens } = side;
  const load: Load = {
    baseUrl: server.baseUrl,
    path: `/v1/ticket-types/${typeId}/holds`,
    tokens,
    connections,
    seconds: SECONDS,
    name,
  };
  const child = fork(join(import.meta.dirname, "load.ts"));
  child.send(load);
  const [measured] = (await once(child, "message")) as [Measured];
  if (side.name === "inventory") await untilProjected(side, typeId);
  return measured;
}

/** The work that a round leaves behind must not fall into the other side's next one. */
async function untilProjected({ client, server, show }: Side, typeId: string): Promise<void> {
  for (;;) {
    const { seq } = await countsOf(client, show.eventId, typeId);
    const token = server.demo.api_keys.viewer;
    const { body } = await client.ask<TicketType>("GET", `/v1/ticket-types/${typeId}`, { token });
    if (body.counts_seq === seq) return;
    await new Promise((settle) => setTimeout(settle, 100));
  }
}

function seriesOf(measured: readonly Measured[] = []): Series {
  const statuses: Record<string, number> = {};
  for (const each of measured) {
    for (const [status, times] of Object.entries(each.statuses)) statuses[status] = (statuses[status] ?? 0) + times;
  }
  return {
    perSecond: median(measured.map(({ perSecond }) => perSecond)),
    each: measured.map(({ perSecond }) => Math.round(perSecond)),
    p50: median(measured.map(({ p50 }) => p50)),
    p99: median(measured.map(({ p99 }) => p99)),
    statuses,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? 0;
  const low = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? high) : high;
  return (low + high) / 2;
}

function print(rows: readonly Row[]): void {
  const lines = rows.flatMap(({ connections, inventory, nothing, ratio }) => [
    line([String(connections), "inventory", ...cells(inventory), ratio.toFixed(2)]),
    line([String(connections), "nothing", ...cells(nothing), "1.00"]),
  ]);
  const head = line(["conns", "object", "holds/s", "least–most", "p50 ms", "p99 ms", "not 201", "ratio"]);
  process.stdout.write(`${head}\n${lines.join("\n")}\n`);
  process.stdout.write(
    `Medians of ${ROUNDS} rounds of ${SECONDS} s in turn, ${availableParallelism()} cores, load on the same machine.\n`,
  );
}

function cells({ perSecond, each, p50, p99, statuses }: Series): string[] {
  const others = Object.entries(statuses).filter(([status]) => status !== "201");
  const strange = others.map(([status, times]) => `${times}×${status}`).join(" ") || "0";
  return [perSecond.toFixed(0), `${Math.min(...each)}–${Math.max(...each)}`, p50.toFixed(0), p99.toFixed(0), strange];
}

function line(columns: readonly string[]): string {
  return columns.map((text, index) => (index < 2 ? text.padEnd(10) : text.padStart(12))).join("");
}
