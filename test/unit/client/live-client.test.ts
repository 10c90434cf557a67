import { describe, expect, it, vi } from "vitest";
import {
  type Connection,
  followLive,
  type LiveOptions,
  retryDelay,
  type Socket,
  type SocketClass,
} from "../../../src/client/live.ts";
import { afterFrame, NOTHING_KNOWN } from "../../../src/client/live-state.ts";
import { must } from "../../../src/domain/result.ts";

type Heard = { data?: unknown; code?: number; reason?: string };

/** A network of which the test is the other end, and the clock. */
function network(random = 1, fetch: LiveOptions["fetch"] = () => Promise.reject(new Error("nothing answers"))) {
  const opened: {
    url: string;
    protocols: string[];
    sent: string[];
    closed: boolean;
    emit: (type: string, event?: Heard) => void;
  }[] = [];
  const timers: { ms: number; run: () => void; off: boolean }[] = [];
  class Fake implements Socket {
    readonly #listeners: { type: string; listener: (event: Heard) => void }[] = [];
    readonly #own;
    constructor(url: string, protocols: string[]) {
      const emit = (type: string, event: Heard = {}) => {
        for (const each of this.#listeners) if (each.type === type) each.listener(event);
      };
      this.#own = { url, protocols, sent: [] as string[], closed: false, emit };
      opened.push(this.#own);
    }
    send(text: string) {
      this.#own.sent.push(text);
    }
    close() {
      this.#own.closed = true;
    }
    addEventListener(type: string, listener: (event: Heard) => void) {
      this.#listeners.push({ type, listener });
    }
  }
  const seen: Connection[] = [];
  const live = followLive({
    baseUrl: "https://tickets.example/",
    path: "/v1/events/evt_a/live",
    token: "vgk_secret",
    WebSocket: Fake satisfies SocketClass,
    fetch,
    random: () => random,
    onConnection: (each) => seen.push(each),
    delay: (ms, then) => {
      const timer = { ms, run: then, off: false };
      timers.push(timer);
      return () => {
        timer.off = true;
      };
    },
  });
  const last = () => must(opened.at(-1), "a socket was opened");
  const pass = () => {
    const timer = must(timers.filter(({ off }) => !off).at(-1), "a timer stands");
    timer.off = true;
    timer.run();
    return timer.ms;
  };
  return { live, opened, seen, last, pass, standing: () => timers.filter(({ off }) => !off).length };
}

const type = (seq: number, held: number) =>
  ({ id: "tt_a", seq, status: "available", total: 10, sold: 0, held, available: 10 - held }) as const;
const frame = (kind: string, fields: object) =>
  JSON.stringify({ type: kind, at: "2026-12-05T18:00:00.000Z", ...fields });
const snapshot = (seq: number, held: number) =>
  frame("snapshot", { event: { id: "evt_a", status: "live", version: 3 }, ticket_types: [type(seq, held)] });

describe("following", () => {
  it("[L2] keeps the highest position of each type, whatever comes late or twice", () => {
    const { live, last } = network();
    last().emit("open");
    last().emit("message", { data: snapshot(5, 3) });
    last().emit("message", { data: frame("occupancy", { ticket_types: [type(7, 1)] }) });
    last().emit("message", { data: frame("occupancy", { ticket_types: [type(6, 2)] }) });
    last().emit("message", { data: snapshot(6, 2) });
    expect(live.state().ticketTypes.get("tt_a")).toEqual(type(7, 1));
    last().emit("message", { data: frame("event", { event: { id: "evt_a", status: "published", version: 2 } }) });
    expect(live.state().event).toMatchObject({ status: "live", version: 3 });
  });

  it("[L2] forgets by a snapshot what has left, and ignores frames that it does not know", () => {
    const known = afterFrame(NOTHING_KNOWN, JSON.parse(snapshot(5, 3)) as never);
    const without = afterFrame(known, {
      type: "snapshot",
      at: "t",
      event: { id: "evt_a", status: "live" } as never,
      ticket_types: [],
    });
    expect(without.ticketTypes.size).toBe(0);
    expect(afterFrame(known, { type: "weather" } as never)).toBe(known);
    const { live, last } = network();
    for (const data of ["pong", "{", "[]", "null", "{}"]) last().emit("message", { data });
    expect(live.state()).toBe(NOTHING_KNOWN);
  });

  it("speaks the protocol, and offers its token beside it", () => {
    const { last } = network();
    expect(last()).toMatchObject({
      url: "wss://tickets.example/v1/events/evt_a/live",
      protocols: ["voelgoed.v1", "bearer.vgk_secret"],
    });
  });

  it("reconnects after pauses that double up to 5 s, and that are short again after a frame", () => {
    const { last, pass, seen, opened } = network();
    const waits = [];
    for (let i = 0; i < 6; i++) {
      last().emit("close", { code: 1006 });
      waits.push(pass());
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    last().emit("open");
    last().emit("message", { data: snapshot(1, 0) });
    last().emit("close", { code: 1013 });
    expect(pass()).toBe(500);
    expect(opened).toHaveLength(8);
    expect(seen.slice(0, 4).map(({ state }) => state)).toEqual(["connecting", "waiting", "connecting", "waiting"]);
  });

  it.each([
    [401, "unauthenticated"],
    [403, "forbidden"],
    [404, "not_found"],
  ])("ends with the status of a refusal that no later attempt changes: %i", async (status, code) => {
    const requests: Request[] = [];
    const { last, seen, opened, standing } = network(1, async (request) => {
      requests.push(request);
      return Response.json({ code }, { status });
    });
    last().emit("close", { code: 1006 });
    await vi.waitFor(() => expect(seen.at(-1)).toEqual({ state: "ended", code: 1006, reason: code, status }));
    expect([opened.length, standing()]).toEqual([1, 0]);
    expect(requests.map(({ url }) => url)).toEqual(["https://tickets.example/v1/events/evt_a/live"]);
    expect(requests[0]?.headers.get("Authorization")).toBe("Bearer vgk_secret");
  });

  it.each([
    ["426, since the path is there", () => Response.json({ code: "upgrade_required" }, { status: 426 })],
    ["503", () => Response.json({ code: "overloaded" }, { status: 503 })],
    ["404 of something that is not this API", () => new Response("<html>no such site", { status: 404 })],
  ])("goes on when the reply is %s", async (_, answer) => {
    let answered = 0;
    const { last, seen, pass, opened } = network(1, async () => {
      answered += 1;
      return answer();
    });
    last().emit("close", { code: 1006 });
    await vi.waitFor(() => expect(answered).toBe(1));
    pass();
    expect(opened).toHaveLength(2);
    expect(seen.map(({ state }) => state)).toEqual(["connecting", "waiting", "connecting"]);
  });

  it("does not query why an open connection was lost, and ends no reopened one by a late response", async () => {
    let answer: (response: Response) => void = () => {};
    let queries = 0;
    const { last, pass, live } = network(1, () => {
      queries += 1;
      return new Promise((settle) => {
        answer = settle;
      });
    });
    last().emit("open");
    last().emit("close", { code: 1006 });
    expect(queries).toBe(0);
    pass();
    last().emit("close", { code: 1006 });
    expect(queries).toBe(1);
    pass();
    last().emit("open");
    answer(Response.json({ code: "not_found" }, { status: 404 }));
    await new Promise((settle) => setTimeout(settle, 0));
    expect(live.connection().state).toBe("open");
  });

  it.each([1006, 1012])("waits up to 10 s when an open connection ends with %i, as all do in a deploy", (code) => {
    for (const [random, wait] of [
      [0, 0],
      [0.5, 5_000],
      [1, 10_000],
    ] as const) {
      const { last, pass } = network(random);
      last().emit("open");
      last().emit("close", { code });
      expect(pass()).toBe(wait);
      // The server is not back yet: from here on as ever.
      last().emit("close", { code });
      expect(pass()).toBe(random * 1_000);
    }
  });

  it("spreads a crowd over the whole wait", () => {
    const failed = { code: 1006, wasOpen: false, attempts: 2 };
    expect([0, 0.25, 0.5, 1].map((random) => retryDelay(failed, random))).toEqual([0, 500, 1_000, 2_000]);
    const lost = { code: 1012, wasOpen: true, attempts: 2 };
    expect([0, 0.25, 0.5, 1].map((random) => retryDelay(lost, random))).toEqual([0, 2_500, 5_000, 10_000]);
    expect(retryDelay({ ...lost, code: 1013 }, 1)).toBe(2_000);
  });

  it.each([4400, 4401, 4403, 4410])("does not come back after %i, and says so", (code) => {
    const { live, last, standing, opened } = network();
    last().emit("open");
    last().emit("close", { code, reason: "why" });
    expect(live.connection()).toEqual({ state: "ended", code, reason: "why" });
    expect([standing(), opened.length]).toEqual([0, 1]);
  });

  it("pings a silent server, and leaves one that does not reply", () => {
    const { last, pass, seen, opened } = network();
    last().emit("open");
    expect(last().sent, "spoken once at the open, so that a close is heard at once").toEqual(["ping"]);
    expect(pass()).toBe(30_000);
    expect(last().sent).toEqual(["ping", "ping"]);
    last().emit("message", { data: "pong" });
    expect(pass()).toBe(30_000);
    expect(pass()).toBe(10_000);
    expect(last().closed).toBe(true);
    expect(seen.at(-1)).toMatchObject({ state: "waiting", code: 1006 });
    pass();
    expect(opened).toHaveLength(2);
  });

  it("ends by close() for good, also while it waits, and takes no more messages", () => {
    const { live, last, standing } = network();
    last().emit("open");
    live.close();
    last().emit("close", { code: 1006 });
    last().emit("message", { data: snapshot(1, 1) });
    expect(live.connection()).toMatchObject({ state: "ended", code: 1000 });
    expect(last().closed).toBe(true);
    expect([standing(), live.state()]).toEqual([0, NOTHING_KNOWN]);
  });
});
