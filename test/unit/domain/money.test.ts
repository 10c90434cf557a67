// Money between the wire's decimal strings and minor units.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatMoney, MAX_PRICE, parseMoney } from "../../../src/domain/money.ts";

describe("[K1] money", () => {
  test.each([
    [0, "0.00"],
    [5, "0.05"],
    [50, "0.50"],
    [15_000, "150.00"],
    [MAX_PRICE, "1000000.00"],
    [MAX_PRICE * 1_000_000, "1000000000000.00"],
  ])("%i cents are written %s", (minor, text) => {
    expect(formatMoney(minor)).toBe(text);
  });

  test.each([
    ["0", 0],
    ["0.0", 0],
    ["0.5", 50],
    ["0.05", 5],
    ["150", 15_000],
    ["150.1", 15_010],
    ["150.10", 15_010],
    ["1000000.00", MAX_PRICE],
  ])("%s is read as %i cents", (text, minor) => {
    expect(parseMoney(text)).toBe(minor);
  });

  test("is the same after writing and reading, cent for cent", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_PRICE * 10 }), (minor) => parseMoney(formatMoney(minor)) === minor),
    );
  });

  test.each([
    [""],
    [" 1"],
    ["1 "],
    ["1\n"],
    ["-1"],
    ["+1"],
    ["01"],
    [".5"],
    ["1."],
    ["1.234"],
    ["1,50"],
    ["1e3"],
    ["0x10"],
    ["NaN"],
    ["Infinity"],
    ["12345678901"],
  ])("is not %o", (text) => {
    expect(parseMoney(text)).toBeNull();
  });
});
