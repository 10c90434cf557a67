// When a feed stores what it is told, and when it acknowledges that: never before, so that a feed that was evicted has
// missed nothing but what its sender repeats (rule L3). Who pushes has one message in flight, so an acknowledgement that
// waits for its step also slows a hundred busy types down to what a feed can take.

import { FRAME_INTERVAL_MS } from "../sockets/conflation.ts";

/** A step comes a little before the next frame, which then has what is pushed after it. */
const AHEAD_MS = 15;

export type Keeping = {
  /**
   * News was taken; `wanted`: it has to be stored. Resolves at its step, which is now or, so soon after another one, a
   * little before the next frame. False when it could not be stored.
   */
  kept(wanted: boolean): Promise<boolean>;
  /** A frame goes out. */
  framed(): void;
};

/** `store` writes all that is not written yet, and says whether it could. */
export function openKeeping(clock: () => number, store: () => boolean): Keeping {
  let steppedAt = 0;
  let framedAt = 0;
  let wants = false;
  let next: Promise<boolean> | null = null;

  function step(at: number): boolean {
    steppedAt = at;
    next = null;
    if (!wants) return true;
    wants = !store();
    return !wants;
  }

  /** The last step before a frame that is not too soon after the step before. */
  function nextStepAt(): number {
    const ahead = framedAt + FRAME_INTERVAL_MS - AHEAD_MS;
    const tooSoon = Math.max(0, steppedAt + FRAME_INTERVAL_MS / 2 - ahead);
    return ahead + Math.ceil(tooSoon / FRAME_INTERVAL_MS) * FRAME_INTERVAL_MS;
  }

  return {
    kept(wanted) {
      wants ||= wanted;
      const now = clock();
      // Why also before it: a clock that jumped back must not hold anybody for long.
      const isFree = now < steppedAt || now >= steppedAt + FRAME_INTERVAL_MS;
      if (next === null && isFree) return Promise.resolve(step(now - AHEAD_MS));
      const wait = Math.min(FRAME_INTERVAL_MS, Math.max(0, nextStepAt() - now));
      next ??= new Promise((resolve) => setTimeout(() => resolve(step(clock())), wait));
      return next;
    },
    framed() {
      framedAt = clock();
    },
  };
}

/** Whoever hears of the failure tells it again. */
export function acknowledge(stored: boolean): void {
  if (!stored) throw new Error("the feed could not store what it was told");
}
