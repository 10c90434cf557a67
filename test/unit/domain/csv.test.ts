// Lines of CSV: quotes, lines within a field, what a spreadsheet would take for a formula, and a venue's clocks.

import { expect, it } from "vitest";
import { csvLine } from "../../../src/domain/text/csv.ts";
import { openLocalTime } from "../../../src/domain/orders/order-export.ts";

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

it.each([
  ["A;=cmd|' /C calc'!A0", "A;'=cmd|' /C calc'!A0"],
  ["+1; -2;@x", "'+1; '-2;'@x"],
  ["\uff1d1+1", "'\uff1d1+1"],
  ["2 × General; 1 × VIP", "2 × General; 1 × VIP"],
])("[O16] neither is one where a spreadsheet parts cells at semicolons: %j", (text, written) => {
  expect(csvLine([text])).toBe(`"${written}"\r\n`);
});

it("[O16] a line has its fields in order and ends as RFC 4180 has it", () => {
  expect(csvLine(["a=b", 1, null, "ü"])).toBe('"a=b","1","","ü"\r\n');
});

it.each([
  ["Africa/Johannesburg", "2026-12-31T22:00:00.999Z", "2027-01-01 00:00:00"],
  ["Asia/Kathmandu", "2026-12-05T18:14:59Z", "2026-12-05 23:59:59"],
  ["America/St_Johns", "2026-12-05T03:29:00Z", "2026-12-04 23:59:00"],
  ["Europe/Berlin", "2027-03-28T00:59:59Z", "2027-03-28 01:59:59"],
  ["Europe/Berlin", "2027-03-28T01:00:00Z", "2027-03-28 03:00:00"],
  ["Europe/Berlin", "2027-10-31T00:59:59Z", "2027-10-31 02:59:59"],
  ["Europe/Berlin", "2027-10-31T01:00:00Z", "2027-10-31 02:00:00"],
])("[O16] the clocks in %s show at %s: %s", (zone, at, shown) => {
  const localTime = openLocalTime();
  expect([localTime(Date.parse(at), zone), localTime(Date.parse(at), zone)]).toEqual([shown, shown]);
});
