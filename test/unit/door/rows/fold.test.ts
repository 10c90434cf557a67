// What follows from a ticket's rows, case by case: inside, visitors, gates, undo, barriers and conflicts.

import { describe, expect, test } from "vitest";
import {
  addCounts,
  type Counts,
  gateCounts,
  NO_COUNTS,
  subtractCounts,
} from "../../../../src/domain/door/rows/counts.ts";
import { foldEvent, foldTicket, overCapacity } from "../../../../src/domain/door/rows/fold.ts";
import type {
  BarrierRow,
  CountRow,
  PassRow,
  RevokeRow,
  TicketRow,
  UndoRow,
} from "../../../../src/domain/door/rows/rows.ts";
import type { GateId, ScanId } from "../../../../src/domain/ids.ts";
import { HOUR, MINUTE, SECOND } from "../../../support/builders.ts";
import { NORTH, NOW, OTHER_PHONE, PHONE, SOUTH } from "../../../support/door/cases.ts";

const id = (name: string): ScanId => name as ScanId;
const row = (name: string, minute: number) => ({
  ...{ scanId: id(name), at: NOW + minute * MINUTE, deviceId: PHONE as string, counter: 0 },
});
const pass = (kind: "entry" | "exit", name: string, minute: number, changes: Partial<PassRow> = {}): PassRow => ({
  ...row(name, minute),
  ...{ kind, gateId: NORTH, decided: "door", generation: 1, entry: "reentry", persons: 1, breaches: [], ...changes },
});
const entry = (name: string, minute: number, changes?: Partial<PassRow>): PassRow =>
  pass("entry", name, minute, changes);
const exit = (name: string, minute: number, changes?: Partial<PassRow>): PassRow => pass("exit", name, minute, changes);
const undo = (ref: string, minute: number, changes: Partial<UndoRow> = {}): UndoRow => ({
  ...{ ...row(`undo ${ref}`, minute), kind: "undo", ref: id(ref), bySupervisor: false, ...changes },
});
const sweep = (minute: number): BarrierRow => ({ ...row(`sweep ${minute}`, minute), kind: "sweep" });
const set = (minute: number, inside: number, gates: [GateId, number][] = []): BarrierRow => ({
  ...{ ...row(`set ${minute}`, minute), kind: "set", inside, gates: new Map(gates) },
});
const stop = (minute: number, unlessEntered: boolean): RevokeRow => ({
  ...{ ...row(`void ${minute}`, minute), kind: "revoke", action: "void", note: null, unlessEntered },
});

const fold = (rows: readonly TicketRow[], barriers: readonly BarrierRow[] = []) => foldTicket(rows, barriers, []);
const insideOf = (rows: readonly TicketRow[], barriers: readonly BarrierRow[] = []): [number, number] => {
  const { state, part } = fold(rows, barriers);
  return [state.inside, part.inside];
};
const conflictsOf = (rows: readonly TicketRow[], barriers: readonly BarrierRow[] = []): string[] =>
  fold(rows, barriers).conflicts.map((conflict) => conflict.id);

describe("[D10] counts of persons", () => {
  test("clamp at each step: an exit that nobody entered for does not take the next entry back", () => {
    expect(insideOf([exit("a", 0), entry("b", 1)])).toEqual([1, 1]);
    expect(insideOf([entry("b", -1), exit("a", 0)])).toEqual([0, 0]);
  });

  test("let out as many as the entry let in, whatever the type admits by then", () => {
    const rows = [entry("a", 0, { persons: 10 }), exit("b", 1, { persons: 3 })];
    expect(insideOf(rows.slice(0, 1))).toEqual([10, 10]);
    expect(insideOf(rows)).toEqual([0, 0]);
    expect(gateCounts(fold(rows).part, NORTH)).toEqual({ entries: 10, exits: 10, insideBy: 0 });
  });

  test("take a second visit for no second visitor", () => {
    const { part } = fold([entry("a", 0, { persons: 2 }), exit("b", 1), entry("c", 2, { persons: 2 })]);
    expect(part).toMatchObject({ inside: 2, admitted: 2 });
    expect(gateCounts(part, NORTH)).toEqual({ entries: 4, exits: 2, insideBy: 2 });
  });

  test("have who is inside at the gate where they entered last", () => {
    const { part } = fold([entry("a", 0), exit("b", 1, { gateId: SOUTH }), entry("c", 2, { gateId: SOUTH })]);
    expect(gateCounts(part, NORTH)).toEqual({ entries: 1, exits: 0, insideBy: 0 });
    expect(gateCounts(part, SOUTH)).toEqual({ entries: 1, exits: 1, insideBy: 1 });
  });

  test("[D8] move a free ticket from gate to gate, and add nobody", () => {
    const free = { entry: "free", persons: 3 } as const;
    const { state, part } = fold([entry("a", 0, free), entry("b", 1, { ...free, gateId: SOUTH })]);
    expect([state.inside, part.inside, part.admitted]).toEqual([3, 3, 3]);
    expect(gateCounts(part, NORTH).insideBy).toBe(0);
    expect(gateCounts(part, SOUTH).insideBy).toBe(3);
  });

  test("change by the difference of a ticket's parts, and back to nothing", () => {
    const { part } = fold([entry("a", 0), exit("b", 1, { gateId: SOUTH })]);
    expect(subtractCounts(addCounts(NO_COUNTS, part), part)).toEqual(NO_COUNTS);
  });
});

describe("[D14] undo", () => {
  const TEN = 10 * MINUTE;

  test.each<[string, Partial<UndoRow>, number]>([
    ["by the same scanner within ten minutes counts", { at: NOW + TEN - 1 }, 0],
    ["by the same scanner after ten minutes does not", { at: NOW + TEN }, 1],
    ["by another scanner does not", { at: NOW + SECOND, deviceId: OTHER_PHONE }, 1],
    ["by a supervisor counts at any time", { at: NOW + HOUR, deviceId: OTHER_PHONE, bySupervisor: true }, 0],
  ])("%s", (_, changes, inside) => {
    expect(insideOf([entry("a", 0), undo("a", 0, changes)])).toEqual([inside, inside]);
  });

  test("may arrive before its row, and twice", () => {
    const late = undo("a", 1);
    expect(insideOf([late, late, entry("a", 0), entry("b", 2)])).toEqual([1, 1]);
    expect(fold([late]).state.last).toBeNull();
  });

  test("of an exit lets back in, and of an entry that has left makes no negative", () => {
    expect(insideOf([entry("a", 0), exit("b", 1), undo("b", 2)])).toEqual([1, 1]);
    expect(insideOf([entry("a", 0), exit("b", 1), undo("a", 2)])).toEqual([0, 0]);
  });

  test("of an entry lets a ticket enter that was admitted by it", () => {
    expect(fold([entry("a", 0), undo("a", 1)]).state).toMatchObject({ entries: 0, firstEntry: null, lastEntry: null });
  });
});

describe("[D16] barriers in time", () => {
  const rows = [entry("a", 0)];

  test("a sweep empties the place: a ticket that was inside has left, and one from after it has not", () => {
    expect(insideOf(rows, [sweep(1)])).toEqual([0, 0]);
    expect(insideOf(rows, [sweep(-1)])).toEqual([1, 1]);
    expect(fold(rows, [sweep(1)]).state.left).toEqual({ at: NOW + MINUTE, gateId: null, deviceId: null });
  });

  test("after a correction a ticket's later exit counts, and its entry from before does not", () => {
    expect(insideOf(rows, [set(1, 500)])).toEqual([1, 0]);
    expect(insideOf([...rows, exit("b", 2)], [set(1, 500)])).toEqual([0, -1]);
  });

  test("an older row that arrives later changes its ticket and the visitors, not who is inside", () => {
    const late = entry("late", -5, { gateId: SOUTH });
    for (const barrier of [sweep(1), set(1, 500, [[NORTH, 400]])]) {
      const before = foldEvent([], [], [barrier]);
      const after = foldEvent([fold([late], [barrier]).part], [], [barrier]);
      expect([after.inside, gateCounts(after, NORTH).insideBy, gateCounts(after, SOUTH).insideBy]).toEqual([
        ...[before.inside, gateCounts(before, NORTH).insideBy, 0],
      ]);
      expect([after.admitted, gateCounts(after, SOUTH).entries]).toEqual([1, 1]);
      expect(fold([late], [barrier]).state.entries).toBe(1);
    }
  });

  test("clicks count at their gate, can be undone, and count no more inside once a barrier has passed", () => {
    const click = (name: string, minute: number, by: number): CountRow => ({
      ...{ ...row(name, minute), kind: "count", gateId: NORTH, by },
    });
    const clicks = [click("a", 0, 50), click("b", 1, -3), click("c", 2, 7), undo("c", 3)];
    const counts = (barriers: readonly BarrierRow[]): Counts => foldEvent([], clicks, barriers);
    expect(counts([]).inside).toBe(47);
    expect(gateCounts(counts([]), NORTH)).toEqual({ entries: 50, exits: 3, insideBy: 47 });
    expect(counts([set(0.5, 20, [[NORTH, 20]])])).toEqual({
      ...{ inside: 17, admitted: 0, gates: new Map([[NORTH, { entries: 50, exits: 3, insideBy: 17 }]]) },
    });
    expect(counts([sweep(4)]).inside).toBe(0);
  });

  test("the last of several counts, whatever order they come in", () => {
    const barriers = [sweep(3), set(2, 9), set(4, 7)];
    expect(foldEvent([], [], barriers).inside).toBe(7);
    expect(foldEvent([], [], [...barriers].reverse()).inside).toBe(7);
  });
});

describe("[D19] conflicts", () => {
  test("are the same in every order, and each is named after its row", () => {
    const rows = [entry("a", 0), entry("b", 1, { decided: "alone" }), exit("c", 2), entry("d", 3)];
    expect(conflictsOf(rows)).toEqual(["double_entry.b", "double_entry.d"]);
    expect(conflictsOf([...rows].reverse())).toEqual(["double_entry.b", "double_entry.d"]);
  });

  test.each<[string, Partial<PassRow>, string[]]>([
    ["of one that enters once", { entry: "once" }, ["double_entry.b"]],
    ["of one that may re-enter, after it left", { entry: "reentry" }, []],
    ["of one that enters freely", { entry: "free" }, []],
    ["that a supervisor let in", { entry: "once", decided: "override" }, []],
  ])("a second entry %s", (_, changes, conflicts) => {
    const { entry: kind = "once" } = changes;
    expect(conflictsOf([entry("a", 0, { entry: kind }), exit("x", 1), entry("b", 2, changes)])).toEqual(conflicts);
  });

  test("an entry by a void ticket, also from before it was voided since nobody had entered", () => {
    expect(conflictsOf([stop(1, true), entry("a", 2)])).toEqual(["void_entry.a"]);
    expect(conflictsOf([stop(1, true), entry("a", 0, { decided: "alone" })])).toEqual(["void_entry.a"]);
    expect(conflictsOf([stop(1, false), entry("a", 0)])).toEqual([]);
    expect(conflictsOf([stop(1, true), entry("a", 0), undo("a", 0.5)])).toEqual([]);
  });

  test("an entry by a block or an old generation, while that is in force", () => {
    const revoke = (minute: number, what: { action: "block"; note: null } | { action: "unblock" }): RevokeRow => ({
      ...{ ...row(`revoke ${minute}`, minute), kind: "revoke", ...what },
    });
    const reissue: RevokeRow = { ...row("new", 5), kind: "revoke", action: "reissue", generation: 2 };
    const blocks = [revoke(1, { action: "block", note: null }), revoke(3, { action: "unblock" })];
    const free = { entry: "free" } as const;
    expect(conflictsOf([...blocks, entry("a", 0, free), entry("b", 2, free), entry("c", 3.5, free)])).toEqual([
      "blocked_entry.b",
    ]);
    const newer = entry("c", 7, { ...free, generation: 2 });
    expect(conflictsOf([reissue, entry("a", 4, free), entry("b", 6, free), newer])).toEqual(["superseded_entry.b"]);
  });

  test("[D11] over capacity is one conflict from one barrier to the next", () => {
    expect(overCapacity(100, 100, [])).toBeNull();
    expect(overCapacity(101, 100, [])).toEqual({
      ...{ id: "over_capacity.first", kind: "over_capacity", inside: 101, capacity: 100 },
    });
    expect(overCapacity(101, 100, [sweep(2), sweep(1)])?.id).toBe("over_capacity.sweep 2");
  });
});
