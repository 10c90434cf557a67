// Two people change the same thing: what is written, and what a person has to decide first.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afterChoice, changesOf, isSame, merge } from "../../../src/ui/console/decisions/merge.ts";

const base = { name: "General", price: "150.00", total_quantity: 500, description: null };

describe("[C3] a change that meets another", () => {
  test("in other fields writes mine and leaves theirs", () => {
    const merged = merge(base, { ...base, price: "200.00" }, { ...base, name: "Standing" });
    expect(merged).toEqual({
      mine: { name: "Standing" },
      theirs: [{ name: "price", base: "150.00", theirs: "200.00" }],
      clashes: [],
    });
    expect(afterChoice(merged, {})).toEqual({ name: "Standing" });
  });

  test("in the same field asks, and writes what was chosen", () => {
    const merged = merge(base, { ...base, total_quantity: 400 }, { ...base, total_quantity: 600, name: "Standing" });
    expect(merged.clashes).toEqual([{ name: "total_quantity", base: 500, theirs: 400, mine: 600 }]);
    expect(afterChoice(merged, { total_quantity: "theirs" })).toEqual({ name: "Standing" });
    expect(afterChoice(merged, { total_quantity: "mine" })).toEqual({ name: "Standing", total_quantity: 600 });
    expect(afterChoice(merged, {}), "nothing that was not chosen").toEqual({ name: "Standing" });
  });

  test("to the same value is no clash", () => {
    const both = { ...base, price: "200.00" };
    expect(merge(base, both, both)).toEqual({ mine: {}, theirs: [], clashes: [] });
  });

  test("never writes over a field of theirs that was not chosen, whatever both did", () => {
    const row = fc.record({ a: fc.integer({ min: 0, max: 2 }), b: fc.integer({ min: 0, max: 2 }) });
    const sides = fc.record({ a: fc.constantFrom("mine", "theirs"), b: fc.constantFrom("mine", "theirs") });
    fc.assert(
      fc.property(row, row, row, sides, (was, theirs, mine, chosen) => {
        const written = afterChoice(merge(was, theirs, mine), chosen);
        for (const name of Object.keys(written) as ("a" | "b")[]) {
          expect(isSame(was[name], theirs[name]) || chosen[name] === "mine").toBe(true);
        }
      }),
    );
  });
});

test("[C3] what was not touched is not sent; a field that was emptied is", () => {
  expect(changesOf({ ...base, description: "x" }, { ...base, description: null })).toEqual({ description: null });
  expect(changesOf({ name: "x" }, { name: "x", description: null })).toEqual({});
});
