// Slugs, codes, countries and time zones (rules V1, G1, E1).

import { describe, expect, it } from "vitest";
import { GATE_CODE, isCountry, isTimezone, MAX_SLUG, SLUG, slugFrom } from "../../src/domain/catalogue.ts";

describe("a slug made from a name", () => {
  it.each([
    ["Loftus Versfeld", "loftus-versfeld"],
    ["  Café -- Noir:  LIVE! ", "cafe-noir-live"],
    ["Ærø & Łódź straße", "aero-lodz-strasse"],
    ["The Baron's 2nd", "the-barons-2nd"],
    ["ﬁesta №5", "fiesta-no5"],
    ["音楽祭", "venue"],
    ["!!!", "venue"],
  ])("[V1] %s is %s", (name, slug) => {
    expect(slugFrom(name, "venue")).toBe(slug);
  });

  it("[V1] is a slug that leaves room for an end, however long the name is", () => {
    for (const name of ["x".repeat(200), "ab ".repeat(66), "ß".repeat(200)]) {
      expect(slugFrom(name, "venue")).toMatch(SLUG);
      expect(slugFrom(name, "venue").length + "-a1b2c3".length).toBeLessThanOrEqual(MAX_SLUG);
    }
  });
});

describe("a gate code", () => {
  it.each([
    ["A", true],
    ["0_", true],
    ["A".repeat(32), true],
    ["A".repeat(33), false],
    ["_A", false],
    ["a", false],
    ["A B", false],
    ["", false],
  ])("[G1] %s: %s", (code, right) => {
    expect(GATE_CODE.test(code)).toBe(right);
  });
});

describe("a country", () => {
  it("[V1] is one of the 249 codes of ISO 3166-1, in capitals", () => {
    const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
    const codes = letters.flatMap((first) => letters.map((second) => first + second)).filter(isCountry);
    expect(codes).toHaveLength(249);
    for (const code of ["ZA", "NL", "NA", "SS", "XK", "UK", "EU", "za", "", "ZAF"]) {
      expect(isCountry(code), code).toBe(["ZA", "NL", "NA", "SS"].includes(code));
    }
  });
});

describe("a time zone", () => {
  it("[V1] is a name that the runtime knows, and not an offset, which it may know too", () => {
    const known = (name: string) => ["Africa/Johannesburg", "UTC", "+02:00"].includes(name);
    expect(isTimezone("Africa/Johannesburg", known)).toBe(true);
    expect(isTimezone("UTC", known)).toBe(true);
    expect(isTimezone("Africa/Nowhere", known)).toBe(false);
    expect(isTimezone("+02:00", known)).toBe(false);
  });
});
