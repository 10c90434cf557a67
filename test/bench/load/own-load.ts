// Generates the loads that autocannon cannot, in a process of their own: holds at an even pace, each timed from when it
// was due, and shoppers who wait for Retry-After.

import { setTimeout as wait } from "node:timers/promises";
import { type Connection, holdRequest, openConnection } from "./connection.ts";
import type { Load, Measured } from "./load.ts";
import { shareOf } from "../report/timings.ts";

/**
 * `perSecond`: the pace; without one each connection sends the next request as soon as it has its response.
 * `warmSeconds` go before and are not counted: until all connections have had one response, a crowd only fills the
 * line.
 */
export type OwnLoad = Omit<Load, "kind" | "staffKey"> & { readonly perSecond?: number; readonly warmSeconds: number };

process.once("message", (load: OwnLoad) => {
  void measure(load).then((measured) => process.send?.(measured, () => process.exit(0)));
});

async function measure(load: OwnLoad): Promise<Measured> {
  const connections = await Promise.all(Array.from({ length: load.connections }, () => openConnection(load.baseUrl)));
  const from = performance.now() + load.warmSeconds * 1_000;
  const taken: Taken = { latencies: [], statuses: new Map(), from, until: from + load.seconds * 1_000 };
  await (load.perSecond === undefined ? eagerly(load, connections, taken) : evenly(load, connections, taken));
  for (const connection of connections) connection.close();
  const accepted = taken.statuses.get(201) ?? 0;
  return {
    perSecond: accepted / load.seconds,
    answersPerSecond: [...taken.statuses.values()].reduce((sum, times) => sum + times, 0) / load.seconds,
    cycles: accepted,
    p50: shareOf(taken.latencies, 0.5),
    p99: shareOf(taken.latencies, 0.99),
    statuses: Object.fromEntries(taken.statuses),
  };
}

/** Latencies are those of the accepted. Counted are the responses between `from` and `until`. */
type Taken = {
  readonly latencies: number[];
  readonly statuses: Map<number, number>;
  readonly from: number;
  readonly until: number;
};

function requestsOf({ baseUrl, paths, tokens, name }: OwnLoad): () => string {
  const { host } = new URL(baseUrl);
  let n = 0;
  return () => {
    n += 1;
    return holdRequest(host, paths[n % paths.length] ?? "/", tokens[n % tokens.length] ?? "", `${name}-${n}`);
  };
}

async function ask(connection: Connection, request: string, dueAt: number, taken: Taken): Promise<number> {
  const { status, retryAfterMs } = await connection.ask(request);
  const now = performance.now();
  const waitMs = status === 503 ? retryAfterMs : 0;
  if (now < taken.from || now > taken.until) return waitMs;
  if (status === 201) taken.latencies.push(now - dueAt);
  taken.statuses.set(status, (taken.statuses.get(status) ?? 0) + 1);
  return waitMs;
}

async function eagerly(load: OwnLoad, connections: readonly Connection[], taken: Taken): Promise<void> {
  const next = requestsOf(load);
  await Promise.all(
    connections.map(async (connection) => {
      for (let now = performance.now(); now < taken.until; now = performance.now()) {
        const waitMs = await ask(connection, next(), now, taken);
        if (waitMs > 0) await wait(Math.min(waitMs, taken.until - performance.now()));
      }
    }),
  );
}

/** Timed from when it was due: a stalled server must not be spared the requests that would have come meanwhile. */
async function evenly(load: OwnLoad, connections: readonly Connection[], taken: Taken): Promise<void> {
  const next = requestsOf(load);
  const free = [...connections];
  const due: number[] = [];
  const under: Promise<void>[] = [];
  const begun = performance.now();
  const serve = async (connection: Connection) => {
    for (let dueAt = due.shift(); dueAt !== undefined; dueAt = due.shift()) await ask(connection, next(), dueAt, taken);
    free.push(connection);
  };
  const perMs = (load.perSecond ?? 0) / 1_000;
  for (let sent = 0; performance.now() < taken.until; ) {
    for (const reached = (performance.now() - begun) * perMs; sent < reached; sent++) due.push(begun + sent / perMs);
    while (due.length > 0 && free.length > 0) {
      const connection = free.pop();
      if (connection) under.push(serve(connection));
    }
    await wait(1);
  }
  await Promise.all(under);
}
