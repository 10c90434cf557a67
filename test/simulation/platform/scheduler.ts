// Keeps virtual time, and alone decides what runs next. Between two of its steps nothing runs: every await on the
// outside is a step of its own, and chance picks among the steps that are due at one moment.

import { must } from "../../../src/domain/result.ts";
import type { Dice } from "./dice.ts";

/** An actor that runs in a step: a Worker's request, an object's life, a shopper, the platform. A dead one runs no more. */
export type Actor = {
  readonly name: string;
  alive: boolean;
  /** How far its clock is ahead of the true time. */
  skewMs: number;
};

export type Timer = { at: number; readonly actor: Actor; readonly run: () => void; readonly everyMs: number | null };

export type Scheduler = {
  /** The true time, epoch ms. */
  now(): number;
  /** The time as the running actor sees it. */
  clock(): number;
  steps(): number;
  current(): Actor;
  /** For the rest of this step `actor` runs: a message has reached it. */
  become(actor: Actor): void;
  after(delayMs: number, actor: Actor, run: () => void, everyMs?: number | null): Timer;
  cancel(timer: Timer): void;
  /** Whether the actor waits for a time of its own. */
  hasTimers(actor: Actor): boolean;
  /** Runs all that is due up to `until`, and stops there. `afterStep` says after each step whether to stop. */
  runUntil(until: number, afterStep: () => boolean): Promise<void>;
};

/** Once nothing more can run by itself: Node comes to this when no promise is left to go on. */
const drained = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** More is a world that does not come to rest. */
const MAX_STEPS = 60_000;

export function openScheduler(dice: Dice, start: number): Scheduler {
  const platform: Actor = { name: "platform", alive: true, skewMs: 0 };
  let now = start;
  let steps = 0;
  let current = platform;
  let timers: Timer[] = [];

  function takeNext(until: number): Timer | null {
    let due: Timer[] = [];
    let first = until;
    for (const timer of timers) {
      if (timer.at > first) continue;
      if (timer.at < first) due = [];
      first = timer.at;
      due.push(timer);
    }
    if (due.length === 0) return null;
    const next = due.length === 1 ? must(due[0], "there is one") : dice.pick(due);
    timers = timers.filter((timer) => timer !== next);
    return next;
  }

  return {
    now: () => now,
    clock: () => now + current.skewMs,
    steps: () => steps,
    current: () => current,
    become(actor) {
      current = actor;
    },
    after(delayMs, actor, run, everyMs = null) {
      const timer = { at: now + Math.max(0, delayMs), actor, run, everyMs };
      timers.push(timer);
      return timer;
    },
    cancel(timer) {
      timers = timers.filter((each) => each !== timer);
    },
    hasTimers: (actor) => timers.some((timer) => timer.actor === actor),
    async runUntil(until, afterStep) {
      for (;;) {
        const timer = takeNext(until);
        if (!timer) break;
        if (!timer.actor.alive) continue;
        now = Math.max(now, timer.at);
        if (++steps > MAX_STEPS) throw new Error(`after ${MAX_STEPS} steps there is still something to do`);
        current = timer.actor;
        if (timer.everyMs !== null) {
          timer.at = now + timer.everyMs;
          timers.push(timer);
        }
        timer.run();
        await drained();
        current = platform;
        if (afterStep()) return;
      }
      now = Math.max(now, until);
    },
  };
}
