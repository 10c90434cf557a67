// One simulated world: time, network, D1, the objects and the Workers that serve requests, put together from one seed.
// It knows nothing of what shoppers do (shoppers.ts) nor of what must hold (checks*.ts).

import type { Context } from "../../src/app/context.ts";
import { type HolderId, idFrom, type IdPrefix, type TicketTypeId } from "../../src/domain/ids.ts";
import type { Actor as Person } from "../../src/domain/policy.ts";
import { type Checks, openChecks } from "./checks.ts";
import type { SimulatedD1 } from "./d1.ts";
import { type Dice, openDice } from "./dice.ts";
import { alarmsCome, CALM, drawFaults, type Faults } from "./faults.ts";
import { type Caller, connectionLost, type Network, openNetwork } from "./network.ts";
import { type Host, openHost } from "./object-host.ts";
import type { Product } from "./product.ts";
import { NO_DESKS, SILENT_FEEDS, SILENT_NAMESPACE } from "./silent-feeds.ts";
import { type Actor, openScheduler, type Scheduler } from "./scheduler.ts";

export const START = Date.parse("2026-12-01T10:00:00.000Z");
export const HOLD_TTL_MS = 300_000;
export const ORDER_TTL_MS = 900_000;

/** Noted each time that D1 is put back to an earlier state. */
export const RESTORED = "D1 is restored";

/** What a request came to: the verb's own answer, or nothing that its client ever heard. */
export type Heard<T> = { readonly answer: T } | "lost";

export type World = {
  readonly seed: number;
  readonly dice: Dice;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly product: Product;
  readonly d1: SimulatedD1;
  readonly platform: Actor;
  readonly hosts: Map<TicketTypeId, Host>;
  readonly checks: Checks;
  faults(): Faults;
  /** From now on nothing goes wrong. */
  calm(): void;
  host(id: TicketTypeId): Host;
  objectEnv(caller: Caller): Env;
  /** A request: `verb` runs in a Worker of its own, which may die; `who` hears of it, or not. */
  request<P extends Person, T>(who: P, verb: (context: Context<P>) => Promise<T>): Promise<Heard<T>>;
  /** The binding of the objects, as one caller has it. */
  namespaceFor(caller: Caller): Env["INVENTORY"];
  /** A Worker for one request; `onDeath` is how its client hears that it died. */
  worker(onDeath: () => void): Caller;
  sleep(ms: number): Promise<void>;
  newId<P extends IdPrefix>(prefix: P): ReturnType<typeof idFrom<P>>;
  /** The first is what the run is stopped for. */
  fail(what: string): void;
  failure(): string | null;
  /** Counts what happened, so that nobody takes worlds in which nothing happens for a proof. */
  note(what: string): void;
  reached(): ReadonlyMap<string, number>;
  /** A line of the story, made only when it is told. */
  trace(line: () => string): void;
};

export type WorldParts = {
  readonly seed: number;
  readonly product: Product;
  readonly d1: SimulatedD1;
  readonly tell: ((line: string) => void) | null;
};

const PATIENCE_MS = 60_000;

export function openWorld({ seed, product, d1, tell }: WorldParts): World {
  const dice = openDice(seed);
  const scheduler = openScheduler(dice, START);
  const platform: Actor = { name: "platform", alive: true, skewMs: 0 };
  const people: Actor = { name: "people", alive: true, skewMs: 0 };
  let faults = drawFaults(dice);
  let d1BackAt = 0;
  let failure: string | null = null;
  let workers = 0;
  const network = openNetwork(
    dice,
    scheduler,
    platform,
    () => faults,
    (what) => note(what),
  );
  const hosts = new Map<TicketTypeId, Host>();

  const trace = (line: () => string): void => {
    tell?.(`${String(scheduler.now() - START).padStart(9)} ${scheduler.current().name}: ${line()}`);
  };

  function fail(what: string): void {
    failure ??= `at ${scheduler.now() - START} ms: ${what}`;
    trace(() => `VIOLATION: ${what}`);
  }
  const reached = new Map<string, number>();
  const note = (what: string): void => void reached.set(what, (reached.get(what) ?? 0) + 1);
  const checks = openChecks({ d1, hosts, fail, note, alarmsCome: alarmsCome(faults) });

  function d1For(caller: Caller): D1Database {
    return d1.bindingFor((what, run) =>
      network.send(caller, {
        lostBefore: faults.d1FailsBefore,
        lostAfter: faults.d1FailsAfter,
        silent: faults.d1Silent,
        slow: faults.d1Slow,
        lost: () => (dice.chance(0.5) ? connectionLost(false) : new Error("D1_ERROR: injected: storage reset")),
        arrive: (answer) => {
          if (dice.chance(faults.d1Away)) d1BackAt = scheduler.now() + dice.between(1_000, 90_000);
          if (scheduler.now() < d1BackAt) note("D1 away");
          if (scheduler.now() < d1BackAt) return answer({ fault: new Error("D1_ERROR: injected: away") });
          trace(() => `D1, asked by ${caller.actor.name}: ${what.replaceAll(/\s+/g, " ").slice(0, 90)}`);
          try {
            const value = run();
            checks.d1Changed(what);
            answer({ value });
          } catch (fault) {
            answer({ fault: fault instanceof Error ? fault : new Error("D1_ERROR: unknown") });
          }
        },
      }),
    );
  }

  function host(id: TicketTypeId): Host {
    const known = hosts.get(id) ?? openHost(world, id, hosts.size);
    hosts.set(id, known);
    return known;
  }

  function callObject(caller: Caller, id: TicketTypeId, method: string, args: readonly unknown[]): Promise<unknown> {
    const sent = structuredClone(args);
    const deliver = (answer: Parameters<Host["deliver"]>[2]): void =>
      host(id).deliver(
        () => `${method} ${JSON.stringify(sent.slice(1))}`,
        async (object) => {
          const call: unknown = Reflect.get(object, method);
          if (typeof call !== "function") throw new Error(`an inventory has no ${method}`);
          return structuredClone(await Reflect.apply(call, object, sent));
        },
        answer,
      );
    if (method === "terms") checks.termsSent(id, sent);
    if (method === "terms" && dice.chance(faults.termsAgain)) {
      note("terms again");
      scheduler.after(dice.between(0, 90_000), platform, () => deliver(() => undefined));
    }
    return network.send(caller, {
      lostBefore: faults.callLost,
      lostAfter: faults.replyLost,
      silent: 0,
      slow: faults.slow,
      lost: () => connectionLost(dice.chance(0.5)),
      arrive: deliver,
    });
  }

  function namespaceFor(caller: Caller): Env["INVENTORY"] {
    const stubFor = (id: TicketTypeId): object =>
      new Proxy(
        {},
        {
          get: (_, method: string) =>
            method === "fetch"
              ? (url: string, init: RequestInit) => fetchObject(caller, id, new Request(url, init))
              : (...args: unknown[]) => callObject(caller, id, method, args),
        },
      );
    // The one cast: of a namespace the product uses no more.
    return { getByName: stubFor } as unknown as Env["INVENTORY"];
  }

  /** Why no clone: a Response with its socket goes over as it is. */
  function fetchObject(caller: Caller, id: TicketTypeId, request: Request): Promise<Response> {
    return network.send<Response>(caller, {
      lostBefore: faults.callLost,
      lostAfter: 0,
      silent: 0,
      slow: faults.slow,
      lost: () => connectionLost(false),
      arrive: (answer) =>
        host(id).deliver(
          () => "fetch",
          (object) => object.fetch(request),
          answer,
        ),
    });
  }

  function worker(onDeath: () => void): Caller {
    workers += 1;
    const skewMs = dice.chance(faults.clockJump) ? dice.between(-2_000, 2_000) : 0;
    const actor: Actor = { name: `worker ${workers}`, alive: true, skewMs };
    const die = (): void => {
      if (!actor.alive) return;
      trace(() => `${actor.name} dies`);
      note("a Worker dies");
      actor.alive = false;
      onDeath();
    };
    return { actor, gate: (leave) => leave(), die };
  }

  function request<P extends Person, T>(who: P, verb: (context: Context<P>) => Promise<T>): Promise<Heard<T>> {
    return new Promise((resolve) => {
      let heard = false;
      const hear = (what: Heard<T>, afterMs: number): void =>
        void scheduler.after(afterMs, people, () => {
          if (!heard) resolve(what);
          heard = true;
        });
      const caller = worker(() => hear("lost", dice.between(0, 500)));
      hear("lost", PATIENCE_MS);
      scheduler.after(network.delay(0), caller.actor, () => {
        const context: Context<P> = {
          actor: who,
          requestId: caller.actor.name,
          now: scheduler.clock(),
          db: product.openDb(d1For(caller)),
          inventories: product.openInventories(namespaceFor(caller)),
          feeds: SILENT_FEEDS,
          desks: NO_DESKS,
          catalogueCache: NO_CACHE,
          waitUntil: (work) => void work.catch((fault: unknown) => bug(caller, fault)),
        };
        verb(context).then(
          (answer) => hear({ answer }, network.delay(0)),
          (fault: unknown) => {
            if (!bug(caller, fault)) hear("lost", 0);
          },
        );
      });
    });
  }

  /** D1 being away is answered as 503; any other throw is a bug. */
  function bug({ actor }: Caller, fault: unknown): boolean {
    const told = fault instanceof Error ? fault : new Error(String(fault));
    for (let each: unknown = told; each instanceof Error; each = each.cause)
      if (/injected|no answer within/.test(each.message)) return false;
    fail(`${actor.name}: a verb threw: ${told.stack}\n${String(told.cause)}`);
    return true;
  }

  const world: World = {
    seed,
    dice,
    scheduler,
    network,
    product,
    d1,
    platform,
    hosts,
    checks,
    faults: () => faults,
    calm() {
      faults = CALM;
      d1BackAt = 0;
      for (const each of hosts.values()) each.setClock(0);
    },
    host,
    // The one cast: of its environment an inventory uses no more.
    objectEnv: (caller) => {
      const env = {
        DB: d1For(caller),
        EVENT_FEED: SILENT_NAMESPACE,
        INVENTORY: namespaceFor(caller),
        HOLD_TTL_SECONDS: String(HOLD_TTL_MS / 1_000),
        ORDER_TTL_SECONDS: String(ORDER_TTL_MS / 1_000),
      };
      return env as unknown as Env;
    },
    request,
    namespaceFor,
    worker,
    sleep: (ms) => new Promise((resolve) => void scheduler.after(ms, people, resolve)),
    newId: (prefix) =>
      idFrom(
        prefix,
        Uint8Array.from({ length: 16 }, () => dice.between(0, 255)),
      ),
    fail,
    failure: () => failure,
    note,
    reached: () => reached,
    trace,
  };
  return world;
}

/** Published events are cached nowhere: no sale reads them. */
const NO_CACHE = {
  get: () => Promise.resolve(new Map()),
  put: () => Promise.resolve(),
} as unknown as KVNamespace;

export type Shopper = Extract<Person, { kind: "shopper" }>;

export function holderOf({ id }: { readonly id: HolderId }): { id: HolderId; organizationId: null } {
  return { id, organizationId: null };
}
