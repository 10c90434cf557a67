// Follows one of the sockets of docs/api.md, "Live", in browsers and Node: reconnects by itself with backoff and full
// jitter, begins again from the snapshot, and reports its connection. It has no dependencies.

import { type Pauses, pauseMs } from "../domain/time/backoff.ts";
import { BEARER_PROTOCOL, CLOSE, type ServerFrame, SUBPROTOCOL } from "../sockets/protocol.ts";
import { afterFrame, type LiveState, NOTHING_KNOWN } from "./live-state.ts";

/** The part of a WebSocket that is used: those of browsers, of Node (22 and newer) and of the `ws` package have it. */
export type Socket = {
  send(text: string): void;
  close(code?: number): void;
  addEventListener(type: "open" | "message" | "close" | "error", listener: (event: SocketEvent) => void): void;
};
type SocketEvent = { readonly data?: unknown; readonly code?: number; readonly reason?: string };
export type SocketClass = new (url: string, protocols: string[]) => Socket;

/**
 * `waiting`: the connection is lost, and the next attempt is in `retryInMs`. `ended`: for good, by `close()`, or
 * because the server said that reconnecting is of no use. `code` is that of its close frame, or 1006 when it refused
 * the upgrade, with the HTTP `status` of that.
 */
export type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "open" }
  | { readonly state: "waiting"; readonly retryInMs: number; readonly attempts: number; readonly code: number }
  | { readonly state: "ended"; readonly code: number; readonly reason: string; readonly status?: number };

/**
 * `path`: the socket's, such as `/v1/events/evt_…/live`. `token`: a device's or a key's, for the scanner channel.
 * `WebSocket`, `fetch`, `random` and `delay` are the platform's unless given; `delay` returns how to cancel it.
 */
export type LiveOptions = {
  readonly baseUrl: string;
  readonly path: string;
  readonly token?: string;
  readonly onState?: (state: LiveState, frame: ServerFrame) => void;
  readonly onConnection?: (connection: Connection) => void;
  readonly WebSocket?: SocketClass;
  /** Finds out why an upgrade failed, which sockets do not show. */
  readonly fetch?: (request: Request) => Promise<Response>;
  readonly random?: () => number;
  readonly delay?: (ms: number, then: () => void) => () => void;
};

export type Live = Frames & { state(): LiveState };

/** The same as `LiveOptions`, for callers that handle frames themselves. */
export type FrameOptions = Omit<LiveOptions, "onState"> & { readonly onFrame: (frame: ServerFrame) => void };
export type Frames = {
  connection(): Connection;
  /** Closes the socket for good. */
  close(): void;
};

const PAUSES: Pauses = { leastMs: 0, firstMs: 500, longestMs: 5_000 };
/** A deployment ends the sockets of all events at once; their clients reconnect spread over this time, ms. */
const SPREAD_MS = 10_000;
const SPREAD: ReadonlySet<number> = new Set([1006, 1012]);
/** A quiet connection is pinged this often, since a lost network does not report itself. */
const PING_EVERY_MS = 30_000;
const PING = "ping";
const PONG_WITHIN_MS = 10_000;
const FINAL: ReadonlySet<number> = new Set([CLOSE.protocol, CLOSE.notAuthenticated, CLOSE.notAllowed, CLOSE.eventOver]);
/**
 * Refusals that no later attempt changes. A path that takes upgrades responds 426 to a plain request, which shows nothing.
 */
const REFUSED: ReadonlySet<number> = new Set([401, 403, 404]);
const ENDED_BY_US = 1000;
const NO_CLOSE_FRAME = 1006;

/**
 * The pause before the next attempt, ms, at random so that a crowd reconnects spread out: up to 10 s after an open
 * connection was lost as in a deployment; else up to 500 ms, doubled with each of `attempts` and never above 5 s.
 */
export function retryDelay(
  { code, wasOpen, attempts }: { readonly code: number; readonly wasOpen: boolean; readonly attempts: number },
  random: number,
): number {
  if (wasOpen && SPREAD.has(code)) return Math.round(random * SPREAD_MS);
  return pauseMs(PAUSES, attempts + 1, random);
}

/**
 * @example
 * const live = followLive({ baseUrl: "https://tickets.example", path: `/v1/events/${id}/live`,
 *   onState: ({ ticketTypes }) => render([...ticketTypes.values()]) });
 */
export function followLive({ onState, ...options }: LiveOptions): Live {
  let state = NOTHING_KNOWN;
  const frames = followFrames({
    ...options,
    onFrame(frame) {
      state = afterFrame(state, frame);
      onState?.(state, frame);
    },
  });
  return { ...frames, state: () => state };
}

export function followFrames(options: FrameOptions): Frames {
  const { onFrame, onConnection, random = Math.random, delay = laterBy } = options;
  let connection: Connection = { state: "connecting" };
  let attempts = 0;
  let socket: Socket | null = null;
  let callOff = () => {};

  function become(next: Connection): void {
    connection = next;
    onConnection?.(next);
  }

  function connect(): void {
    become({ state: "connecting" });
    socket = openSocket(options, {
      isCurrent: (own) => socket === own,
      opened: () => become({ state: "open" }),
      spoke: watch,
      received: (text) => take(parse(text)),
      lost: lose,
    });
  }

  function take(frame: ServerFrame | null): void {
    if (!frame) return;
    // Reset here rather than at the open, so that a server that closes each socket at once is not stormed.
    attempts = 0;
    onFrame(frame);
  }

  function lose(code: number, reason: string): void {
    callOff();
    socket = null;
    if (FINAL.has(code)) return end({ code, reason });
    const wasOpen = connection.state === "open";
    const retryInMs = retryDelay({ code, wasOpen, attempts }, random());
    attempts += 1;
    become({ state: "waiting", retryInMs, attempts, code });
    callOff = delay(retryInMs, connect);
    const waiting = connection;
    // Runs during the pause: a server that refuses this follower for good would refuse the next attempt too.
    if (!wasOpen) void findRefusal(options).then((refusal) => refusal && connection === waiting && end(refusal));
  }

  function end(how: { readonly code: number; readonly reason: string; readonly status?: number }): void {
    callOff();
    become({ state: "ended", ...how });
  }

  function watch(own: Socket): void {
    callOff();
    callOff = onSilence(own, delay, () => lose(NO_CLOSE_FRAME, "no answer"));
  }

  connect();
  return {
    connection: () => connection,
    close() {
      const own = socket;
      socket = null;
      if (connection.state !== "ended") end({ code: ENDED_BY_US, reason: "closed here" });
      own?.close(ENDED_BY_US);
    },
  };
}

/** Pings a socket that stays silent, and gives it up when nothing comes. Returns how to cancel that. */
function onSilence(own: Socket, delay: typeof laterBy, then: () => void): () => void {
  let callOff = delay(PING_EVERY_MS, () => {
    own.send(PING);
    callOff = delay(PONG_WITHIN_MS, () => {
      own.close();
      then();
    });
  });
  return () => callOff();
}

/** What the current socket reports. */
type Listeners = {
  readonly isCurrent: (own: Socket) => boolean;
  readonly opened: () => void;
  /** Called for anything that shows that the other end is there. */
  readonly spoke: (own: Socket) => void;
  readonly received: (text: string) => void;
  readonly lost: (code: number, reason: string) => void;
};

function openSocket({ baseUrl, path, token, WebSocket: CustomSocket }: FrameOptions, on: Listeners): Socket {
  const SocketOf = CustomSocket ?? (globalThis.WebSocket as unknown as SocketClass | undefined);
  if (!SocketOf) throw new Error("this platform has no WebSocket: pass one, such as that of the ws package");
  const url = baseUrl.replace(/^http/, "ws").replace(/\/+$/, "") + path;
  const socket = new SocketOf(url, token === undefined ? [SUBPROTOCOL] : [SUBPROTOCOL, BEARER_PROTOCOL + token]);
  socket.addEventListener("open", () => {
    // workerd waits ten seconds after its close frame before it ends a connection whose client has never sent anything, so
    // a ping is sent at once.
    socket.send(PING);
    if (!on.isCurrent(socket)) return;
    on.opened();
    on.spoke(socket);
  });
  socket.addEventListener("message", ({ data }) => {
    if (!on.isCurrent(socket)) return;
    on.spoke(socket);
    on.received(String(data));
  });
  socket.addEventListener("close", ({ code = NO_CLOSE_FRAME, reason = "" }) => {
    if (on.isCurrent(socket)) on.lost(code, reason);
  });
  // Nothing to do, since a close follows every error.
  socket.addEventListener("error", () => {});
  return socket;
}

type Refusal = { readonly code: number; readonly reason: string; readonly status: number };

/** The refusal that a plain request of the same path gets, if it is one for good. */
async function findRefusal({ baseUrl, path, token, fetch: customFetch }: FrameOptions): Promise<Refusal | null> {
  const send = customFetch ?? ((request: Request) => fetch(request));
  const headers = new Headers(token === undefined ? {} : { Authorization: `Bearer ${token}` });
  try {
    const answer = await send(new Request(baseUrl.replace(/\/+$/, "") + path, { headers }));
    if (!REFUSED.has(answer.status)) return null;
    const body: unknown = await answer.json();
    const code = typeof body === "object" && body !== null && "code" in body ? body.code : null;
    // Only a refusal of this API counts: a proxy may respond for a moment in place of a server that is away.
    return typeof code === "string" ? { code: NO_CLOSE_FRAME, reason: code, status: answer.status } : null;
  } catch {
    return null;
  }
}

/** Null for anything but a frame, such as `pong`. */
function parse(text: string): ServerFrame | null {
  try {
    const frame: unknown = JSON.parse(text);
    // The shape is not checked: v1 only ever adds to frames, and the server's tests compare them with the document.
    return typeof frame === "object" && frame !== null && "type" in frame ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}

function laterBy(ms: number, then: () => void): () => void {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
}
