// Rule L4: the first change goes out at once, then at most ten frames a second.

/** A little over a tenth of a second, so that no second, wherever it is measured from, sees an eleventh frame. */
export const FRAME_INTERVAL_MS = 110;

/** How long the next frame has to wait, ms; 0 sends it now. `lastSentAt` is null before the first. */
export function frameDelay(lastSentAt: number | null, now: number): number {
  if (lastSentAt === null) return 0;
  // Why: a clock that jumped back must not silence the sockets.
  return now < lastSentAt ? 0 : Math.max(0, lastSentAt + FRAME_INTERVAL_MS - now);
}

/**
 * Sends the latest state whenever `changed` was called, conflated. `send` composes its frame from what is true when
 * it runs, and says whether anybody got it: a frame that nobody got delays no other. It must not throw. A timer stands
 * only while a change waits (rule L5).
 */
export function openConflation(clock: () => number, send: () => boolean): { changed(): void } {
  let lastSentAt: number | null = null;
  let waiting = false;
  function sendNow(): void {
    waiting = false;
    if (send()) lastSentAt = clock();
  }
  return {
    changed() {
      if (waiting) return;
      const delay = frameDelay(lastSentAt, clock());
      if (delay === 0) return sendNow();
      waiting = true;
      setTimeout(sendNow, delay);
    },
  };
}
