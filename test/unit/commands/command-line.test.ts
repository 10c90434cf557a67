import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { misuse, readCommandLine, wholeNumber } from "../../../src/cli/terminal/command-line.ts";

const USAGE = "Usage: npm run simulate -- [--times N] WORD";
const OPTIONS = { times: { type: "string" }, loud: { type: "boolean", default: false } } as const;

/** What a command that ended wrote, and its status. */
class Ended extends Error {}
let out = "";
let said = "";
let status: unknown;

beforeEach(() => {
  [out, said, status] = ["", "", undefined];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((said += String(text)), true));
  vi.spyOn(process, "exit").mockImplementation((code) => {
    status = code;
    throw new Ended();
  });
});
const argv = process.argv;
afterEach(() => {
  process.argv = argv;
});

function run(...words: readonly string[]) {
  process.argv = ["node", "simulate.ts", ...words];
  return readCommandLine(USAGE, OPTIONS, 1);
}

test("a command line is read as options and words", () => {
  expect(run("a", "--times", "3")).toEqual({ values: { loud: false, times: "3" }, positionals: ["a"] });
  expect(run("--loud", "--", "--times")).toEqual({ values: { loud: true }, positionals: ["--times"] });
});

test.each(["--help", "-h"])("%s prints the usage and ends with 0, whatever else is there", (flag) => {
  expect(() => run("--bogus", flag)).toThrow(Ended);
  expect([status, out, said]).toEqual([0, `${USAGE}\n`, ""]);
});

test.each([
  [["--bogus"], "Unknown option '--bogus'."],
  [["-x"], "Unknown option '-x'."],
  [["--times"], "Option '--times <value>' argument missing."],
  [["--loud=yes"], "Option '--loud' does not take an argument."],
  [["a", "b.c"], "Unexpected argument 'b.c'."],
  [["--a.b"], "Unknown option '--a.b'."],
])("%j is refused in one line above the usage, with 2", (words, fault) => {
  expect(() => run(...words)).toThrow(Ended);
  expect([status, out, said]).toEqual([2, "", `${fault}\n${USAGE}\n`]);
});

test("a number that is none is refused with the option's name", () => {
  expect(wholeNumber("times", "20", USAGE)).toBe(20);
  for (const text of ["", "abc", "-1", "1.5", "1e3"]) {
    expect(() => wholeNumber("times", text, USAGE)).toThrow(Ended);
    expect(status).toBe(2);
  }
  expect(() => misuse("A word is missing.", USAGE)).toThrow(Ended);
  expect(said.endsWith(`A word is missing.\n${USAGE}\n`)).toBe(true);
});
