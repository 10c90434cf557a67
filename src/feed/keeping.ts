// Decides when a feed stores the messages that it gets, and when it acknowledges them. They are acknowledged only once they
// are stored, so that an evicted feed has missed only what its senders will repeat (rule L3). A sender has one message in
// flight, so an acknowledgement that waits for the next write also slows a hundred busy types down to the pace of the feed.

import { FRAME_INTERVAL_MS } from "../sockets/conflation.ts";

/**
 * How long before the next frame the write happens, so that what is pushed right after the write is still in that frame.
 */
const AHEAD_MS = 15;

export type Keeping = {
  /**
   * To be called after a message was applied; `wanted` says whether it has to be stored. Resolves after the next write,
   * which is now, or, soon after another write, a little before the next frame. False when storing failed.
   */
  changed(wanted: boolean): Promise<boolean>;
  /** To be called when a frame is sent. */
  framed(): void;
};

/** `store` writes everything that is not written yet, and returns whether it succeeded. */
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

  /**
   * The next write comes just before the first frame that is sent at least half a frame interval after the write before.
   */
  function nextStepAt(): number {
    const ahead = framedAt + FRAME_INTERVAL_MS - AHEAD_MS;
    const tooSoon = Math.max(0, steppedAt + FRAME_INTERVAL_MS / 2 - ahead);
    return ahead + Math.ceil(tooSoon / FRAME_INTERVAL_MS) * FRAME_INTERVAL_MS;
  }

  return {
    changed(wanted) {
      wants ||= wanted;
      const now = clock();
      // `now < steppedAt` means that the clock jumped back, which must not delay anybody for long.
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

/** Throws when storing failed, so that the sender repeats its message. */
export function acknowledge(stored: boolean): void {
  if (!stored) throw new Error("the feed could not store a message");
}
