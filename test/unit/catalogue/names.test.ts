// Slugs, codes, countries and time zones (rules V1, G1, E1).

import { describe, expect, it } from "vitest";
import { GATE_CODE, isCountry, slugFrom, timezoneNamed } from "../../../src/domain/events/catalogue.ts";
import { MAX_SLUG, SLUG } from "../../../src/domain/events/slug.ts";

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
  const resolved = (timeZone: string) => {
    try {
      return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
    } catch {
      return null;
    }
  };

  it("[V1] is a name that the runtime knows, and not an offset, which it may know too", () => {
    expect(timezoneNamed("Africa/Johannesburg", resolved)).toBe("Africa/Johannesburg");
    expect(timezoneNamed("UTC", resolved)).toBe("UTC");
    expect(timezoneNamed("Africa/Nowhere", resolved)).toBeNull();
    expect(timezoneNamed("+02:00", (name) => name)).toBeNull();
  });

  it.each(
    `Africa/Johannesburg Africa/Dar_es_Salaam America/Port-au-Prince America/Port_of_Spain America/Argentina/ComodRivadavia
     America/Argentina/Buenos_Aires America/Knox_IN America/North_Dakota/New_Salem America/Nuuk Asia/Ho_Chi_Minh Asia/Kolkata
     Australia/ACT Australia/LHI Brazil/DeNoronha Chile/EasterIsland EST5EDT Etc/GMT+1 Etc/GMT-14 Etc/UTC Europe/Isle_of_Man
     Europe/Kyiv GB GB-Eire GMT GMT0 Mexico/BajaNorte NZ-CHAT PRC US/East-Indiana US/Pacific UTC W-SU Zulu`.split(
      /\s+/,
    ),
  )("[V1] %s is kept as IANA spells it, however it is written", (name) => {
    for (const written of [name, name.toLowerCase(), name.toUpperCase()])
      expect(timezoneNamed(written, resolved)).toBe(name);
  });
});
