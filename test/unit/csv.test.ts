// Lines of CSV: quotes, lines within a field, and what a spreadsheet would take for a formula.

import { expect, it } from "vitest";
import { csvLine } from "../../src/domain/csv.ts";

it.each([
  ["plain", '"plain"'],
  ['"quoted", with a comma', '"""quoted"", with a comma"'],
  ["two\nlines", '"two\nlines"'],
  ["", '""'],
  [null, '""'],
  [12, '"12"'],
  [-12, '"-12"'],
])("[O16] a field %j is %s", (value, written) => {
  expect(csvLine([value])).toBe(`${written}\r\n`);
});

it.each(['=cmd|"/c calc"!A1', "+27821234567", "-1+1", "@SUM(A1)", "\t=1", "\r=1"])(
  "[O16] what a spreadsheet could take for a formula is no formula: %j",
  (text) => {
    expect(csvLine([text])).toBe(`"'${text.replaceAll('"', '""')}"\r\n`);
  },
);

it("[O16] a line has its fields in order and ends as RFC 4180 has it", () => {
  expect(csvLine(["a=b", 1, null, "ü"])).toBe('"a=b","1","","ü"\r\n');
});
