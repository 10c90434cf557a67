// Tests that a row of what cannot have happened is found, though all sums and hashes fit (rules T6, H9, O3).

import { describe, expect, test } from "vitest";
import type { OrderId } from "../../../src/domain/ids.ts";
import { EMPTY_HEAD, type Head, hashRow, type LedgerKind, type LedgerRow } from "../../../src/domain/ledger/chain.ts";
import { type NotedHead, verifyLedger } from "../../../src/domain/ledger/verify.ts";
import { must } from "../../../src/domain/result.ts";
import { checkoutCommand, claimCommand, holdIdOf, sha256, SHOPPER, START } from "../../support/builders.ts";

type Line = { kind: LedgerKind; hold?: string; order?: OrderId; quantity?: number; at?: number; requestId?: string };

const HOME = checkoutCommand([holdIdOf(SHOPPER, "a")]).orderId;
const OTHER = checkoutCommand([holdIdOf(SHOPPER, "b")], { key: "other" }).orderId;
const AWAY = claimCommand([holdIdOf(SHOPPER, "a")]).orderId;
const GIVES = ["release", "expire", "swap", "confirm", "cancel", "expire_order", "lapse"];

/** A ledger of these lines, of two tickets each, a second apart: counts and hashes as they must be. */
function ledgerOf(lines: readonly Line[], from: Head = EMPTY_HEAD): LedgerRow[] {
  let before: Head = from;
  return lines.map(({ kind, hold, order, quantity = kind === "terms" ? 0 : 2, at, requestId = null }) => {
    const held = kind === "hold" ? quantity : GIVES.includes(kind) ? -quantity : 0;
    const back = kind === "return" || kind === "withdraw" ? -quantity : 0;
    const row = {
      ...{
        seq: before.seq + 1,
        at: at ?? Math.max(before.at, START) + 1_000,
        kind,
        quantity,
        actor: SHOPPER,
        requestId,
      },
      holdId: hold === undefined ? null : holdIdOf(SHOPPER, hold),
      orderId: order ?? null,
      total: 100,
      sold: before.sold + (kind === "confirm" ? quantity : back),
      held: before.held + held,
      withdrawn: before.withdrawn + (kind === "withdraw" ? quantity : 0),
    };
    const whole: LedgerRow = { ...row, hash: hashRow(before, row, sha256) };
    before = whole;
    return whole;
  });
}

const TERMS: Line = { kind: "terms" };
const holds = (...names: string[]): Line[] => names.map((hold) => ({ kind: "hold", hold }));
const on = (kind: LedgerKind, hold: string, order?: OrderId): Line => ({ kind, hold, ...(order && { order }) });
const extended = (hold: string, times: number): Line[] => Array.from({ length: times }, () => on("extend", hold));
const sold: Line[] = [...holds("a"), on("checkout", "a", HOME), on("confirm", "a", HOME)];

const POSSIBLE: Readonly<Record<string, readonly Line[]>> = {
  "a hold that is extended ten times": [...holds("a"), ...extended("a", 10), on("release", "a")],
  "a hold that is placed again once it has ended": [
    ...holds("a"),
    on("release", "a"),
    ...holds("a"),
    on("expire", "a"),
  ],
  "an order of two holds": [
    ...holds("a", "b"),
    ...["checkout", "confirm"].flatMap((kind) => ["a", "b"].map((hold) => on(kind as LedgerKind, hold, HOME))),
  ],
  "a claim that is taken back and made again": [
    ...holds("a"),
    on("claim", "a", AWAY),
    on("unclaim", "a", AWAY),
    on("claim", "a", AWAY),
    on("lapse", "a", AWAY),
  ],
  "tickets that come back in two parts": [
    ...sold,
    { ...on("return", "a", HOME), quantity: 1 },
    { ...on("withdraw", "a", HOME), quantity: 1 },
  ],
  "a swap": [...holds("a"), on("swap", "a"), ...holds("b"), on("release", "b")],
  "many that run out together, and one that was extended": [
    ...holds("a", "b", "c"),
    on("extend", "a"),
    { kind: "expire", quantity: 4, at: START + 305_000 },
    on("release", "a"),
  ],
};

/** The last line is the one that cannot be. */
const IMPOSSIBLE: Readonly<Record<string, readonly Line[]>> = {
  "a hold that is extended an eleventh time, across a swap": [
    ...holds("a"),
    ...extended("a", 10),
    on("swap", "a"),
    ...holds("b"),
    on("extend", "b"),
  ],
  "an order that takes a hold once another of its holds was sold": [
    ...holds("a", "b", "c"),
    on("checkout", "a", HOME),
    on("checkout", "b", HOME),
    on("confirm", "a", HOME),
    on("checkout", "c", HOME),
  ],
  "a hold that is given back twice": [...holds("a", "b"), on("release", "a"), on("release", "a")],
  "a hold that runs out after it was released": [...holds("a", "b"), on("release", "a"), on("expire", "a")],
  "a hold that is there already": [...holds("a"), ...holds("a")],
  "a sale of a hold that was never placed": [...holds("a"), on("confirm", "b", HOME)],
  "a sale of a hold that no order took": [...holds("a"), on("confirm", "a", HOME)],
  "a sale by another order": [...holds("a"), on("checkout", "a", HOME), on("confirm", "a", OTHER)],
  "a sale of other tickets than were held": [
    ...holds("a", "b"),
    on("checkout", "a", HOME),
    { ...on("confirm", "a", HOME), quantity: 3 },
  ],
  "an order that ends twice": [...sold, ...holds("b"), on("cancel", "a", HOME)],
  "an order of which one hold is sold and another given back": [
    ...holds("a", "b"),
    on("checkout", "a", HOME),
    on("checkout", "b", HOME),
    on("confirm", "a", HOME),
    on("cancel", "b", HOME),
  ],
  "a release of what an order has": [...holds("a"), on("checkout", "a", HOME), on("release", "a")],
  "a claim of the home itself": [...holds("a"), on("claim", "a", HOME)],
  "a checkout of another home": [...holds("a"), on("checkout", "a", AWAY)],
  "an order that lapses at its home": [...holds("a"), on("checkout", "a", HOME), on("lapse", "a", HOME)],
  "a doubt that ends twice": [
    ...holds("a"),
    on("claim", "a", AWAY),
    on("unclaim", "a", AWAY),
    on("unclaim", "a", AWAY),
  ],
  "a return of what was not sold": [...sold, ...holds("b"), { ...on("return", "b", HOME), quantity: 1 }],
  "a return of more than was sold": [
    ...sold,
    ...[on("checkout", "b", OTHER), on("confirm", "b", OTHER)].flatMap((line, n) => [
      ...(n === 0 ? holds("b") : []),
      line,
    ]),
    { ...on("return", "a", HOME), quantity: 1 },
    on("return", "a", HOME),
  ],
  "a swap whose place nobody takes": [...holds("a"), on("swap", "a"), TERMS],
  "a swap whose place another takes": [...holds("a"), on("swap", "a"), { ...on("hold", "b"), requestId: "another" }],
  "a part of a hold that ran out with others": [...holds("a", "b"), { kind: "expire", quantity: 3 }],
  "more that ran out than was held": [
    ...holds("a", "b"),
    on("checkout", "a", HOME),
    { kind: "expire", quantity: 4, at: START + 400_000 },
  ],
  "a hold that is released after it ran out with others": [
    ...holds("a", "b", "c"),
    { kind: "expire", quantity: 4, at: START + 400_000 },
    on("release", "b"),
  ],
};

describe("a ledger with fitting counts and hashes", () => {
  test.each(Object.entries(POSSIBLE))("[T6] holds with %s", (_, lines) => {
    expect(verifyLedger(EMPTY_HEAD, ledgerOf([TERMS, ...lines]), sha256).broken).toBeNull();
  });

  test.each(Object.entries(IMPOSSIBLE))("[T6] [H9] [O3] shows %s, at its row", (_, lines) => {
    const rows = ledgerOf([TERMS, ...lines]);
    expect(verifyLedger(EMPTY_HEAD, rows, sha256).broken?.seq).toBe(rows.length);
  });
});

describe("a ledger that was cut", () => {
  const whole = ledgerOf([TERMS, ...holds("a", "b"), on("release", "a"), on("release", "b"), ...sold]);
  const checkpoint = must(whole[2], "two holds are placed");

  test("[H13] may name holds placed before its checkpoint, as many as that counts, and each once", () => {
    expect(verifyLedger(checkpoint, whole.slice(3), sha256).broken).toBeNull();
    const twice = ledgerOf([on("release", "a"), on("release", "a")], checkpoint);
    expect(verifyLedger(checkpoint, twice, sha256).broken?.seq).toBe(5);
    const more = ledgerOf([on("release", "a"), ...holds("d"), on("release", "b"), on("release", "c")], checkpoint);
    expect(verifyLedger(checkpoint, more, sha256).broken?.seq).toBe(7);
  });
});

describe("a ledger whose rows were noted elsewhere", () => {
  const rows = ledgerOf([TERMS, ...sold]);
  const noted = (seq: number, hash = must(rows[seq - 1], "a row").hash): NotedHead => ({ by: "D1", seq, hash });
  const rewritten = ledgerOf([TERMS, ...holds("a"), on("release", "a"), TERMS]);
  const verify = (of: readonly LedgerRow[], note: NotedHead, from: Head = EMPTY_HEAD) =>
    verifyLedger(from, of, sha256, { noted: [note] }).broken;

  test("[T6] [K5] holds when the note is of its row, at whatever position", () => {
    for (const { seq } of rows) expect(verify(rows, noted(seq))).toBeNull();
  });

  test("[T6] [K5] shows that it was written again, though every row follows from the one before", () => {
    expect(verifyLedger(EMPTY_HEAD, rewritten, sha256).broken).toBeNull();
    const why = `D1 has another row at this place, with the hash ${noted(4).hash}, so the rows up to here were rewritten`;
    expect(verify(rewritten, noted(4))).toEqual({ seq: 4, why });
    expect(verify(rewritten, noted(1)), "the first row is the same").toBeNull();
  });

  test("[T6] shows it by the log too, when D1's row was rewritten with it", () => {
    const both: NotedHead[] = [noted(4, must(rewritten[3], "a row").hash), { ...noted(3), by: "the log" }];
    expect(verifyLedger(EMPTY_HEAD, rewritten, sha256, { noted: both }).broken).toEqual({
      seq: 3,
      why: expect.stringContaining("the log has another row at this place"),
    });
  });

  test("[T6] [K5] shows that its last rows are gone", () => {
    const why = "D1 has a row 4 of this ledger, which ends at row 3, so its last rows are missing";
    expect(verify(rows.slice(0, 3), noted(4))).toEqual({ seq: 4, why });
  });

  test("[T6] [H13] shows an invented checkpoint whose rows were made to follow from it", () => {
    const invented = { ...must(rows[1], "a row"), sold: 5, hash: sha256("invented") };
    const after = ledgerOf([on("release", "a")], invented);
    expect(verifyLedger(invented, after, sha256).broken).toBeNull();
    expect(verify(after, noted(2), invented)).toMatchObject({ seq: 2 });
    expect(verify(after, noted(3), invented)).toMatchObject({ seq: 3 });
  });

  test("[T6] [H13] cannot be compared before its checkpoint, and is at it and after it", () => {
    const checkpoint = must(rows[1], "a row");
    const rest = rows.slice(2);
    expect(verify(rest, noted(1, sha256("another")), checkpoint)).toBeNull();
    for (const seq of [2, 3, 4]) {
      expect(verify(rest, noted(seq), checkpoint)).toBeNull();
      expect(verify(rest, noted(seq, sha256("another")), checkpoint)?.seq).toBe(seq);
    }
  });
});
