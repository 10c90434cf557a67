import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contrast, parseColor, textColorOn } from "../../../src/domain/events/accent.ts";

const color = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, "0")}`);

describe("[E12] an accent colour", () => {
  it("is six hexadecimal digits, taken in any case and kept in lower case", () => {
    expect(parseColor("#A8003C")).toBe("#a8003c");
    for (const text of ["a8003c", "#a80", "#a8003c00", "#a8003g", "red", "", " #a8003c", "#a8003c\n", "#a8003c;x"])
      expect(parseColor(text), text).toBeNull();
  });

  it("has the contrast that WCAG defines", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.478, 3);
    expect(contrast("#ff0000", "#000000")).toBeCloseTo(5.252, 3);
    expect(contrast("#123456", "#123456")).toBe(1);
  });

  it("has black or white as the text on it, whichever is read better, and that is always read well", () => {
    expect(textColorOn("#ffe066")).toBe("#000000");
    expect(textColorOn("#a8003c")).toBe("#ffffff");
    fc.assert(
      fc.property(color, (background) => {
        const text = textColorOn(background);
        const other = text === "#000000" ? "#ffffff" : "#000000";
        expect(contrast(background, text)).toBeGreaterThanOrEqual(contrast(background, other));
        expect(contrast(background, text)).toBeGreaterThanOrEqual(4.5);
      }),
      { numRuns: 2_000 },
    );
  });
});
