// Tests whether the scanner is LIVE or ALONE while its page runs, sleeps in a pocket, and gets the door's next message.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openLinkKeeper } from "../../../src/ui/scanner/door/link/link-keeper.ts";
import { newScreenState } from "../../../src/ui/scanner/door/screen-state.ts";

const POCKET_MS = 30 * 60_000;
const TICK_MS = 250;
const kept = { get: () => Promise.resolve(null), put: () => Promise.resolve() };

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date", "performance"] }));
afterEach(() => void vi.useRealTimers());

async function openPage() {
  const state = newScreenState();
  const keeper = await openLinkKeeper(kept, state, () => undefined);
  /** Lets the page run without a message from the door. */
  const run = (ms: number) => {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      vi.advanceTimersByTime(TICK_MS);
      keeper.show();
    }
  };
  keeper.noteHeard("socket");
  run(1_000);
  keeper.noteHeard("socket");
  return { keeper, run, kind: () => state.link.value.kind };
}

test("[W6] a phone that wakes to a message of the door is ALONE 2.7 s after the door is gone", async () => {
  const { keeper, run, kind } = await openPage();
  vi.advanceTimersByTime(POCKET_MS);
  // Messages that arrived over the socket during the sleep are delivered before any timer runs.
  keeper.noteHeard("socket");
  expect(kind()).toBe("live");
  run(2_500);
  expect(kind()).toBe("behind");
  run(250);
  expect(kind()).toBe("alone");
});

test("[W6] a phone that wakes to no message is ALONE once it has run for 2.7 s, not before", async () => {
  const { keeper, run, kind } = await openPage();
  vi.advanceTimersByTime(POCKET_MS);
  keeper.show();
  expect(kind()).toBe("behind");
  expect(keeper.patienceMs(), "its first guest waits for the door").toBeGreaterThan(0);
  run(2_500);
  expect(kind()).toBe("behind");
  run(250);
  expect(kind()).toBe("alone");
  expect(keeper.patienceMs()).toBe(0);
});
