import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/time/instant.ts";
import { accept } from "../../../src/domain/result.ts";

const at = (text: string) => accept(Date.parse(text));

describe("[E1] an instant", () => {
  test.each([
    ["2027-03-01T18:00Z", "2027-03-01T18:00:00.000Z"],
    ["2027-03-01T18:00+02:00", "2027-03-01T16:00:00.000Z"],
    ["2027-03-01t18:00:00z", "2027-03-01T18:00:00.000Z"],
    ["2027-03-01T18:00:00.1234567-05:30", "2027-03-01T23:30:00.123Z"],
    ["2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
  ])("%s is %s", (text, instant) => {
    expect(parseInstant(text)).toEqual(at(instant));
  });

  test.each([
    "2027-03-01",
    "2027-03-01T18:00:00",
    "2027-03-01 18:00:00Z",
    "2027-03-01T18Z",
    "2027-02-29T18:00:00Z",
    "2027-04-31T18:00:00Z",
    "2027-13-01T18:00:00Z",
    "2027-03-01T24:00:00Z",
    "2027-03-01T18:60:00Z",
    "2027-03-01T18:00:60Z",
    "2027-03-01T18:00.5Z",
    "2027-03-01T18:00:00+0200",
    "2027-03-01T18:00:00+24:00",
    "2027-03-01T18:00:00+02:60",
    "+002027-03-01T18:00:00Z",
    "1772388000000",
    "",
  ])("%j is none", (text) => {
    expect(parseInstant(text)).toEqual({ ok: false, refusal: "Not an ISO 8601 time with an offset" });
  });

  test.each([
    "1969-12-31T23:59:59.999Z",
    "1970-01-01T01:59:59+02:00",
    "9999-12-31T23:59:59-00:01",
    "0000-01-01T00:00:00+23:59",
  ])("%s is of no year that is accepted", (text) => {
    expect(parseInstant(text)).toMatchObject({ ok: false, refusal: expect.stringContaining("1970 to 9999") });
  });

  test("whose + came as a blank says how a query has to write it", () => {
    expect(parseInstant("2027-03-01T18:00:00 02:00")).toMatchObject({
      ok: false,
      refusal: expect.stringContaining("%2B"),
    });
  });
});
