// The sheet of all pages: small, readable in light and dark, and what it says of its classes is what it has.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { contrast } from "../../../src/domain/events/accent.ts";
import { must } from "../../../src/domain/result.ts";
import { assetPath } from "../../../src/http/pages/assets.ts";
import { PROJECT } from "../../support/server/commands.ts";

const sheet = readFileSync(join(PROJECT, "src/ui/shared/styles/sheet.css"), "utf8");
const [told = "", rules = ""] = sheet.split(/\*\/([^]*)/, 2);

test("it has at most 8 KB after gzip", () => {
  const built = readFileSync(join(PROJECT, "dist/ui", assetPath("sheet.css")));
  expect(gzipSync(built, { level: 9 }).length).toBeLessThanOrEqual(8_000);
});

test("its first lines name every class that it has, and no other", () => {
  const classesIn = (text: string) => [
    ...new Set([...text.matchAll(/\.([a-z][a-z-]+)(?=[\s,.:;{)>]|$)/gm)].map(([, name]) => name)),
  ];
  const had = classesIn(rules.replaceAll(/\/\*[^]*?\*\/|"[^"]*"/g, ""));
  const named = [...classesIn(told), ...[...told.matchAll(/class="([a-z-]+)"/g)].map(([, name]) => name)];
  expect(
    had.filter((name) => !named.includes(name)),
    "not named",
  ).toEqual([]);
  expect(
    named.filter((name) => !had.includes(name)),
    "not had",
  ).toEqual([]);
});

/** Each token of a colour, light and dark. */
const COLOURS = new Map(
  [...rules.matchAll(/--vg-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name = "", light = "", dark = ""]) => [name, [light, dark] as const],
  ),
);

/** Each colour on each ground that it is written on. */
const TEXTS = [
  ...["text", "soft", "accent", "accent-strong", "bad"].flatMap((name) => [
    [name, "ground"],
    [name, "surface"],
  ]),
  ...["text", "soft"].map((name) => [name, "sunken"]),
  ...["tint", "good-tint", "warn-tint", "bad-tint"].map((ground) => ["text", ground]),
  ...["good", "warn", "bad"].map((name) => [name, `${name}-tint`]),
  ...["accent", "accent-strong"].map((ground) => ["on-accent", ground]),
  ["surface", "bad"],
] as [string, string][];

test.each(["light", "dark"])(
  "%s: text is read by everybody (4.5 to 1), and the edge of a field is seen (3 to 1)",
  (theme) => {
    const colour = (name: string) => must(COLOURS.get(name), `there is a colour ${name}`)[theme === "light" ? 0 : 1];
    const poor = (pairs: readonly [string, string][], least: number) =>
      pairs.filter(([one, other]) => contrast(colour(one), colour(other)) < least);
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
    expect(poor(TEXTS, 4.5)).toEqual([]);
    expect(
      poor(
        ["ground", "surface"].map((ground) => ["edge", ground]),
        3,
      ),
    ).toEqual([]);
  },
);
