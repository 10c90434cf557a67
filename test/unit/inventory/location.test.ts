import { describe, expect, it } from "vitest";
import { locationHint } from "../../../src/inventory/location.ts";

describe("where an inventory is born", () => {
  it.each([
    ["ZA", "afr"],
    ["DE", "weur"],
    ["US", "enam"],
    ["AU", "oc"],
    ["JP", "apac"],
    ["AE", "me"],
  ])("a venue in %s: near it, in %s", (country, hint) => {
    expect(locationHint(country)).toBe(hint);
  });

  it("a country that no region names is left to the platform", () => {
    expect(locationHint("AQ")).toBeUndefined();
  });
});
