// When what may be deleted, to the millisecond (rule H13): the decisions alone, without a store.

import { describe, expect, test } from "vitest";
import { EMPTY_HEAD } from "../../../../src/domain/ledger/chain.ts";
import {
  ALL_ORDERS,
  cutsOrders,
  deletionDueAt,
  isCutting,
  holdRetentionMs,
  type Retained,
  nextCut,
  RETENTION,
  type RetentionFacts,
  type RetentionSettings,
  SWEEP_GRID_MS,
} from "../../../../src/domain/ledger/retention.ts";
import { HOUR, START } from "../../../support/builders.ts";

const DAY = 24 * HOUR;
const SETTINGS: RetentionSettings = { ...RETENTION, cutAboveBytes: 1_000, shedAboveBytes: 2_000, rowsAStep: 10 };
const FACTS: RetentionFacts = {
  now: START,
  bytes: 0,
  head: { seq: 100, at: START - DAY },
  projectedSeq: 100,
  unsent: false,
  terms: {},
};
const SWEPT: Retained = { sweptSeq: 100, keptFrom: 101, checkpoint: EMPTY_HEAD, ordersTo: ALL_ORDERS };
const cutAt = (seq: number): Retained["checkpoint"] => ({ ...EMPTY_HEAD, seq });

test("[H13] the settings are the rule's: 24 hours, 90 days, 6 and 9 GB", () => {
  expect(RETENTION).toMatchObject({ holdKeptMs: 86_400_000, holdKeptFullMs: 3_600_000, ledgerKeptMs: 7_776_000_000 });
  expect(RETENTION).toMatchObject({ cutAboveBytes: 6e9, shedAboveBytes: 9e9 });
});

describe("when holds are next to be deleted", () => {
  const onGrid = Math.ceil(START / SWEEP_GRID_MS) * SWEEP_GRID_MS;
  test.each<[string, number, number]>([
    ["on the grid: 24 hours after their last row", onGrid - DAY, onGrid],
    ["a millisecond off it: on the next of the grid, never before 24 hours", onGrid - DAY + 1, onGrid + SWEEP_GRID_MS],
    ["a millisecond before it: on the grid", onGrid - DAY - 1, onGrid],
  ])("[H13] %s", (_, at, expected) => {
    const kept = { ...SWEPT, sweptSeq: 4 };
    expect(deletionDueAt(kept, { seq: 5, at }, FACTS, SETTINGS)).toBe(expected);
  });

  test.each([
    [1_000, onGrid + DAY],
    [1_001, onGrid + HOUR],
  ])("[H13] 24 hours after their last row, and an hour above the limit of bytes: at %i", (bytes, expected) => {
    const facts = { ...FACTS, bytes };
    expect(deletionDueAt({ ...SWEPT, sweptSeq: 4, keptFrom: 1 }, { seq: 5, at: onGrid }, facts, SETTINGS)).toBe(
      expected,
    );
    expect(holdRetentionMs(facts, SETTINGS)).toBe(expected - onGrid);
  });

  test("[H13] not while D1 does not know the row: its projection comes first", () => {
    const kept = { ...SWEPT, sweptSeq: 99 };
    const next = { seq: 100, at: START - 3 * DAY };
    expect(deletionDueAt(kept, next, { ...FACTS, projectedSeq: 99 }, SETTINGS)).toBeNull();
    expect(deletionDueAt(kept, next, FACTS, SETTINGS)).toBeLessThanOrEqual(START);
  });

  test("[H13] [L5] never, when nothing is left that could be deleted", () => {
    expect(deletionDueAt(SWEPT, null, FACTS, SETTINGS)).toBeNull();
    expect(deletionDueAt({ ...SWEPT, sweptSeq: 0, keptFrom: 1 }, null, FACTS, SETTINGS)).toBeNull();
  });
});

describe("when the ledger is cut", () => {
  const archived = (at: number): RetentionFacts => ({ ...FACTS, terms: { eventArchivedAt: at } });
  const archivedAt = START - 90 * DAY;

  test("[H13] 90 days after the event's archiving, to the millisecond, and an alarm waits for it", () => {
    const [before, from] = [archived(archivedAt + 1), archived(archivedAt)];
    expect(isCutting(before, SETTINGS)).toBe(false);
    expect(nextCut(SWEPT, before, SETTINGS)).toBeNull();
    expect(deletionDueAt(SWEPT, null, before, SETTINGS)).toBe(START + 1);
    expect(isCutting(from, SETTINGS)).toBe(true);
    expect(nextCut(SWEPT, from, SETTINGS)).toBe(10);
    expect(deletionDueAt(SWEPT, null, from, SETTINGS)).toBe(START);
  });

  test.each([[null], [undefined]])("[H13] never by time while the event's archiving is %s", (at) => {
    const facts = { ...FACTS, terms: at === undefined ? {} : { eventArchivedAt: at }, now: START + 1_000 * DAY };
    expect(isCutting(facts, SETTINGS)).toBe(false);
    expect(deletionDueAt(SWEPT, null, facts, SETTINGS)).toBeNull();
  });

  test("[H13] over its limit of bytes, and not at it", () => {
    expect(nextCut(SWEPT, { ...FACTS, bytes: 1_000 }, SETTINGS)).toBeNull();
    expect(nextCut(SWEPT, { ...FACTS, bytes: 1_001 }, SETTINGS)).toBe(10);
    expect(deletionDueAt(SWEPT, null, { ...FACTS, bytes: 1_001 }, SETTINGS)).toBe(START);
  });

  test("[H13] a step at a time, up to the row before the last, which stays: it is the counts", () => {
    const full = { ...FACTS, bytes: 1_001 };
    const cuts: number[] = [];
    let kept = SWEPT;
    for (let to = nextCut(kept, full, SETTINGS); to !== null; to = nextCut(kept, full, SETTINGS)) {
      cuts.push(to);
      kept = { ...kept, checkpoint: cutAt(to) };
    }
    expect(cuts).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 99]);
    expect(deletionDueAt(kept, null, full, SETTINGS)).toBeNull();
  });

  test("[H13] never past what was swept, nor past the row that a hold which is left was placed by", () => {
    const full = { ...FACTS, bytes: 1_001 };
    expect(nextCut({ ...SWEPT, sweptSeq: 7 }, full, SETTINGS)).toBe(7);
    expect(nextCut({ ...SWEPT, keptFrom: 5 }, full, SETTINGS)).toBe(4);
    expect(nextCut({ ...SWEPT, keptFrom: 1 }, full, SETTINGS)).toBeNull();
  });

  test("[H13] what came within the last day of an event long over waits for its own day", () => {
    const facts = { ...archived(archivedAt - DAY), head: { seq: 100, at: START - 1 } };
    const kept = { ...SWEPT, sweptSeq: 98, keptFrom: 99, checkpoint: cutAt(98) };
    expect(deletionDueAt(kept, null, facts, SETTINGS)).toBe(START - 1 + DAY);
    expect(deletionDueAt(kept, null, { ...facts, projectedSeq: 98 }, SETTINGS)).toBeNull();
  });
});

describe("when orders are cut", () => {
  const ARCHIVED = START - 90 * DAY;
  const at = (archivedAt: number, more: Partial<RetentionFacts> = {}): RetentionFacts => ({
    ...FACTS,
    terms: { eventArchivedAt: archivedAt },
    ...more,
  });
  const cutRows = { ...SWEPT, ordersTo: "", checkpoint: cutAt(99) };

  test("[H13] 90 days after the event's archiving, to the millisecond, and an alarm waits for it", () => {
    const [before, from] = [at(ARCHIVED + 1), at(ARCHIVED)];
    expect(cutsOrders(cutRows, before, SETTINGS)).toBe(false);
    expect(deletionDueAt(cutRows, null, before, SETTINGS)).toBe(START + 1);
    expect(cutsOrders(cutRows, from, SETTINGS)).toBe(true);
    expect(deletionDueAt(cutRows, null, from, SETTINGS)).toBe(START);
  });

  test.each<[string, RetentionFacts]>([
    ["while the event is not archived", { ...FACTS, now: START + 1_000 * DAY }],
    ["for want of room", { ...FACTS, bytes: 1_001 }],
    ["before D1 has acknowledged all", at(ARCHIVED, { projectedSeq: 99 })],
    ["before every other ticket type has received them", at(ARCHIVED, { unsent: true })],
  ])("[H13] not %s, and no alarm turns round for it", (_, facts) => {
    expect(cutsOrders(cutRows, facts, SETTINGS)).toBe(false);
    expect(deletionDueAt(cutRows, null, facts, SETTINGS)).toBeNull();
  });

  test("[H13] [L5] once: then no row remains of them", () => {
    const kept = { ...cutRows, ordersTo: ALL_ORDERS };
    expect(cutsOrders(kept, at(ARCHIVED), SETTINGS)).toBe(false);
    expect(deletionDueAt(kept, null, at(ARCHIVED), SETTINGS)).toBeNull();
  });
});
