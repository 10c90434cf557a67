// Whether the page of a basket offers more time, before anybody presses for it.

import { expect, test } from "vitest";
import { MAX_EXTENSIONS, MAX_HELD_MS } from "../../../src/domain/limits.ts";
import { canExtend, moreTimeOf } from "../../../src/ui/shared/more-time.ts";

const MINUTE = 60_000;
const held = (changes: Partial<Parameters<typeof moreTimeOf>[1][number]> = {}) => ({
  ...{ heldUntil: 5 * MINUTE, firstPlacedAt: 0, extensions: 0 },
  ...changes,
});

test("[S9] [O9] more time is offered until ten extensions were made, or an hour is reached", () => {
  expect(moreTimeOf("while_available", [held({ extensions: MAX_EXTENSIONS - 1 })])).toBe("while_available");
  expect(moreTimeOf("always", [held({ extensions: MAX_EXTENSIONS })])).toBe("used_up");
  expect(moreTimeOf("always", [held({ heldUntil: MAX_HELD_MS - 1_000 })])).toBe("always");
  expect(moreTimeOf("always", [held({ heldUntil: MAX_HELD_MS - 999 })])).toBe("used_up");
});

test("[S9] [O9] of several holds the one that ends first says whether there can be more time", () => {
  const used = { extensions: MAX_EXTENSIONS };
  expect(moreTimeOf("always", [held(), held({ ...used, heldUntil: 9 * MINUTE })])).toBe("always");
  expect(moreTimeOf("always", [held(used), held({ heldUntil: 9 * MINUTE })])).toBe("used_up");
  // Holds of one basket end a few milliseconds apart.
  expect(moreTimeOf("always", [held(), held({ ...used, heldUntil: 5 * MINUTE + 12 })])).toBe("used_up");
});

test("[S9] where the organiser gives no more time, none is offered", () => {
  expect(moreTimeOf("never", [held()])).toBe("never");
  expect(moreTimeOf("never", [held({ extensions: MAX_EXTENSIONS })])).toBe("never");
  const all = ["never", "used_up", "while_available", "always"] as const;
  expect(all.map(canExtend)).toEqual([false, false, true, true]);
});
