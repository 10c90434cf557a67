// Generates the bench's load in a process of its own: autocannon over connections that always have a request under way.

import autocannon from "autocannon";

/**
 * `hold`: each path in turn. `hold-release` and `hold-order` follow a hold to its end over one connection, and count
 * whole cycles. `read`: GET of each path.
 */
export type Load = {
  readonly baseUrl: string;
  readonly kind: "hold" | "hold-release" | "hold-order" | "read";
  readonly paths: readonly string[];
  /** For `hold-order`: a group in turn, of whose types each sale holds one ticket more. All groups are as long. */
  readonly alongside?: readonly (readonly string[])[];
  /** Shoppers' tokens, used in turn. */
  readonly tokens: readonly string[];
  /** Confirms orders. */
  readonly staffKey?: string;
  readonly connections: number;
  readonly seconds: number;
  /** Begins each Idempotency-Key. */
  readonly name: string;
};
/** `statuses`: how often each status came, and under 0 connections that broke or gave up. Latencies in ms. */
export type Measured = {
  /** Cycles that ended well, a second; for `hold` and `read` each 2xx is one. */
  readonly perSecond: number;
  /** All responses, refusals included. */
  readonly answersPerSecond: number;
  /** How many cycles ended well. */
  readonly cycles: number;
  readonly p50: number;
  readonly p99: number;
  readonly statuses: Readonly<Record<string, number>>;
};

type Step = autocannon.Request;
/** Of a cycle, kept by its connection. */
type Kept = { token?: string; n?: number; holdIds?: readonly string[]; orderId?: string };

process.once("message", (load: Load) => {
  void measure(load).then((measured) => process.send?.(measured, () => process.exit(0)));
});

async function measure(load: Load): Promise<Measured> {
  const { baseUrl: url, connections, seconds: duration } = load;
  const { steps, ended } = stepsOf(load);
  const result = await autocannon({ url, connections, duration, requests: steps });
  const statuses = Object.entries(result.statusCodeStats ?? {}).map(([status, { count = 0 }]) => [status, count]);
  const cycles = ended();
  return {
    perSecond: cycles / result.duration,
    answersPerSecond: result.requests.total / result.duration,
    cycles,
    p50: result.latency.p50,
    p99: result.latency.p99,
    statuses: Object.fromEntries(result.errors > 0 ? [...statuses, ["0", result.errors]] : statuses),
  };
}

function stepsOf({ kind, paths, alongside = [], tokens, staffKey, name }: Load): {
  steps: Step[];
  ended: () => number;
} {
  let begun = 0;
  let ended = 0;
  const of = (context: object): Kept => context;
  const answered = (status: number, body: string, wanted: number): { id: string } | null =>
    status === wanted ? (JSON.parse(body) as { id: string }) : null;
  const begin = (request: Step, context: object): Step => {
    const n = begun++;
    const token = tokens[n % tokens.length] ?? "";
    Object.assign(of(context), { n, token, holdIds: undefined, orderId: undefined });
    const path = paths[n % paths.length] ?? "/";
    return { ...request, path, headers: headersOf(token, `${name}-${n}`) };
  };
  const countEnd = (status: number) => {
    if (status >= 200 && status < 300) ended += 1;
  };
  const hold: Step = { method: "POST", body: `{"quantity":1}`, setupRequest: begin };
  const keepHold: Step = {
    ...hold,
    onResponse: (status, body, context) => {
      const id = answered(status, body, 201)?.id;
      const kept = of(context);
      if (id !== undefined) kept.holdIds = [...(kept.holdIds ?? []), id];
    },
  };
  const next =
    (work: (kept: Kept, request: Step) => Step | undefined) =>
    (request: Step, context: object): Step =>
      // The cast: autocannon begins a new cycle if it gets nothing, which its type does not say.
      work(of(context), request) as Step;
  const release: Step = {
    method: "DELETE",
    setupRequest: next(({ holdIds: [holdId] = [], token }, request) =>
      holdId && token
        ? { ...request, path: `/v1/holds/${holdId}`, headers: { Authorization: `Bearer ${token}` } }
        : undefined,
    ),
    onResponse: countEnd,
  };
  const holdMore = (place: number): Step => ({
    ...keepHold,
    setupRequest: next(({ holdIds, token = "", n = 0 }, request) => {
      const path = alongside[n % alongside.length]?.[place];
      return holdIds?.length === place + 1 && path
        ? { ...request, path, headers: headersOf(token, `${name}-${n}`) }
        : undefined;
    }),
  });
  const holdsASale = 1 + (alongside[0]?.length ?? 0);
  const checkOut: Step = {
    method: "POST",
    setupRequest: next(({ holdIds, token, n }, request) =>
      holdIds?.length === holdsASale && token
        ? {
            ...request,
            path: "/v1/checkouts",
            body: JSON.stringify({ hold_ids: holdIds }),
            headers: headersOf(token, `${name}-order-${n}`),
          }
        : undefined,
    ),
    onResponse: (status, body, context) => {
      const id = answered(status, body, 201)?.id;
      if (id !== undefined) of(context).orderId = id;
    },
  };
  const confirm: Step = {
    method: "POST",
    setupRequest: next(({ orderId }, request) =>
      orderId
        ? { ...request, path: `/v1/orders/${orderId}/confirm`, headers: { Authorization: `Bearer ${staffKey}` } }
        : undefined,
    ),
    onResponse: countEnd,
  };
  const read: Step = {
    method: "GET",
    setupRequest: (request) => ({ ...request, path: paths[begun++ % paths.length] ?? "/" }),
    onResponse: countEnd,
  };
  const steps: Record<Load["kind"], Step[]> = {
    hold: [{ ...hold, onResponse: countEnd }],
    "hold-release": [keepHold, release],
    "hold-order": [keepHold, ...(alongside[0] ?? []).map((_, place) => holdMore(place)), checkOut, confirm],
    read: [read],
  };
  return { steps: steps[kind], ended: () => ended };
}

function headersOf(token: string, key: string): Record<string, string> {
  return { "Content-Type": "application/json", Authorization: `Bearer ${token}`, "Idempotency-Key": key };
}
