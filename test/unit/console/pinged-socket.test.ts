// A socket that is cut without a word is known to be lost within five seconds.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PingedSocket } from "../../../src/ui/console/data/pinged-socket.ts";

type Listener = (event: object) => void;

/** A socket that sends nothing by itself; `answers`: whether it sends back what it is sent. */
class Quiet {
  static readonly OPEN = 1;
  static last: Quiet;
  readonly readyState = 1;
  readonly listeners = new Map<string, Listener[]>();
  answers = true;
  isClosed = false;

  constructor() {
    Quiet.last = this;
  }

  addEventListener(type: string, listener: Listener): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }

  send(): void {
    if (this.answers) for (const listener of this.listeners.get("message") ?? []) listener({ data: "pong" });
  }

  close(): void {
    this.isClosed = true;
  }
}

const closed: object[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Quiet);
  vi.stubGlobal("MessageEvent", Object);
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
  closed.length = 0;
  new PingedSocket("wss://x", []).addEventListener("close", (event) => void closed.push(event));
});
afterEach(() => {
  vi.useRealTimers();
});

test("[C6] one that replies stays, however little it sends", () => {
  vi.advanceTimersByTime(600_000);
  expect([closed, Quiet.last.isClosed]).toEqual([[], false]);
});

test("[C6] one that replies no more is lost within five seconds, once", () => {
  vi.advanceTimersByTime(10_000);
  Quiet.last.answers = false;
  vi.advanceTimersByTime(5_000);
  expect([closed, Quiet.last.isClosed]).toEqual([[{ code: 1006, reason: "silent" }], true]);
  vi.advanceTimersByTime(60_000);
  expect(closed).toHaveLength(1);
});
