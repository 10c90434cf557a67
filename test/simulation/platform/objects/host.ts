// Is the platform under one object: it starts the object when a call arrives, runs its alarm at least once, ends it or
// puts it to sleep, and lets nothing leave it before it is durable. The object is the product's own class.

import { type Caller, connectionLost, type Outcome } from "../network.ts";
import { type ObjectStorage, openObjectStorage } from "./storage.ts";
import type { Actor } from "../scheduler.ts";
import { SMALL_VALUE_BYTES } from "../../world/small-sizes.ts";
import { wrongByAnHour } from "../../world/themes.ts";
import type { ServerEnd } from "./sockets.ts";
import type { World } from "../../world/world.ts";

/** What the platform calls of an object. */
export type Hosted = {
  fetch(request: Request): Promise<Response>;
  alarm?(): void | Promise<void>;
  webSocketClose?(socket: WebSocket, code: number, reason: string, wasClean: boolean): void | Promise<void>;
};

export type HostParts<O extends Hosted> = {
  /** Names it in the story. */
  readonly label: string;
  /** A life of it; `caller` is the object as one who calls others. */
  create(state: DurableObjectState, caller: Caller): O;
  /** All that it has written is durable now. */
  durable(): void;
  /** Whether it may throw this at who called it; anything else is a bug. */
  mayThrow(fault: unknown): boolean;
};

export type ObjectHost<O extends Hosted> = {
  readonly storage: ObjectStorage;
  /** Runs `ask` in the object, which is started if it does not run. */
  deliver<T>(what: () => string, ask: (object: O) => Promise<T>, answer: (outcome: Outcome<T>) => void): void;
  /** The object that is in memory and ready, or null. */
  running(): O | null;
  crash(why: string): void;
  /** Whether it could be: only an object that does nothing is put to sleep; its sockets stay. */
  evict(): boolean;
  /** Sets its clock so far ahead of the true time. */
  setClock(aheadMs: number): void;
  /** Whether its alarm was dropped and it has set none since. */
  hasLostAlarm(): boolean;
  /** How often it was ended, or a transaction of it failed: what it had just done may be undone. */
  mishaps(): number;
};

type Instance<O> = Actor & {
  object: O | null;
  ready: boolean;
  /** It lets nobody in until it says so. */
  blocks: boolean;
  readonly waiting: (() => void)[];
  /** Notifies the callers that wait for this instance of its end. */
  readonly calls: Set<(fault: Error) => void>;
  alarmRuns: boolean;
};

const MAX_ALARM_RETRIES = 6;
const ALARM_RETRY_MS = 2_000;

export function openObjectHost<O extends Hosted>(world: World, parts: HostParts<O>): ObjectHost<O> {
  const { scheduler, dice, platform } = world;
  let instance: Instance<O> | null = null;
  let sockets: ServerEnd[] = [];
  const tags = new WeakMap<ServerEnd, readonly string[]>();
  let lives = 0;
  let alarmTurn = 0;
  let alarmLost = false;
  let alarmFailures = 0;
  let skewMs = 0;
  let mishaps = 0;

  const storage = openObjectStorage({
    dueToFlush: () =>
      void scheduler.after(dice.pick([0, 0, 1, 3]), platform, () => {
        storage.flush(parts.durable);
      }),
    transactionFails: () => {
      const fails = instance?.ready === true && dice.chance(world.faults().transactionFails);
      if (fails) mishaps += 1;
      if (fails) world.note("a transaction fails");
      if (fails) world.trace(() => `${name()}: a transaction fails`);
      return fails;
    },
    broken: () => crash("injected: what it put could not be written"),
    pause: () => new Promise((resolve) => void scheduler.after(0, scheduler.current(), resolve)),
    alarmChanged: planAlarm,
    ...(world.themes.has("small") && { maxValueBytes: SMALL_VALUE_BYTES }),
  });

  const name = (): string => `${parts.label}, life ${lives}`;

  function start(): Instance<O> {
    lives += 1;
    const born: Instance<O> = {
      name: name(),
      alive: true,
      skewMs,
      object: null,
      ready: false,
      blocks: false,
      waiting: [],
      calls: new Set(),
      alarmRuns: false,
    };
    instance = born;
    scheduler.become(born);
    // The one cast: the parts of a state that objects use.
    const state = stateFor(born) as unknown as DurableObjectState;
    born.object = parts.create(state, { actor: born, gate: (leave) => storage.gate(leave), die: null });
    born.ready = !born.blocks;
    return born;
  }

  function stateFor(born: Instance<O>): object {
    return {
      storage: storage.api,
      acceptWebSocket(socket: ServerEnd, given: readonly string[] = []) {
        tags.set(socket, given);
        socket.gate = (leave) => storage.gate(leave);
        socket.onLeave = () => {
          // Nobody waits for what the object makes of it.
          deliver(
            () => "a viewer leaves",
            async (object) => object.webSocketClose?.(closing(socket), 1000, "", true),
            () => undefined,
          );
        };
        sockets.push(socket);
      },
      getWebSockets(tag?: string) {
        sockets = sockets.filter((socket) => socket.isOpen());
        return tag === undefined ? sockets : sockets.filter((socket) => tags.get(socket)?.includes(tag));
      },
      getTags: (socket: ServerEnd) => tags.get(socket) ?? [],
      setWebSocketAutoResponse: () => undefined,
      async blockConcurrencyWhile<T>(work: () => Promise<T>): Promise<T> {
        born.blocks = true;
        const done = await work();
        born.ready = true;
        for (const run of born.waiting.splice(0)) run();
        return done;
      },
      abort: (why: string) => crash(why),
    };
  }

  function deliver<T>(what: () => string, ask: (object: O) => Promise<T>, answer: (outcome: Outcome<T>) => void): void {
    if (dice.chance(world.faults().clockJump)) jumpClock();
    const target = instance ?? start();
    const end = (outcome: Outcome<T>): void => {
      if (target.calls.delete(fail)) answer(outcome);
    };
    const fail = (fault: Error): void => end({ fault });
    target.calls.add(fail);
    const run = (): void => {
      if (!target.alive || !target.object) return;
      scheduler.become(target);
      world.trace(what);
      ask(target.object).then(
        (value) => storage.gate(() => end({ value })),
        (fault: unknown) => {
          if (!target.alive) return;
          // As on the platform: the caller gets the error, and the object lives on.
          if (parts.mayThrow(fault)) storage.gate(() => end({ fault: new Error(`injected: ${String(fault)}`) }));
          else world.fail(`${target.name} threw at ${what()}: ${fault instanceof Error ? fault.stack : "?"}`);
        },
      );
      if (dice.chance(world.faults().abort)) endSoon(target);
      if (dice.chance(world.faults().evict)) scheduler.after(dice.between(0, 2_000), platform, () => void evict());
    };
    if (target.ready) run();
    else target.waiting.push(run);
  }

  /** Before its turn, between the turn and the flush, or after. */
  function endSoon(target: Instance<O>): void {
    scheduler.after(dice.between(0, 4), platform, () => {
      if (instance === target) crash("injected: the object is reset");
    });
  }

  function crash(why: string): void {
    const gone = instance;
    if (!gone) return;
    world.trace(() => `${gone.name}: ends: ${why}`);
    world.note(storage.isDurable() ? "an object ends" : "an object ends and loses a write");
    gone.alive = false;
    mishaps += 1;
    instance = null;
    storage.crash();
    for (const socket of sockets.splice(0)) socket.cut();
    for (const fail of [...gone.calls]) fail(connectionLost(dice.chance(0.5)));
    planAlarm();
  }

  function evict(): boolean {
    const idle = instance;
    if (!idle?.ready || idle.calls.size > 0 || idle.alarmRuns || !storage.isDurable() || scheduler.hasTimers(idle))
      return false;
    world.trace(() => `${idle.name}: put to sleep`);
    world.note(sockets.some((socket) => socket.isOpen()) ? "an object sleeps with sockets" : "an object sleeps");
    idle.alive = false;
    instance = null;
    return true;
  }

  function jumpClock(): void {
    world.note("a clock jumps");
    if (world.themes.has("hours") && dice.chance(0.5)) return beWrongForAMoment();
    // Hardly backwards: the platform's own clock, by which alarms run, does not jump with it.
    setClock(dice.pick([0, 0, -dice.between(1, 500), dice.between(1, 5_000), dice.between(5_000, 400_000)]));
  }

  function beWrongForAMoment(): void {
    world.note("a clock is wrong by an hour");
    setClock(wrongByAnHour(dice));
    scheduler.after(dice.pick([0, dice.between(0, 50), dice.between(0, 3_000)]), platform, () => setClock(0));
  }

  function setClock(aheadMs: number): void {
    skewMs = aheadMs;
    world.trace(() => `${name()}: its clock is ${skewMs} ms ahead`);
    if (instance) instance.skewMs = skewMs;
  }

  function planAlarm(): void {
    const turn = ++alarmTurn;
    const at = storage.alarm();
    if (at === null) return;
    alarmLost = false;
    const late = dice.chance(world.faults().alarmLate)
      ? dice.pick([dice.between(1, 2_000), dice.between(2_000, 40_000)])
      : 0;
    const wait = Math.max(at - scheduler.now(), dice.between(1, 20));
    scheduler.after(wait + late, platform, () => {
      if (turn !== alarmTurn || storage.alarm() !== at) return;
      storage.takeAlarm();
      if (late > 0) world.note("an alarm is late");
      alarmLost = dice.chance(world.faults().alarmDropped);
      if (alarmLost) return world.note("an alarm is dropped");
      fireAlarm();
    });
  }

  /** The platform runs one alarm of an object at a time. */
  function fireAlarm(): void {
    if (instance?.alarmRuns) return void scheduler.after(100, platform, fireAlarm);
    const again = dice.chance(world.faults().alarmTwice);
    const target = instance ?? start();
    target.alarmRuns = true;
    deliver(
      () => "alarm",
      async (object) => object.alarm?.(),
      (outcome) => {
        target.alarmRuns = false;
        if ("fault" in outcome) return retryAlarm();
        alarmFailures = 0;
        if (again) world.note("an alarm comes twice");
        if (again) scheduler.after(dice.between(0, 3_000), platform, fireAlarm);
      },
    );
  }

  /** The object has ended in its alarm. */
  function retryAlarm(): void {
    alarmFailures += 1;
    world.note("an alarm is tried again");
    if (alarmFailures > MAX_ALARM_RETRIES) alarmFailures = 0;
    else scheduler.after(ALARM_RETRY_MS * 2 ** (alarmFailures - 1), platform, fireAlarm);
  }

  return {
    storage,
    deliver,
    running: () => (instance?.ready === true ? instance.object : null),
    crash,
    evict,
    setClock,
    hasLostAlarm: () => alarmLost,
    mishaps: () => mishaps,
  };
}

/** The one cast of a server's end to the platform's type: what an object does with it is all there. */
function closing(socket: ServerEnd): WebSocket {
  return socket as unknown as WebSocket;
}
