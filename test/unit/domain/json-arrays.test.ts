// Lists that are bound as JSON: each part fits into one value of the platform, and nothing is lost or moved by the cut.

import { describe, expect, test } from "vitest";
import { groupsThatFit, jsonArraysOf } from "../../../src/domain/text/json-arrays.ts";
import { MAX_VALUE_BYTES } from "../../support/sqlite/platform-limits.ts";

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
const parts = <T>(items: readonly T[]): string[] => [...jsonArraysOf(items, (item) => item)];

describe("a list as JSON arrays", () => {
  test.each([
    ["many short texts", Array.from({ length: 40_000 }, (_, n) => `${n}-${"n".repeat(100)}`)],
    ["few long texts", Array.from({ length: 700 }, (_, n) => `${n}-${"n".repeat(5_000)}`)],
    ["texts of three bytes a character", Array.from({ length: 3_000 }, (_, n) => `${n}-${"\u20ac".repeat(500)}`)],
    ["texts of four bytes for two units", Array.from({ length: 3_000 }, (_, n) => `${n}-${"\u{1f39f}".repeat(250)}`)],
    ["texts of six bytes a character", Array.from({ length: 3_000 }, (_, n) => `${n}-${"\u0001".repeat(500)}`)],
    ["one long text among short ones", ["a", "b", "\u20ac".repeat(650_000), "c"]],
  ])("[X4] of %s is cut where the platform's limit would be passed, in its order and whole", (_, items) => {
    const arrays = parts(items);
    expect(arrays.length).toBeGreaterThan(1);
    expect(Math.max(...arrays.map(bytesOf))).toBeLessThanOrEqual(MAX_VALUE_BYTES);
    expect(arrays.flatMap((array) => JSON.parse(array) as unknown)).toEqual(items);
  });

  test("[X4] is one array while it fits, and none when it is empty", () => {
    const items = Array.from({ length: 256 }, (_, n) => `${n}-${"n".repeat(500)}`);
    expect(parts(items)).toEqual([JSON.stringify(items)]);
    expect(parts([])).toEqual([]);
  });
});

test("[X4] a group is made when it is requested, of no more items than it needs", () => {
  let seen = 0;
  const endless = (function* texts() {
    for (;;) {
      seen += 1;
      yield "n".repeat(1_000);
    }
  })();
  const [first = []] = groupsThatFit(endless, (text) => text);
  expect(first.length).toBeGreaterThan(600);
  expect(seen).toBe(first.length + 1);
});
