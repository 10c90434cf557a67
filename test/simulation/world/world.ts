// Builds one simulated world from a seed: time, network, D1, the objects and the Workers that serve requests. It knows
// neither what shoppers do (shoppers.ts) nor what must hold (checks*.ts).

import type { Context } from "../../../src/app/context.ts";
import { type EventId, idFrom, type IdPrefix, type TicketTypeId } from "../../../src/domain/ids.ts";
import type { Actor as Person } from "../../../src/domain/people/policy.ts";
import { type Cache, openCache } from "../platform/stand-ins/cache.ts";
import { type Checks, openChecks } from "../watchers/checks.ts";
import type { SimulatedD1 } from "../platform/d1.ts";
import { type Dice, openDice } from "../platform/dice.ts";
import { alarmsCome, CALM, drawFaults, type Faults } from "../platform/faults.ts";
import { type Mailbox, openMailbox } from "../platform/stand-ins/mailbox.ts";
import { type Caller, connectionLost, type Network, openNetwork } from "../platform/network.ts";
import { type DeskWatch, openDeskWatch } from "../watchers/desk-watch.ts";
import { type DoorWatch, openDoorWatch } from "../watchers/door/watch.ts";
import { openBindings, openHosts } from "./bindings.ts";
import { type DeskHost, type DoorHost, type FeedHost, type Host, openHost } from "../platform/objects/kinds.ts";
import type { Product } from "./product.ts";
import { NO_DESKS, SILENT_FEEDS } from "../platform/stand-ins/silent-feeds.ts";
import { openToldDoors, type ToldDoors } from "../platform/stand-ins/told-doors.ts";
import { type Actor, openScheduler, type Scheduler } from "../platform/scheduler.ts";
import { drawThemes, faultsOfThemes, hasNoRoom, type Themes, wrongByAnHour } from "./themes.ts";

export const START = Date.parse("2026-12-01T10:00:00.000Z");
export const HOLD_TTL_MS = 300_000;
export const ORDER_TTL_MS = 900_000;

/** Noted each time that D1 is put back to an earlier state. */
export const RESTORED = "D1 is restored";

/** The outcome of a request: the verb's own response, or none that its client ever received. */
export type RequestOutcome<T> = { readonly reply: T } | "lost";

export type World = {
  readonly seed: number;
  readonly dice: Dice;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly product: Product;
  readonly d1: SimulatedD1;
  readonly platform: Actor;
  readonly hosts: Map<TicketTypeId, Host>;
  /** The feeds of events and their shards, by name. */
  readonly feedHosts: ReadonlyMap<string, FeedHost>;
  readonly deskHosts: ReadonlyMap<string, DeskHost>;
  /** The doors of events, by the events' ids; empty without the theme `door`. */
  readonly doorHosts: ReadonlyMap<EventId, DoorHost>;
  readonly doorWatch: DoorWatch;
  readonly checks: Checks;
  readonly desk: DeskWatch;
  readonly themes: Themes;
  readonly mailbox: Mailbox;
  readonly cache: Cache;
  readonly toldDoors: ToldDoors;
  faults(): Faults;
  /** From now on nothing goes wrong. */
  calm(): void;
  host(id: TicketTypeId): Host;
  objectEnv(caller: Caller, id: TicketTypeId): Env;
  /** All that any other object has of an environment. */
  bindingsFor(caller: Caller): Env;
  /** A request: `verb` runs in a Worker of its own, which may die; `who` gets the response, or not. */
  request<P extends Person, T>(who: P, verb: (context: Context<P>) => Promise<T>): Promise<RequestOutcome<T>>;
  /** The binding of the objects, as one caller has it. */
  namespaceFor(caller: Caller): Env["INVENTORY"];
  feedNamespaceFor(caller: Caller): Env["EVENT_FEED"];
  /** A Worker for one request; `onDeath` notifies its client of its death. */
  worker(onDeath: () => void): Caller;
  sleep(ms: number): Promise<void>;
  newId<P extends IdPrefix>(prefix: P): ReturnType<typeof idFrom<P>>;
  /** The first one stops the run. */
  fail(what: string): void;
  failure(): string | null;
  /** Counts what happened, so that worlds in which nothing happens do not count as a proof. */
  note(what: string): void;
  reached(): ReadonlyMap<string, number>;
  /** A line of the story, composed only when it is printed. */
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
  const themes = drawThemes(seed);
  let faults: Faults = { ...drawFaults(dice), ...faultsOfThemes(seed, themes) };
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
  const all = openHosts();
  const { inventories: hosts, feeds: feedHosts, desks: deskHosts, doors: doorHosts } = all;

  const trace = (line: () => string): void => {
    tell?.(`${String(scheduler.now() - START).padStart(9)} ${scheduler.current().name}: ${line()}`);
  };

  function fail(what: string): void {
    failure ??= `at ${scheduler.now() - START} ms: ${what}`;
    trace(() => `VIOLATION: ${what}`);
  }
  const reached = new Map<string, number>();
  const note = (what: string): void => void reached.set(what, (reached.get(what) ?? 0) + 1);
  const checks = openChecks({
    d1,
    hosts,
    fail,
    note,
    alarmsCome: alarmsCome(faults),
    hasNoRoom: hasNoRoom(seed, themes),
  });

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

  const doorWatch = openDoorWatch({ hosts: doorHosts, fail, note });
  const calls = { dice, scheduler, platform, network, checks, doorWatch, note, faults: () => faults };
  const toldDoors = openToldDoors();
  const bindings = openBindings({ calls, themes, hosts: all, host, toldDoors, d1For, world: () => world });

  function worker(onDeath: () => void): Caller {
    workers += 1;
    const isWrong = dice.chance(faults.clockJump);
    const skewMs = isWrong ? (themes.has("hours") ? wrongByAnHour(dice) : dice.between(-2_000, 2_000)) : 0;
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

  function request<P extends Person, T>(who: P, verb: (context: Context<P>) => Promise<T>): Promise<RequestOutcome<T>> {
    return new Promise((resolve) => {
      let heard = false;
      const hear = (what: RequestOutcome<T>, afterMs: number): void =>
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
          inventories: product.openInventories(bindings.inventories(caller)),
          feeds: themes.has("feeds") ? product.openFeeds(bindings.feeds(caller)) : SILENT_FEEDS,
          desks: themes.has("feeds") ? product.openDesks(bindings.desks(caller)) : NO_DESKS,
          doors: themes.has("door") ? product.openDoors(bindings.doors(caller)) : toldDoors.doors,
          catalogueCache: cache.binding,
          waitUntil: (work) => void work.catch((fault: unknown) => bug(caller, fault)),
        };
        verb(context).then(
          (answer) => hear({ reply: answer }, network.delay(0)),
          (fault: unknown) => {
            if (!bug(caller, fault)) hear("lost", 0);
          },
        );
      });
    });
  }

  /** D1 being away becomes a 503; any other throw is a bug. */
  function bug({ actor }: Caller, fault: unknown): boolean {
    const told = fault instanceof Error ? fault : new Error(String(fault));
    for (let each: unknown = told; each instanceof Error; each = each.cause)
      if (/injected|no answer within/.test(each.message)) return false;
    fail(`${actor.name}: a verb threw: ${told.stack}\n${String(told.cause)}`);
    return true;
  }

  const cache = openCache();
  const mailbox = openMailbox({ scheduler, network, checks, note, fail, faults: () => faults, host });
  const world: World = {
    seed,
    dice,
    scheduler,
    network,
    product,
    d1,
    platform,
    hosts,
    feedHosts,
    deskHosts,
    doorHosts,
    doorWatch,
    checks,
    desk: openDeskWatch(fail),
    themes,
    faults: () => faults,
    calm() {
      faults = CALM;
      d1BackAt = 0;
      for (const each of Object.values(all).flatMap((some) => [...some.values()])) each.setClock(0);
    },
    host,
    objectEnv: (caller, id) => ({
      ...bindings.all(caller),
      HOLD_TTL_SECONDS: String(HOLD_TTL_MS / 1_000),
      ORDER_TTL_SECONDS: String(ORDER_TTL_MS / 1_000),
      ...(themes.has("mails") && { MAIL: mailbox.for(caller, id), MAIL_FROM: "tickets@example.com" }),
    }),
    bindingsFor: bindings.all,
    request,
    namespaceFor: bindings.inventories,
    feedNamespaceFor: bindings.feeds,
    mailbox,
    cache,
    toldDoors,
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

export type Shopper = Extract<Person, { kind: "shopper" }>;
export type { Buyer } from "../../../src/domain/people/policy.ts";
