// The inventory beside other designs of the same sale: a lock in Redis around a row in PostgreSQL, and PostgreSQL alone.

import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Client as Postgres } from "pg";
import { idFrom } from "../../../src/domain/ids.ts";
import { mintShopperToken } from "../../../src/auth/shopper-tokens.ts";
import { must } from "../../../src/domain/result.ts";
import type { Measured } from "../load.ts";
import { DESIGN_NAMES, type DesignName, SCHEMA } from "../peers/designs.ts";
import type { PeerSettings } from "../peers/peer-server.ts";
import { DURABLE, type Services, startServices } from "../peers/services.ts";
import { type Judged, results } from "../report.ts";
import { openSide, runLoad, scratch, withSides } from "../rig.ts";
import { inTurn, median, medianOf, ratesTable, ratioOf, seriesOf } from "../rounds.ts";
import type { Scenario, ScenarioOptions, Table } from "../scenario.ts";
import { holdsPath, playRound, ROUND_TOTAL, setStage } from "../stage.ts";

const CONNECTIONS = [32, 128];
const SHOPPERS = 1_000;
const FLUSHES = 500;
/** `pool`: connections to PostgreSQL. One row is sold: more of them only wait for it, and those of a lock's holder are few. */
const DESIGNS: Readonly<Record<DesignName, { readonly name: string; readonly reach: number; readonly pool: number }>> =
  {
    "redis-lock": { name: "Redis lock, PostgreSQL row with version, sorted set, publish", reach: 12, pool: 16 },
    "for-update": { name: "PostgreSQL, SELECT … FOR UPDATE", reach: 4, pool: 4 },
    "one-statement": { name: "PostgreSQL, one conditional statement", reach: 1.5, pool: 16 },
  };

type Peer = { readonly name: string; readonly child: ChildProcess; readonly baseUrl: string };

export const peers: Scenario = {
  name: "peers",
  describe: "holds on one type, against the design that this one replaces and two of PostgreSQL alone, all durable",
  run: async (options) => {
    const services = await startServices();
    const secret = randomBytes(32).toString("base64url");
    const started: Peer[] = [];
    try {
      for (const design of DESIGN_NAMES) started.push(await startPeer(design, services, secret));
      return await compare(started, services, secret, options);
    } finally {
      for (const { child } of started) child.kill();
      await services.stop();
    }
  },
};

async function startPeer(design: DesignName, { postgres, redisPort }: Services, secret: string): Promise<Peer> {
  const child = fork(join(import.meta.dirname, "../peers/peer-server.ts"));
  process.once("exit", () => child.kill());
  const settings: PeerSettings = { design, postgres, redisPort, secret, poolSize: DESIGNS[design].pool };
  child.send(settings);
  const [port] = (await once(child, "message")) as [number];
  return { name: DESIGNS[design].name, child, baseUrl: `http://127.0.0.1:${port}` };
}

async function compare(all: readonly Peer[], services: Services, secret: string, { rounds, seconds }: ScenarioOptions) {
  const types = CONNECTIONS.length * (rounds + 1);
  const typeIds = await fillPostgres(services, types);
  const tokens = Array.from({ length: SHOPPERS }, () => {
    const minted = mintShopperToken({ SHOPPER_TOKEN_SECRET: secret }, randomBytes(16), Date.now());
    return must(minted, "there is a secret").token;
  });
  const flushMs = medianFlushMs(scratch());
  return withSides([() => openSide("inventory", "real"), () => openSide("nothing", "idle")], async ([side, idle]) => {
    const stage = await setStage(side, types);
    const idleStage = await setStage(idle, types);
    const tables: Table[] = [];
    const judged: Judged[] = [];
    const figures: Record<string, number> = { flush_ms: flushMs };
    const limits: string[] = [];
    for (const [row, connections] of CONNECTIONS.entries()) {
      const of = (round: number) => row * (rounds + 1) + round;
      const load =
        (peer: Peer) =>
        (round: number): Promise<Measured> => {
          const paths = [holdsPath(must(typeIds[of(round)], "a type for each round"))];
          const name = `peers-${connections}-${round}`;
          return runLoad({ baseUrl: peer.baseUrl, kind: "hold", paths, tokens, connections, seconds, name });
        };
      const series = await inTurn(
        `peers, ${connections} connections`,
        [
          { name: "inventory", run: (round) => playRound(stage, [of(round)], { connections, seconds }) },
          { name: "nothing", run: (round) => playRound(idleStage, [of(round)], { connections, seconds }) },
          ...all.map((peer) => ({ name: peer.name, run: load(peer) })),
        ],
        rounds,
      );
      tables.push(ratesTable(`${connections} connections`, series));
      const inventory = seriesOf(series, "inventory");
      for (const design of DESIGN_NAMES) {
        const { name, reach } = DESIGNS[design];
        const figure = ratioOf(inventory, seriesOf(series, name));
        judged.push({
          what: `holds/s on one type, ${connections} connections`,
          against: name,
          figure,
          reach,
          digits: 1,
        });
        const most = ratioOf(seriesOf(series, "nothing"), seriesOf(series, name));
        limits.push(`${most.toFixed(1)} × ${name} at ${connections} connections`);
        figures[`to_${design}_${connections}`] = figure;
        figures[`nothing_to_${design}_${connections}`] = most;
        figures[`${design}_per_second_${connections}`] = medianOf(seriesOf(series, name));
      }
      figures[`inventory_per_second_${connections}`] = medianOf(inventory);
    }
    const notes = [
      DURABLE,
      `Each peer: a Node server in a process of its own, pooled connections, prepared statements.`,
      `A flush takes ${flushMs.toFixed(2)} ms on this disk: what waits for one a hold is slower by it, and what waits for one a batch is not.`,
      `"nothing" is the same Worker over an object that only answers. No inventory behind it could be more than ${limits.join(", ")}.`,
    ];
    return { tables: [...tables, results(judged)], figures, notes };
  });
}

/** What an acknowledged commit costs at least: the median of flushes of a page that was written. */
function medianFlushMs(folder: string): number {
  const file = openSync(join(folder, "flush"), "w");
  const page = Buffer.alloc(8_192);
  const times = Array.from({ length: FLUSHES }, () => {
    const begun = performance.now();
    writeSync(file, page, 0, page.length, 0);
    fdatasyncSync(file);
    return performance.now() - begun;
  });
  closeSync(file);
  return median(times);
}

async function fillPostgres({ postgres }: Services, types: number): Promise<string[]> {
  const client = new Postgres({ connectionString: postgres });
  await client.connect();
  await client.query(SCHEMA);
  const ids = Array.from({ length: types }, () => idFrom("tt", randomBytes(16)));
  for (const id of ids) await client.query("INSERT INTO ticket_types (id, total) VALUES ($1, $2)", [id, ROUND_TOTAL]);
  await client.end();
  return ids;
}
