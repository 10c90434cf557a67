// Tests that the alarm's screen moves, and does not flash.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = (path: string) => readFileSync(`src/ui/${path}`, "utf8");

test("[W2] no animation of the scanner is faster than once a second, so nothing flashes", () => {
  const seconds = [...css("scanner/scanner.css").matchAll(/animation:[^;]*?([\d.]+)s/g)].map(([, text]) =>
    Number(text),
  );
  expect(seconds.length, "the alarm's stripes").toBeGreaterThan(0);
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(1);
  expect(css("scanner/scanner.css")).toMatch(/no-preference\) \{\s+\.verdict-alarm::before/);
});

test("[C10] [S17] no animation repeats for people who prefer reduced motion", () => {
  const [, reduced = ""] = /prefers-reduced-motion: reduce\) \{([^}]*)/.exec(css("shared/styles/sheet.css")) ?? [];
  expect(reduced).toContain("animation-iteration-count: 1 !important");
});
