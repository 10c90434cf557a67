// Rule L4: sends the first change at once, then at most ten frames a second, and fewer to a crowd.

/** A little over a tenth of a second, so that no second, wherever it is measured from, sees an eleventh frame. */
export const FRAME_INTERVAL_MS = 110;
/**
 * A frame to one socket takes some 22 µs of the object's thread. With this many ms for each hundred sockets, frames take
 * less than a third of the thread, and 10,000 sockets still have the final state within a second (rule L3).
 */
const INTERVAL_A_HUNDRED_MS = 7;

/** The least time between two frames when the first went to so many sockets, ms. */
export function frameInterval(sockets: number): number {
  return Math.max(FRAME_INTERVAL_MS, Math.ceil((sockets * INTERVAL_A_HUNDRED_MS) / 100));
}

/** When the last frame was sent, epoch ms, and to how many sockets. */
export type LastFrame = { readonly at: number; readonly sockets: number };

/** How long the next frame has to wait, ms; 0 sends it now. `last` is null before the first. */
export function frameDelay(last: LastFrame | null, now: number): number {
  if (last === null) return 0;
  // A clock that jumped back must not silence the sockets.
  return now < last.at ? 0 : Math.max(0, last.at + frameInterval(last.sockets) - now);
}

/**
 * Sends the latest state whenever `changed` was called, conflated. `send` composes its frame from what is true when it
 * runs, and returns the number of sockets that it went to: a frame that went to none delays no other. It must not throw. A
 * timer is set only while a change waits (rule L5).
 */
export function openConflation(clock: () => number, send: () => number): { changed(): void } {
  let last: LastFrame | null = null;
  let waiting = false;
  function sendNow(): void {
    waiting = false;
    const sockets = send();
    if (sockets > 0) last = { at: clock(), sockets };
  }
  return {
    changed() {
      if (waiting) return;
      const delay = frameDelay(last, clock());
      if (delay === 0) return sendNow();
      waiting = true;
      setTimeout(sendNow, delay);
    },
  };
}
