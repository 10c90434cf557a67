// Counts how much each shopper has given back lately (rule H14). The counts are only in memory: a wake begins at zero.

import type { HolderId } from "../../ids.ts";
import { GIVEN_BACK_MS, MAX_COUNTED_SHOPPERS } from "../../limits.ts";

/** `window` numbers the ten minutes that are counted, since the epoch. The shopper who gave back last comes last. */
export type GivenBack = { window: number; readonly counts: Map<HolderId, number> };

export function nothingGivenBack(): GivenBack {
  return { window: 0, counts: new Map() };
}

function windowAt(now: number): number {
  return Math.floor(now / GIVEN_BACK_MS);
}

export function givenBackBy({ window, counts }: GivenBack, userId: HolderId, now: number): number {
  return window === windowAt(now) ? (counts.get(userId) ?? 0) : 0;
}

/** Adds what a batch at `now` has given back. Bounded: when there are too many shoppers, the earliest are dropped. */
export function addGivenBack(givenBack: GivenBack, more: ReadonlyMap<HolderId, number>, now: number): void {
  if (givenBack.window !== windowAt(now)) {
    givenBack.window = windowAt(now);
    givenBack.counts.clear();
  }
  for (const [userId, count] of more) {
    const before = givenBack.counts.get(userId) ?? 0;
    givenBack.counts.delete(userId);
    givenBack.counts.set(userId, before + count);
  }
  for (const userId of givenBack.counts.keys()) {
    if (givenBack.counts.size <= MAX_COUNTED_SHOPPERS) break;
    givenBack.counts.delete(userId);
  }
}

/** When the next window begins, in whole seconds from `now`, at least one. */
export function nextWindowIn(now: number): number {
  return Math.ceil(((windowAt(now) + 1) * GIVEN_BACK_MS - now) / 1_000);
}
