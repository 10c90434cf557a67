// The memory's list of active holds against a plain list of the same, and the room that it takes.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addLive,
  dropLive,
  dueSeqs,
  firstHeldUntil,
  type HeldSlot,
  type LiveHolds,
  liveSlots,
  noLiveHolds,
  oldestSeq,
  openLive,
} from "../../../src/domain/ledger/memory/live-holds.ts";
import { nextExpiry } from "../../../src/domain/ledger/memory/book.ts";
import {
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  OTHER_SHOPPER,
  releaseCommand,
  SHOPPER,
  START,
} from "../../support/builders.ts";
import { openOnSale } from "../../support/ledger/driver.ts";

const inOrder = (a: HeldSlot, b: HeldSlot): number => a.heldUntil - b.heldUntil || a.seq - b.seq;
const bytesOf = ({ heldUntil, seq, gone }: LiveHolds): number =>
  heldUntil.byteLength + seq.byteLength + gone.byteLength;

type Act = { readonly adds: boolean; readonly heldUntil: number; readonly pick: number };
const acts = fc.array(
  fc.record<Act>({ adds: fc.boolean(), heldUntil: fc.integer({ min: 0, max: 9 }), pick: fc.nat() }),
  { maxLength: 300 },
);

describe("[H4] [X7] the active holds in memory", () => {
  test("are those that were added and not dropped, in the order in which they run out, whatever came before", () => {
    const property = fc.property(acts, (played) => {
      const holds = noLiveHolds();
      const expected: HeldSlot[] = [];
      played.forEach(({ adds, heldUntil, pick }, n) => {
        if (adds || expected.length === 0) {
          const slot = { heldUntil, seq: n + 1 };
          addLive(holds, slot);
          expected.push(slot);
          expected.sort(inOrder);
        } else {
          const [gone] = expected.splice(pick % expected.length, 1);
          if (gone) dropLive(holds, gone);
        }
        expect([...liveSlots(holds)]).toEqual(expected);
        expect(holds.size).toBe(expected.length);
        expect(firstHeldUntil(holds)).toBe(expected[0]?.heldUntil ?? null);
        const due = expected.filter((slot) => slot.heldUntil <= heldUntil).map(({ seq }) => seq);
        expect(dueSeqs(holds, heldUntil)).toEqual(due);
        expect(dueSeqs(holds, heldUntil, 2)).toEqual(due.slice(0, 2));
        expect(oldestSeq(holds)).toBe(expected.length === 0 ? null : Math.min(...expected.map(({ seq }) => seq)));
      });
    });
    fc.assert(property, { seed: 20_261_129, numRuns: 500 });
  });

  test("that are read on wake, in whatever order, are as if each had come by itself", () => {
    const read = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 300 });
    const property = fc.property(read, fc.integer(), (times, by) => {
      const slots = times.map((heldUntil, n) => ({ heldUntil, seq: 1 + ((n * 7 + Math.abs(by)) % 307) }));
      const holds = openLive(slots);
      expect([...liveSlots(holds)]).toEqual([...slots].sort(inOrder));
      const [first, ...others] = slots;
      if (first) dropLive(holds, first);
      addLive(holds, { heldUntil: 5, seq: 1_000 });
      expect([...liveSlots(holds)]).toEqual([...others, { heldUntil: 5, seq: 1_000 }].sort(inOrder));
      expect(holds.size).toBe(Math.max(1, slots.length));
    });
    fc.assert(property, { seed: 20_261_129, numRuns: 500 });
  });

  test("take at most 34 bytes each while they come, and give the memory back when they are gone", () => {
    const holds = noLiveHolds();
    const slots = Array.from({ length: 10_000 }, (_, n) => ({ heldUntil: Math.floor(n / 100), seq: n + 1 }));
    for (const slot of slots) addLive(holds, slot);
    expect(bytesOf(holds)).toBeLessThanOrEqual(34 * slots.length);
    for (const slot of slots) dropLive(holds, slot);
    expect(bytesOf(holds)).toBeLessThanOrEqual(34 * 64);
  });

  test("that the memory does not have cannot be dropped: a memory that lacks one is not that of the rows", () => {
    const holds = noLiveHolds();
    addLive(holds, { heldUntil: 1, seq: 1 });
    expect(() => dropLive(holds, { heldUntil: 1, seq: 2 })).toThrow("the memory has each active hold");
    dropLive(holds, { heldUntil: 1, seq: 1 });
    expect(() => dropLive(holds, { heldUntil: 1, seq: 1 })).toThrow("the memory has each active hold");
  });

  test("[X4] leave no memory behind when they are released at once, over and over", () => {
    const driver = openOnSale();
    driver.send(holdCommand("stays", { by: OTHER_SHOPPER }), START);
    for (let n = 0; n < 500; n++) {
      driver.batch([holdCommand(`${n}`)], START + n);
      driver.batch([releaseCommand(holdIdOf(SHOPPER, `${n}`))], START + n);
      expect(bytesOf(driver.book().holds)).toBeLessThanOrEqual(34 * 64);
    }
    expect(nextExpiry(driver.book())).toBe(START + HOLD_TTL_MS);
    driver.batch([], START + HOLD_TTL_MS);
    expect(driver.book().head.held).toBe(0);
    expect(nextExpiry(driver.book())).toBeNull();
  });
});
