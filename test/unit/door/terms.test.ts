// The terms of a door: the rules of a type, the event's days, its end, and how large a lease is.

import { describe, expect, test } from "vitest";
import { type Admission, admissionErrors, DEFAULT_ADMISSION } from "../../../src/domain/door/admission.ts";
import { dayStarts } from "../../../src/domain/door/days.ts";
import * as lease from "../../../src/domain/door/leases/lease.ts";
import { type DoorTerms, takesFacts } from "../../../src/domain/door/terms.ts";
import { DAY_MS } from "../../support/door/cases.ts";
import { NORTH, NOW, OTHER_PHONE, PHONE, TERMS } from "../../support/door/cases.ts";

describe("[D8] rules of a type", () => {
  const errorsOf = (changes: Partial<Admission>): string[] =>
    admissionErrors({ ...DEFAULT_ADMISSION, ...changes }).map(({ path }) => path);
  const [a, b, c] = [1_000, 2_000, 3_000];

  test.each<[string, Partial<Admission>]>([
    ["the standard ones", {}],
    ["limits of one that may re-enter", { entry: "reentry", per_day: 1, max_entries: 1, gap_minutes: 1 }],
    ["limits of one that enters freely", { entry: "free", per_day: 3, max_entries: 10, gap_minutes: 30 }],
    [
      "windows that touch",
      {
        windows: [
          { from: a, until: b },
          { from: b, until: c },
        ],
      },
    ],
    ["a party of one, and of twenty", { admits: 20 }],
    ["a gate", { gates: [NORTH] }],
  ])("%s are kept", (_, changes) => {
    expect(errorsOf(changes)).toEqual([]);
  });

  test.each<[string, Partial<Admission>, string[]]>([
    ["a limit of one that enters once", { per_day: 1 }, ["per_day"]],
    [
      "each limit of one that enters once",
      { per_day: 1, max_entries: 2, gap_minutes: 3 },
      ["per_day", "max_entries", "gap_minutes"],
    ],
    ["a limit of nothing", { entry: "reentry", max_entries: 0 }, ["max_entries"]],
    ["half a minute", { entry: "reentry", gap_minutes: 0.5 }, ["gap_minutes"]],
    ["nobody", { admits: 0 }, ["admits"]],
    ["a party of twenty-one", { admits: 21 }, ["admits"]],
    ["no gate", { gates: [] }, ["gates"]],
    ["a gate twice", { gates: [NORTH, NORTH] }, ["gates"]],
    ["no window", { windows: [] }, ["windows"]],
    ["an empty window", { windows: [{ from: a, until: a }] }, ["windows.0.until"]],
    [
      "windows that overlap",
      {
        windows: [
          { from: a, until: c },
          { from: b, until: c },
        ],
      },
      ["windows.1.from"],
    ],
  ])("%s is refused at its path", (_, changes, paths) => {
    expect(errorsOf(changes)).toEqual(paths);
  });
});

describe("[D8] days begin at the venue's clock", () => {
  const iso = (starts: readonly number[]): string[] => starts.map((at) => new Date(at).toISOString());
  const at = (text: string): number => Date.parse(text);

  test("of an event of three days, the first one before it begins", () => {
    const starts = dayStarts(at("2026-12-18T15:00:00Z"), at("2026-12-20T21:00:00Z"), "06:00", "Africa/Johannesburg");
    expect(iso(starts)).toEqual(["2026-12-18T04:00:00.000Z", "2026-12-19T04:00:00.000Z", "2026-12-20T04:00:00.000Z"]);
  });

  test("at the boundary to the millisecond", () => {
    const cut = at("2026-12-19T04:00:00Z");
    const johannesburg = (from: number, until: number): number[] =>
      dayStarts(from, until, "06:00", "Africa/Johannesburg");
    expect(johannesburg(cut, cut + 1)).toEqual([cut]);
    expect(johannesburg(cut - 1, cut)).toEqual([cut - DAY_MS]);
    expect(johannesburg(cut - 1, cut + 1)).toEqual([cut - DAY_MS, cut]);
  });

  test("also where a day has 23 or 25 hours, and far from UTC", () => {
    const spring = dayStarts(at("2027-03-27T12:00:00Z"), at("2027-03-28T12:00:00Z"), "06:00", "Europe/Berlin");
    expect(iso(spring)).toEqual(["2027-03-27T05:00:00.000Z", "2027-03-28T04:00:00.000Z"]);
    const skipped = dayStarts(at("2027-03-27T12:00:00Z"), at("2027-03-28T12:00:00Z"), "02:30", "Europe/Berlin");
    expect(iso(skipped)).toEqual(["2027-03-27T01:30:00.000Z", "2027-03-28T01:30:00.000Z"]);
    const autumn = dayStarts(at("2027-10-30T12:00:00Z"), at("2027-10-31T12:00:00Z"), "06:00", "Europe/Berlin");
    expect(iso(autumn)).toEqual(["2027-10-30T04:00:00.000Z", "2027-10-31T05:00:00.000Z"]);
    expect(
      iso(dayStarts(at("2026-12-18T12:00:00Z"), at("2026-12-18T18:00:00Z"), "06:00", "Pacific/Kiritimati")),
    ).toEqual([...["2026-12-17T16:00:00.000Z", "2026-12-18T16:00:00.000Z"]]);
  });
});

describe("[D9] exits and uploads are taken", () => {
  const week = TERMS.endTime + 7 * DAY_MS;

  test.each<[string, Partial<DoorTerms>, number, boolean]>([
    ["for ever until it is archived", {}, week + 100 * DAY_MS, true],
    ["for a week after the end when it was archived sooner", { archivedAt: NOW }, week - 1, true],
    ["and from then on no more", { archivedAt: NOW }, week, false],
    ["until it is archived when that is later", { archivedAt: week + DAY_MS }, week + DAY_MS - 1, true],
    ["and no more once it is", { archivedAt: week + DAY_MS }, week + DAY_MS, false],
  ])("%s", (_, changes, now, taken) => {
    expect(takesFacts({ ...TERMS, ...changes }, now)).toBe(taken);
  });
});

describe("[D12] a lease", () => {
  test.each<[number, number, number]>([
    [1_000, 40, 6],
    [160, 40, 1],
    [159, 40, 0],
    [1_000_000, 40, 50],
    [204, 1, 50],
    [203, 1, 50],
    [199, 1, 49],
    [0, 4, 0],
    [-5, 4, 0],
    [100, 0, 0],
  ])("of %i persons of room and %i scanners is %i for each", (room, scanners, size) => {
    expect(lease.leaseSize(room, scanners)).toBe(size);
  });

  const GRANTED = { ...lease.NO_LEASE, granted: 10 };

  test("is granted once half of it is used up, and never of what others have", () => {
    const at = { capacity: 400, inside: 0, out: 10, scanners: 10 };
    expect(lease.grant(lease.draw(GRANTED, 4), at).granted).toBe(10);
    expect(lease.grant(lease.draw(GRANTED, 5), at).granted).toBe(15);
    expect(lease.grant(lease.draw(GRANTED, 5), { ...at, inside: 0, out: 398 }).granted).toBe(12);
    expect(lease.grant(lease.draw(GRANTED, 5), { ...at, out: 400 }).granted).toBe(10);
  });

  test("that is called back counts until the scanner says what it returned, once", () => {
    const called = lease.recallLease(lease.recallLease(GRANTED));
    expect([called.calls, lease.reservedFor(called)]).toEqual([1, 10]);
    const scanner = lease.takeNotice(
      lease.takeForScan(lease.takeNotice(lease.NO_SCANNER_LEASE, GRANTED), 3).lease,
      called,
    );
    expect(lease.leftOf(scanner)).toBe(0);
    expect(lease.takeNotice(scanner, called)).toEqual(scanner);
    const reported = lease.takeReport(lease.takeReport(called, scanner), scanner);
    expect([reported.returned, lease.reservedFor(reported)]).toEqual([7, 3]);
    expect(lease.recallLease(reported).calls).toBe(2);
  });

  test("of a silent scanner stays reserved until a supervisor writes it off, and both sides go on", () => {
    const used = lease.takeForScan(lease.takeNotice(lease.NO_SCANNER_LEASE, GRANTED), 4).lease;
    const off = lease.writeOff(lease.recallLease(GRANTED));
    expect([lease.reservedFor(GRANTED), lease.reservedFor(off)]).toEqual([10, 0]);
    const anew = lease.grant(off, { capacity: 400, inside: 0, out: 0, scanners: 10 });
    const late = lease.draw(anew, 4);
    expect(lease.leftOf(lease.takeNotice(used, { ...late, calls: 0 }))).toBe(6);
    expect(lease.reservedFor(late)).toBe(6);
  });

  test("is called back from the largest holders, as many as are needed, and not from the requester", () => {
    const third = "dev_third" as typeof PHONE;
    const leases = new Map([
      [PHONE, GRANTED],
      [OTHER_PHONE, { ...lease.NO_LEASE, granted: 6 }],
      [third, { ...lease.NO_LEASE, granted: 8 }],
    ]);
    expect(lease.leasesToRecall(leases, 8, PHONE)).toEqual([third]);
    expect(lease.leasesToRecall(leases, 9, PHONE)).toEqual([third, OTHER_PHONE]);
    leases.set(third, lease.recallLease({ ...lease.NO_LEASE, granted: 8 }));
    expect(lease.leasesToRecall(leases, 8, PHONE)).toEqual([OTHER_PHONE]);
    expect(lease.leasesToRecall(leases, 0, PHONE)).toEqual([]);
  });

  test("gives back what the door did not draw of it", () => {
    const { lease: taken, taken: persons } = lease.takeForScan({ ...lease.NO_SCANNER_LEASE, granted: 5 }, 3);
    expect([persons, lease.leftOf(taken)]).toEqual([3, 2]);
    expect(lease.leftOf(lease.settleScan(taken, 3, 0))).toBe(5);
    expect(lease.leftOf(lease.settleScan(taken, 3, 3))).toBe(2);
    expect(lease.takeForScan(taken, 3).taken).toBe(2);
  });
});
