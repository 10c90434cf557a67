import { describe, expect, it } from "vitest";
import type { Command } from "../../../src/domain/ledger/command.ts";
import { MAX_IN_LINE, MAX_WAIT_MS, MAX_WAITING } from "../../../src/domain/limits.ts";
import { isShed, MAX_WAITING_FOR_COUNTS } from "../../../src/inventory/admission.ts";

const NOW = 1_000_000;
const BEGINS: Command["kind"][] = ["hold", "extend", "claim", "read", "order"];
const ENDS: Command["kind"][] = [
  ...(["release", "checkout", "settle", "return", "erase_contact"] as const),
  ...(["resolve", "unclaim", "follow", "terms"] as const),
];

describe("admission", () => {
  it("[X2] takes at least 2,000 waiting commands before it sheds", () => {
    expect(MAX_WAITING).toBeGreaterThanOrEqual(2_000);
    for (const kind of BEGINS) {
      expect(isShed(kind, MAX_WAITING - 1, NOW, NOW)).toBe(false);
      expect(isShed(kind, MAX_WAITING, NOW, NOW)).toBe(true);
    }
  });

  it("[X2] takes reads of the counts up to a quarter of what may wait, and sheds them long before a hold", () => {
    expect(MAX_WAITING_FOR_COUNTS).toBe(MAX_WAITING / 4);
    expect(isShed("counts", MAX_WAITING_FOR_COUNTS - 1, NOW, NOW)).toBe(false);
    expect(isShed("counts", MAX_WAITING_FOR_COUNTS, NOW, NOW)).toBe(true);
    for (const kind of [...BEGINS, ...ENDS]) expect(isShed(kind, MAX_WAITING_FOR_COUNTS, NOW, NOW), kind).toBe(false);
  });

  it("[X2] takes commands while the oldest has waited up to a second, to the millisecond", () => {
    expect(MAX_WAIT_MS).toBe(1_000);
    for (const kind of [...BEGINS, "counts"] as const) {
      expect(isShed(kind, 1, NOW - 1_000, NOW)).toBe(false);
      expect(isShed(kind, 1, NOW - 1_001, NOW)).toBe(true);
      expect(isShed(kind, 0, null, NOW)).toBe(false);
    }
  });

  it("[X2] takes the first when none waits, however long the last one had to", () => {
    for (const kind of [...BEGINS, ...ENDS, "counts"] as const) expect(isShed(kind, 0, null, NOW)).toBe(false);
  });

  it("[X2] [X4] sheds what gives back, decides or settles only when the line is full, however old it is", () => {
    expect(MAX_IN_LINE).toBeGreaterThan(MAX_WAITING);
    for (const kind of ENDS) {
      expect(isShed(kind, MAX_WAITING, NOW - 60_000, NOW)).toBe(false);
      expect(isShed(kind, MAX_IN_LINE - 1, NOW - 60_000, NOW)).toBe(false);
      expect(isShed(kind, MAX_IN_LINE, NOW, NOW)).toBe(true);
    }
  });
});
