// How fast a feed takes news: the first few of a moment at once, more of them at the pace of its frames. Who pushes has
// one message in flight, so a withheld acknowledgement is what slows a hundred busy types down to what a feed can take.

import { FRAME_INTERVAL_MS } from "./conflation.ts";

/** News taken at once within one interval of frames while somebody follows, and while nobody does. */
const AT_ONCE = 10;
const AT_ONCE_UNSEEN = 2;
/** What was withheld is asked for again a little before the next frame, which then has the latest. */
const AHEAD_MS = 15;

export type Pace = {
  /** Resolves when the next news of the same sender are wanted. */
  ready(followed: boolean): Promise<void>;
};

export function openPace(clock: () => number): Pace {
  let begun = 0;
  let taken = 0;
  return {
    ready(followed) {
      const now = clock();
      // Why also backwards: a clock that jumped must not hold anybody for long.
      if (now < begun || now >= begun + FRAME_INTERVAL_MS) {
        begun = now;
        taken = 0;
      }
      taken += 1;
      if (taken <= (followed ? AT_ONCE : AT_ONCE_UNSEEN)) return Promise.resolve();
      const wait = Math.max(0, begun + FRAME_INTERVAL_MS - AHEAD_MS - now);
      return new Promise((resolve) => setTimeout(resolve, wait));
    },
  };
}
