// Starts the peers: PostgreSQL and Redis, a server over each design, ticket types to sell and shoppers who buy.

import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { Client as Postgres } from "pg";
import { mintShopperToken } from "../../../src/auth/links/shopper-tokens.ts";
import { idFrom } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import type { Load, Measured } from "../load/load.ts";
import { runLoad } from "../rig/rig.ts";
import { holdsPath, ROUND_TOTAL } from "../rig/stage.ts";
import { type DesignName, SCHEMA } from "./designs.ts";
import type { PeerSettings } from "./peer-server.ts";
import { type Services, startServices } from "./services.ts";

const SHOPPERS = 1_000;
/** `pool`: connections to PostgreSQL. One row is sold: more of them only wait for it, and those of a lock's holder are few. */
const DESIGNS: Readonly<Record<DesignName, { readonly name: string; readonly pool: number }>> = {
  "redis-lock": { name: "Redis lock, PostgreSQL row with version, sorted set, publish", pool: 16 },
  "for-update": { name: "PostgreSQL, SELECT … FOR UPDATE", pool: 4 },
  "one-statement": { name: "PostgreSQL, one conditional statement", pool: 16 },
};

export type Peer = {
  readonly design: DesignName;
  readonly name: string;
  /** Loads the `index`-th ticket type. */
  play(index: number, asked: Pick<Load, "kind" | "connections" | "seconds">): Promise<Measured>;
};

/** Starts those designs with so many ticket types, and stops all however the work ends. */
export async function withPeers<T>(
  designs: readonly DesignName[],
  types: number,
  work: (peers: readonly Peer[]) => Promise<T>,
): Promise<T> {
  const services = await startServices();
  const children: ChildProcess[] = [];
  try {
    const [secret, staffKey] = [randomBytes(32).toString("base64url"), randomBytes(32).toString("base64url")];
    const paths = (await fillPostgres(services, types)).map(holdsPath);
    const tokens = Array.from({ length: SHOPPERS }, () => {
      const minted = mintShopperToken({ SHOPPER_TOKEN_SECRET: secret }, randomBytes(16), Date.now());
      return must(minted, "there is a secret").token;
    });
    const peers: Peer[] = [];
    for (const design of designs) {
      const { name, pool } = DESIGNS[design];
      const child = fork(join(import.meta.dirname, "peer-server.ts"));
      children.push(child);
      process.once("exit", () => child.kill());
      const { postgres, redisPort } = services;
      child.send({ design, postgres, redisPort, secret, staffKey, poolSize: pool } satisfies PeerSettings);
      const [port] = (await once(child, "message")) as [number];
      const of = { baseUrl: `http://127.0.0.1:${port}`, tokens, staffKey };
      const play: Peer["play"] = (index, asked) =>
        runLoad({ ...of, ...asked, paths: [must(paths[index], "a type for each round")], name: `${design}-${index}` });
      peers.push({ design, name, play });
    }
    return await work(peers);
  } finally {
    for (const child of children) child.kill();
    await services.stop();
  }
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
