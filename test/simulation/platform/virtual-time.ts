// Moves time only when nothing else is left to do: timers of the same moment run together.

import { vi } from "vitest";

const realImmediate = setImmediate;
const drained = () => new Promise<void>((resolve) => void realImmediate(resolve));

/** Takes the place of `Date.now` and of timers, until the test ends. */
export function openVirtualTime(start: number) {
  let now = start;
  const due = new Map<number, Set<() => void>>();

  vi.spyOn(Date, "now").mockImplementation(() => now);
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((run: () => void, ms = 0) => {
    const at = now + ms;
    const timer = { at, run };
    due.set(at, (due.get(at) ?? new Set()).add(run));
    return timer;
  }) as unknown as typeof setTimeout);
  vi.spyOn(globalThis, "clearTimeout").mockImplementation(((timer?: { at: number; run: () => void }) => {
    if (!timer) return;
    const together = due.get(timer.at);
    together?.delete(timer.run);
    if (together?.size === 0) due.delete(timer.at);
  }) as unknown as typeof clearTimeout);

  return {
    after: (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms)),
    /** Runs `work` from that time on, to its end; how long it took, ms. */
    async spend(at: number, work: () => Promise<void>): Promise<number> {
      now = at;
      const state = { isOver: false };
      const whole = work().finally(() => (state.isOver = true));
      await drained();
      while (!state.isOver) {
        const next = Math.min(...due.keys());
        if (next === Number.POSITIVE_INFINITY) throw new Error("the work waits for nothing that could come");
        now = Math.max(now, next);
        const together = due.get(next) ?? [];
        due.delete(next);
        for (const run of together) run();
        await drained();
      }
      await whole;
      return now - at;
    },
  };
}
