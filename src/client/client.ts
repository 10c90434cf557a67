// The typed client of the HTTP API for browsers, Workers and Node; it needs only `fetch` and `WebSocket`. Its types are
// generated from the API document (wire.ts), so that an unknown route, field or parameter does not compile.

import { followLive, type Live, type LiveOptions } from "./live.ts";
import type { Operations, Problem } from "./wire.ts";

export type { Connection, Live, LiveOptions, Socket, SocketClass } from "./live.ts";
export type { LiveState } from "./live-state.ts";
export type { Operations, Problem } from "./wire.ts";
export type Route = keyof Operations;

/** `token` is that of a shopper (`vgs_…`) or an API key (`vgk_…`). `fetch` replaces the global one. */
export type ClientOptions = {
  readonly baseUrl: string;
  readonly token?: string;
  readonly fetch?: (request: Request) => Promise<Response>;
};

/** `body` is null for 204, and for 304, when the caller has it. `replayed`: an earlier request with this key did it. */
export type Success<R extends Route> = {
  readonly ok: true;
  readonly status: number;
  readonly body: Operations[R]["answer"];
  readonly etag: string | null;
  readonly replayed: boolean;
};
/** A refusal is returned, not thrown: `problem.code` says which one, `retryAfterSeconds` when to try again. */
export type Refused = { readonly ok: false; readonly problem: Problem; readonly retryAfterSeconds: number | null };

export type Caller = {
  /** Throws only when no response of this API came: the network failed, or something in between responded. */
  call<R extends Route>(route: R, ask: Operations[R]["ask"], signal?: AbortSignal): Promise<Success<R> | Refused>;
};

export type Client = Caller & {
  /** Follows a socket, such as `/v1/events/evt_…/live`, until it is closed; reconnects by itself when it is lost. */
  follow(path: string, options?: Omit<LiveOptions, "baseUrl" | "path" | "token">): Live;
};

/**
 * What `ask` may have, whatever the route; the generated types restrict it for each. Any other field is a part of the path.
 */
type ClientRequest = {
  readonly [name: string]: unknown;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
};

/**
 * @example
 * const client = openClient({ baseUrl: "https://tickets.example", token });
 * const held = await client.call("POST /v1/ticket-types/{id}/holds", {
 *   id: ticketTypeId,
 *   idempotencyKey: crypto.randomUUID(),
 *   body: { quantity: 2 },
 * });
 * if (!held.ok && held.problem.code === "sold_out") { ... }
 */
export function openClient(options: ClientOptions): Client {
  return {
    ...openCaller(options),
    follow(path, how = {}) {
      const { baseUrl, token } = options;
      return followLive({ fetch: sendOf(options), ...how, baseUrl, path, ...(token !== undefined && { token }) });
    },
  };
}

/** Opens a client without sockets, for scripts that must be small and only call. */
export function openCaller(options: ClientOptions): Caller {
  const send = sendOf(options);
  return {
    async call<R extends Route>(route: R, ask: Operations[R]["ask"], signal?: AbortSignal) {
      const answer = await send(requestOf(options, route, ask, signal));
      return answer.ok || answer.status === 304 ? successOf<R>(answer) : refusedOf(answer);
    },
  };
}

function sendOf(options: ClientOptions): (request: Request) => Promise<Response> {
  return options.fetch ?? ((request: Request) => fetch(request));
}

function requestOf({ baseUrl, token }: ClientOptions, route: Route, ask: ClientRequest, signal?: AbortSignal): Request {
  const [method = "", template = ""] = route.split(" ");
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(ask[name])));
  const url = new URL(baseUrl.replace(/\/+$/, "") + path);
  for (const [name, value] of Object.entries(ask.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const headers = new Headers();
  if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
  if (ask.idempotencyKey !== undefined) headers.set("Idempotency-Key", ask.idempotencyKey);
  if (ask.ifMatch !== undefined) headers.set("If-Match", ask.ifMatch);
  if (ask.ifNoneMatch !== undefined) headers.set("If-None-Match", ask.ifNoneMatch);
  // A file brings its own content type.
  const isFile = ask.body instanceof Blob;
  if (ask.body !== undefined && !isFile) headers.set("Content-Type", "application/json");
  const body = ask.body === undefined ? null : isFile ? ask.body : JSON.stringify(ask.body);
  return new Request(url, { method, headers, body, signal: signal ?? null });
}

async function successOf<R extends Route>(answer: Response): Promise<Success<R>> {
  const text = answer.status === 304 || answer.status === 204 ? "null" : await answer.text();
  return {
    ok: true,
    status: answer.status,
    // The shape is not checked: v1 only ever adds fields, and the server's tests compare every response with the document.
    body: JSON.parse(text) as Operations[R]["answer"],
    etag: answer.headers.get("ETag"),
    replayed: answer.headers.get("Idempotency-Replayed") === "true",
  };
}

async function refusedOf(answer: Response): Promise<Refused> {
  const isProblem = answer.headers.get("Content-Type")?.startsWith("application/problem+json") ?? false;
  if (!isProblem) throw new Error(`not a response of this API: status ${answer.status}`);
  const after = answer.headers.get("Retry-After");
  const problem: Problem = await answer.json();
  return {
    ok: false,
    problem,
    retryAfterSeconds: after === null ? null : Number(after),
  };
}
