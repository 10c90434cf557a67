// Replaces what the product takes from its runtime directly, while a world runs: time, timers, chance, log, sockets.
// They are restored afterwards, so that no world affects the next.

import { describeFault } from "../../../src/domain/fault.ts";
import type { Actor, Timer } from "./scheduler.ts";
import { openSocketPair } from "./objects/sockets.ts";
import { SIMULATED_SUBTLE } from "./stand-ins/ticket-signer.ts";
import { RESTORED, type World } from "../world/world.ts";

/** Log lines that faults bring about. Any other, or one of these without a fault behind it, is a bug. */
const OF_FAULTS = new Set([
  "batch_failed",
  "order_home_not_asked",
  "order_mail_failed",
  "order_not_followed",
  "change_not_judged",
  "door_unreachable",
  "projection_failed",
  "terms_not_read",
  "inventory_unreachable",
  "feed_unreachable",
  "desk_unreachable",
  "feed_not_told",
  "counts_not_projected",
  "feed_not_stored",
  "shard_not_told",
  "counts_not_read",
  "credentials_not_read",
  "event_not_read",
  "not_caught_up",
  "cron_job_failed",
  "published_event_not_refreshed",
  "published_event_not_stored",
]);

const NOT_TAKEN = new Set(["terms_not_taken", "door_terms_not_taken", "feed_not_taken"]);

/** Calls `work` inside the world. */
export async function inWorld<T>(world: World, work: () => Promise<T>): Promise<T> {
  const { scheduler, dice, network, platform } = world;
  const timer = (everyMs: boolean) => (run: () => void, ms: number) =>
    scheduler.after(ms, scheduler.current(), run, everyMs ? ms : null);
  const clear = (set: Timer | undefined) => set && scheduler.cancel(set);
  const randomBytes = (bytes: Uint8Array) => bytes.map(() => dice.between(0, 255));
  const restore = [
    replace(globalThis, {
      setTimeout: timer(false),
      setInterval: timer(true),
      clearTimeout: clear,
      clearInterval: clear,
      WebSocketPair: pairsOf(() => openSocketPair(scheduler, platform, () => network.delay(0))),
      WebSocketRequestResponsePair: pairsOf(() => ({})),
      Response: SimulatedResponse,
    }),
    replace(Date, { now: () => scheduler.clock() }),
    replace(Math, { random: () => dice.next() }),
    replace(crypto, {
      randomUUID: () => `uuid-${dice.between(0, 2 ** 31)}-${dice.between(0, 2 ** 31)}`,
      getRandomValues: (bytes: Uint8Array) => {
        bytes.set(randomBytes(bytes));
        return bytes;
      },
      subtle: SIMULATED_SUBTLE,
    }),
    replace(console, { error: (line: unknown) => readLog(world, scheduler.current(), String(line)) }),
  ];
  try {
    return await work();
  } finally {
    for (const undo of restore) undo();
  }
}

function replace(target: object, fakes: Readonly<Record<string, unknown>>): () => void {
  const undo = Object.entries(fakes).map(([name, value]) => {
    const before = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
    return () => (before ? Object.defineProperty(target, name, before) : Reflect.deleteProperty(target, name));
  });
  return () => undo.forEach((each) => each());
}

/** A class whose instances are what `make` gives. */
function pairsOf(make: () => object): unknown {
  return function Pair() {
    return make();
  };
}

/** Node's own refuses the status of an upgrade. */
class SimulatedResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly webSocket: unknown;
  readonly #body: string;

  constructor(body: unknown, { status = 200, headers, webSocket = null }: ResponseInit = {}) {
    this.status = status;
    this.headers = new Headers(headers);
    this.webSocket = webSocket;
    this.#body = typeof body === "string" ? body : "";
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  text(): Promise<string> {
    return Promise.resolve(this.#body);
  }

  async json(): Promise<unknown> {
    return JSON.parse(this.#body);
  }
}

function readLog(world: World, { name }: Actor, line: string): void {
  world.trace(() => `log: ${line}`);
  const told: unknown = parsed(line);
  const event = typeof told === "object" && told !== null && "event" in told ? String(told.event) : "";
  // Until its epoch is raised, a restored D1 sends objects terms that are older than theirs.
  if (NOT_TAKEN.has(event) && world.reached().has(RESTORED)) return;
  // An object says once of each row that a clock wrote which was ahead (rule H3).
  if (event === "clock_was_ahead" && world.reached().has("a clock jumps")) return;
  // The failure before it has a line of its own.
  if (event === "delivery_parked") return world.note("a delivery is parked");
  if (event === "feed_not_stored") world.note("a feed cannot store");
  if (
    !OF_FAULTS.has(event) ||
    !/injected|no answer within|did not answer|could not store|answered temporarily_unavailable/.test(line)
  )
    world.fail(`${name} logs ${line}`);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (fault) {
    return describeFault(fault);
  }
}
