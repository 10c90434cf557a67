// The load of the bench, in a process of its own: POSTs of holds over connections that are never without a request.

import autocannon from "autocannon";

export type Load = {
  readonly baseUrl: string;
  readonly path: string;
  /** Shoppers' tokens, used in turn. */
  readonly tokens: readonly string[];
  readonly connections: number;
  readonly seconds: number;
  /** Begins each Idempotency-Key. */
  readonly name: string;
};
/** `statuses`: how often each status came, and under 0 connections that broke or gave up. */
export type Measured = {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly statuses: Readonly<Record<string, number>>;
};

process.once("message", (load: Load) => {
  void measure(load).then((measured) => process.send?.(measured, () => process.exit(0)));
});

async function measure({ baseUrl, path, tokens, connections, seconds, name }: Load): Promise<Measured> {
  let count = 0;
  const result = await autocannon({
    url: baseUrl,
    connections,
    duration: seconds,
    requests: [
      {
        method: "POST",
        path,
        body: `{"quantity":1}`,
        setupRequest: (request) => {
          const n = count++;
          const headers = {
            "Content-Type": "application/json",
            Authorization: `Bearer ${tokens[n % tokens.length] ?? ""}`,
            "Idempotency-Key": `${name}-${n}`,
          };
          return { ...request, headers };
        },
      },
    ],
  });
  const statuses = Object.entries(result.statusCodeStats ?? {}).map(([status, { count: times = 0 }]) => [
    status,
    times,
  ]);
  return {
    perSecond: result["2xx"] / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    statuses: Object.fromEntries(result.errors > 0 ? [...statuses, ["0", result.errors]] : statuses),
  };
}
