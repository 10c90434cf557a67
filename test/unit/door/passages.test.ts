// What is decided beside the order of rule D6: the same scan again, exits, overrides, and tickets that enter freely.

import { describe, expect, test } from "vitest";
import type { ScanId } from "../../../src/domain/ids.ts";
import { SECOND } from "../../support/builders.ts";
import { AGAINST, STOP, TYPED } from "../../support/door/against.ts";
import {
  A_MINUTE_AGO,
  both,
  decisionOf,
  entered,
  inside,
  NORTH,
  NOW,
  OTHER_PHONE,
  type Parts,
  SCAN,
  verdictOf,
} from "../../support/door/cases.ts";

describe("[D5] the same ticket, device and direction again", () => {
  const recent = { acked: false, at: NOW } as const;
  const ticket = inside(NOW);

  test.each<[number, boolean, string]>([
    [0, false, "again"],
    [30 * SECOND - 1, false, "again"],
    [30 * SECOND, false, "already_inside"],
    [0, true, "repeat"],
    [10 * SECOND - 1, true, "repeat"],
    [10 * SECOND, true, "already_inside"],
  ])("%i ms later, acknowledged: %s, is %s", (later, acked, verdict) => {
    expect(verdictOf({ ticket, recent: { ...recent, acked }, now: NOW + later })).toBe(verdict);
  });

  test("names the scan that let in, and its verdict", () => {
    const verdict = { verdict: "exited", persons: 1 } as const;
    expect(decisionOf({ ticket, recent })).toEqual({ kind: "again", scanId: SCAN, verdict });
    expect(decisionOf({ ticket, recent: { ...recent, acked: true } })).toEqual({ kind: "repeat", scanId: SCAN });
  });

  test.each<[string, Parts]>([
    ["another device", { recent: { ...recent, deviceId: OTHER_PHONE } }],
    ["another direction", { recent: { ...recent, direction: "out" } }],
    ["a passage that was undone or followed by another", { recent: { ...recent, scanId: "scan-other" as ScanId } }],
  ])("is no repeat of %s", (_, parts) => {
    expect(verdictOf({ ticket, ...parts })).toBe("already_inside");
  });

  test("comes after row 4 and before row 5", () => {
    expect(verdictOf({ ticket: { ...ticket, voided: STOP }, recent })).toBe("void");
    expect(verdictOf({ ticket: { ...ticket, blocked: STOP }, recent })).toBe("blocked");
    expect(verdictOf({ ticket, recent, terms: { endTime: NOW } })).toBe("again");
    expect(verdictOf({ ticket, recent, gate: { status: "closed" } })).toBe("again");
  });

  test("is known of an exit, too", () => {
    const out = {
      ticket: { ...entered(A_MINUTE_AGO), last: { scanId: SCAN, at: NOW } },
      scan: { direction: "out" },
    } as const;
    expect(verdictOf({ ...out, recent: { ...recent, direction: "out", acked: true } })).toBe("repeat");
    expect(verdictOf({ ...out, recent: { ...recent, direction: "in", acked: true } })).toBe("exit_unmatched");
  });
});

describe("[D7] out", () => {
  const out = { scan: { direction: "out" } } as const;

  test.each(AGAINST.filter(([row]) => row > 3))("is not kept in by row %i: %j", (_, parts) => {
    const inSide = both(parts, { ...out, ticket: inside(A_MINUTE_AGO) });
    expect(verdictOf(inSide)).toBe("exited");
    expect(verdictOf(both(inSide, { ticket: { inside: 0 } }))).toBe("exit_unmatched");
  });

  test.each(AGAINST.filter(([row]) => row <= 3))("is refused by row %i: %j", (_, parts, { verdict }) => {
    expect(verdictOf(both(parts, out))).toBe(verdict);
  });

  test("takes keys of any status, and a forged code of none", () => {
    const refused = { ...out, ticket: inside(A_MINUTE_AGO), code: { key: "refused" } } as const;
    expect(verdictOf(refused)).toBe("exited");
    expect(verdictOf(both(refused, { code: { signed: false } }))).toBe("forged");
  });

  test("lets as many out as their entry let in", () => {
    const exit = decisionOf({ ...out, ticket: { ...inside(NOW), inside: 5, leaving: 3 }, admission: { admits: 2 } });
    expect(exit).toEqual({ kind: "decided", verdict: { verdict: "exited", persons: 3 } });
    const unmatched = decisionOf({ ...out, admission: { admits: 2 } });
    expect(unmatched).toEqual({ kind: "decided", verdict: { verdict: "exit_unmatched", persons: 2 } });
  });
});

describe("[D15] a supervisor", () => {
  const overrides = { scan: { overrides: true } } as const;
  const isHard = (verdict: { readonly hard?: boolean }): boolean => verdict.hard === true;

  test.each(AGAINST.filter(([row, , verdict]) => row >= 4 && row <= 12 && !isHard(verdict)))(
    "lets in against row %i: %j",
    (_, parts, { verdict }) => {
      expect(decisionOf(both(parts, overrides))).toMatchObject({ verdict: { adds: 1, against: verdict } });
    },
  );

  test.each(AGAINST.filter(([row, , verdict]) => row <= 3 || row === 13 || isHard(verdict)))(
    "does not let in against row %i: %j",
    (_, parts, { verdict }) => {
      expect(verdictOf(both(parts, overrides))).toBe(verdict);
    },
  );

  test("lets in past the event's capacity, never past the venue's, whatever else was overridden", () => {
    const full = both(overrides, { ticket: inside(A_MINUTE_AGO) });
    expect(decisionOf(both(full, { view: { inside: 99 } }))).toMatchObject({ verdict: { against: "already_inside" } });
    expect(verdictOf(both(full, { view: { inside: 100 } }))).toBe("venue_full");
  });

  test("has nothing overridden when there was nothing against it", () => {
    expect(decisionOf(overrides)).toMatchObject({ verdict: { verdict: "admitted", against: null } });
  });
});

describe("[D8] a free ticket that is inside", () => {
  const free = { admission: { entry: "free" }, ticket: { ...inside(A_MINUTE_AGO), inside: 4, leaving: 3 } } as const;

  test("is readmitted and adds nobody, also when the venue is full", () => {
    const verdict = { verdict: "readmitted", adds: 0, inside: 100 };
    expect(decisionOf(both(free, { view: { inside: 100 } }))).toMatchObject({ verdict });
  });

  test("takes whom it let in along to another gate, as far as there is room", () => {
    expect(decisionOf(both(free, { gate: { capacity: 8 } }))).toMatchObject({ verdict: { insideBy: 8 } });
    expect(verdictOf(both(free, { gate: { capacity: 7 } }))).toBe("gate_full");
    const here = both(free, { ticket: { insideGate: NORTH }, gate: { capacity: 5 } });
    expect(decisionOf(here)).toMatchObject({ verdict: { verdict: "readmitted", insideBy: 5 } });
  });

  test("[D12] still draws on its lease when offline, since it may have left by another gate", () => {
    expect(verdictOf(both(free, { scan: { alone: true } }))).toBe("lease_used_up");
    expect(verdictOf(both(free, { scan: { alone: true }, view: { out: 20, own: 20 } }))).toBe("readmitted");
  });
});

test("[D8] a signed code of a type that the door does not know yet is admitted by the standard rules", () => {
  expect(decisionOf({ code: { typeNumber: 9 } })).toMatchObject({ verdict: { verdict: "admitted", adds: 1 } });
  expect(verdictOf({ code: { typeNumber: 9 }, ticket: entered(A_MINUTE_AGO) })).toBe("used");
});

test("[D6] a typed code is judged by what is known of it before the network is needed", () => {
  const typed = { scan: { code: TYPED, alone: true }, view: { own: 1 } } as const;
  expect(verdictOf(typed)).toBe("typed_needs_network");
  expect(verdictOf(both(typed, { ticket: inside(A_MINUTE_AGO) }))).toBe("already_inside");
  expect(verdictOf({ scan: { code: { ...TYPED, check: "right" } } })).toBe("admitted");
  expect(verdictOf({ scan: { code: { ...TYPED, check: "wrong" } } })).toBe("forged");
  const unknown = { ...TYPED, typeNumber: null, generation: null } as const;
  const reissued = { ticket: { generation: 2, reissued: STOP } } as const;
  expect(verdictOf(both(reissued, { scan: { code: unknown, alone: true }, view: { own: 1 } }))).toBe(
    "typed_needs_network",
  );
});
