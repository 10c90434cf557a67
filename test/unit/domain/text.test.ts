import { describe, expect, test } from "vitest";
import { folded, isLine, isText, saysSomething, withLineFeeds, writtenOut } from "../../../src/domain/text/text.ts";

const UNSEEN = [
  "\u0000",
  "\t",
  "\r",
  "\u001b",
  "\u007f",
  "\u009b",
  "\u2028",
  "\u2029",
  "\u061c",
  "\u200f",
  "\u202e",
  "\u2066",
];

describe("[X9] a line", () => {
  test.each([...UNSEEN, "\n"])("does not carry %j", (character) => {
    expect(isLine(`a${character}b`)).toBe(false);
  });

  test("may be in any script, with joined emoji, accents and no-break spaces", () => {
    for (const name of ["Бесплатно · مجانا · 免费", "👩‍🎤", "Z\u0301oe", "10\u00a0000 Lights"])
      expect(isLine(name)).toBe(true);
  });

  test("says something when there is more in it than blanks and what is not seen", () => {
    expect(saysSomething("-")).toBe(true);
    for (const nothing of ["", " ", "\u00a0\u2003", "\u200b\u200d"]) expect(saysSomething(nothing)).toBe(false);
  });
});

describe("[X9] a text of several lines", () => {
  test.each(UNSEEN)("does not carry %j", (character) => {
    expect(isText(`a${character}b`)).toBe(false);
  });

  test("has its lines ended by line feeds, whatever ended them", () => {
    expect(withLineFeeds("a\r\nb\rc\nd\n\r\n")).toBe("a\nb\nc\nd\n\n");
    expect(isText("a\nb")).toBe(true);
  });
});

describe("[X9] what was stored all the same", () => {
  test("is on one line where there is no other", () => {
    expect(folded("Evil\r\nBcc: x@example.com\u2028\u001b[2J ")).toBe("Evil Bcc: x@example.com [2J");
  });

  test("is written out where a terminal would act on it, line feeds excepted", () => {
    expect(writtenOut("a\u001b]0;t\u0007\nb\u202e")).toBe("a\\u{1b}]0;t\\u{7}\nb\\u{202e}");
  });
});
