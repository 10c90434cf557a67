// A ledger that was tampered with is found out, at the row where it breaks: whatever was changed, left out or moved.

import { describe, expect, test } from "vitest";
import { EMPTY_HEAD, type Head, hashRow, LEDGER_KINDS, type LedgerRow } from "../../../src/domain/ledger/chain.ts";
import { verifyLedger } from "../../../src/domain/ledger/verify.ts";
import { must } from "../../../src/domain/result.ts";
import {
  checkoutCommand,
  claimCommand,
  CONTACT,
  eraseCommand,
  extendCommand,
  findHold,
  followCommand,
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  releaseCommand,
  ORDER_TTL_MS,
  settleCommand,
  sha256,
  SHOPPER,
  START,
  termsCommand,
  unclaimCommand,
} from "../../support/builders.ts";
import { openDriver } from "../../support/ledger/driver.ts";
import { returnCommand } from "../../support/ledger/return-command.ts";

/** A ledger with rows of every kind. */
function everyKind(): LedgerRow[] {
  const driver = openDriver();
  driver.send(termsCommand({ total: 20, maxPerOrder: 20 }), START);
  const keys = ["released", "expired", "undone", "lapsed", "confirmed", "cancelled", "too late"];
  const quantities = [1, 2, 3, 4, 4, 2, 2];
  driver.batch(
    keys.map((key, index) => holdCommand(key, { quantity: must(quantities[index], "one each") })),
    START + 1,
  );
  const idOfHold = (key: string) => holdIdOf(SHOPPER, key);
  const undone = claimCommand([idOfHold("undone")], { key: "undone" });
  const lapsed = claimCommand([idOfHold("lapsed")], { key: "lapsed" });
  const orders = keys.slice(4).map((key) => checkoutCommand([idOfHold(key)], { key, contact: CONTACT }));
  driver.batch([undone, lapsed, ...orders], START + 2);
  driver.send(unclaimCommand(undone), START + 3);
  const claimed = must(findHold(driver.store, idOfHold("lapsed")), "it was placed");
  driver.send(followCommand(lapsed, [claimed], { status: "expired" }), START + 4);
  driver.send(releaseCommand(idOfHold("released")), START + 5);
  for (const [index, status] of (["confirmed", "cancelled"] as const).entries()) {
    driver.send(settleCommand(must(orders[index], "an order each").orderId, status), START + 6);
  }
  const { orderId } = must(orders[0], "an order each");
  const some = [{ holdId: idOfHold("confirmed"), quantity: 1 }];
  driver.send(returnCommand(orderId, some, { key: "back" }), START + 7);
  driver.send(returnCommand(orderId, some, { key: "gone", returnToStock: false }), START + 8);
  driver.send(eraseCommand(orderId), START + 9);
  driver.send(holdCommand("swapped", { quantity: 1, replaces: idOfHold("undone") }), START + 1_000);
  driver.send(extendCommand(idOfHold("expired")), START + 2_000);
  driver.batch([], START + HOLD_TTL_MS + 2_000);
  driver.send(termsCommand({ version: 2, total: 15 }), START + 2 + ORDER_TTL_MS);
  return driver.store.rowsAfter(0, 1_000);
}

const ROWS = everyKind();
const verify = (rows: readonly LedgerRow[], from = EMPTY_HEAD) => verifyLedger(from, rows, sha256);
const inPlaceOf = (index: number, rows: readonly LedgerRow[]): LedgerRow[] => [
  ...ROWS.slice(0, index),
  ...rows,
  ...ROWS.slice(index + rows.length),
];
const replaced = (index: number, row: LedgerRow): LedgerRow[] => inPlaceOf(index, [row]);

/** The rows from `index` on, each with the hash that its content and the row before it demand. */
function rehashed(rows: readonly LedgerRow[]): LedgerRow[] {
  let before: Head = EMPTY_HEAD;
  return rows.map((row) => {
    const whole = { ...row, hash: hashRow(before, row, sha256) };
    before = whole;
    return whole;
  });
}

test("the rows that are tampered with here are of every kind, and hold as they are", () => {
  expect(new Set(ROWS.map(({ kind }) => kind))).toEqual(new Set(LEDGER_KINDS));
  expect(verify(ROWS)).toEqual({ rows: ROWS.length, head: ROWS.at(-1), broken: null });
  expect(verify([])).toEqual({ rows: 0, head: EMPTY_HEAD, broken: null });
});

/** As if one byte of the stored value had flipped its lowest bit. */
function flipped(value: unknown): unknown {
  if (value === null) return "0";
  if (typeof value === "number") return value ^ 1;
  const text = String(value);
  const at = text.length - 1;
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1);
}

describe("a flipped byte", () => {
  test.each(Object.keys(must(ROWS[0], "a row")))("[T6] in %s is found at its row, whichever row it is", (column) => {
    ROWS.forEach((row, index) => {
      const value: unknown = Reflect.get(row, column);
      const tampered = { ...row, [column]: column === "at" ? row.at + 1 : flipped(value) };
      expect(verify(replaced(index, tampered)).broken?.seq, `row ${row.seq}`).toBe(row.seq);
    });
  });

  test("[T6] in the last character of a hash is found even where no row follows", () => {
    const last = must(ROWS.at(-1), "a row");
    expect(verify(replaced(ROWS.length - 1, { ...last, hash: String(flipped(last.hash)) })).broken?.seq).toBe(last.seq);
  });
});

describe("rows that are not where they belong", () => {
  test("[T6] a missing row is found at its place", () => {
    for (let index = 0; index < ROWS.length - 1; index++) {
      expect(verify(ROWS.filter((_, at) => at !== index)).broken?.seq).toBe(index + 1);
    }
  });

  test("[T6] two that are swapped are found at the first of them, also when their numbers are set right", () => {
    for (let index = 0; index < ROWS.length - 1; index++) {
      const [first, second] = [must(ROWS[index], "a row"), must(ROWS[index + 1], "a row")];
      const swapped = inPlaceOf(index, [second, first]);
      expect(verify(swapped).broken?.seq).toBe(first.seq);
      const renumbered = inPlaceOf(index, [
        { ...second, seq: first.seq },
        { ...first, seq: second.seq },
      ]);
      expect(verify(renumbered).broken?.seq).toBe(first.seq);
    }
  });

  test("[T6] one that is there twice is found at its second place", () => {
    const third = must(ROWS[2], "a row");
    expect(verify([...ROWS.slice(0, 3), third, ...ROWS.slice(3)]).broken?.seq).toBe(4);
  });
});

describe("a ledger whose hashes were made to fit", () => {
  const forged = (kind: LedgerRow["kind"], change: Partial<LedgerRow>) => {
    const index = ROWS.findIndex((row, at) => row.kind === kind && at > 0);
    const row = must(ROWS[index], `a row of kind ${kind}`);
    return { seq: row.seq, rows: rehashed(replaced(index, { ...row, ...change })) };
  };
  const rowOf = (kind: LedgerRow["kind"]) =>
    must(
      ROWS.find((row, at) => row.kind === kind && at > 0),
      kind,
    );

  test.each(LEDGER_KINDS)(
    "[H1] of kind %s shows by its counts: one ticket too many held, sold or withdrawn",
    (kind) => {
      const { held, sold, withdrawn } = rowOf(kind);
      for (const change of [{ held: held + 1 }, { sold: sold + 1 }, { withdrawn: withdrawn + 1 }]) {
        const { seq, rows } = forged(kind, change);
        expect(verify(rows).broken, JSON.stringify(change)).toMatchObject({
          seq,
          why: expect.stringContaining("follows"),
        });
      }
    },
  );

  test.each(LEDGER_KINDS.filter((kind) => kind !== "terms"))(
    "[H1] of kind %s shows by total and quantity too",
    (kind) => {
      const { total } = rowOf(kind);
      // A row of kind `expire` that names no hold is of many (rule H4).
      const named = kind === "contact" ? { orderId: null } : { holdId: null };
      const unnamed = kind === "expire" ? [] : [named];
      for (const change of [{ total: total + 1 }, { quantity: kind === "contact" ? 1 : 0 }, ...unnamed]) {
        const { seq, rows } = forged(kind, change);
        expect(verify(rows).broken?.seq, JSON.stringify(change)).toBe(seq);
      }
    },
  );

  test("[H1] breaks where a total drops below what is sold, held and withdrawn, not where it drops to that", () => {
    const { sold, held, withdrawn } = rowOf("terms");
    expect(withdrawn).toBe(1);
    const short = forged("terms", { total: sold + held + withdrawn - 1 });
    expect(verify(short.rows).broken).toMatchObject({ seq: short.seq, why: expect.stringContaining("H1") });
    expect(verify(forged("terms", { total: sold + held + withdrawn }).rows).broken).toBeNull();
  });

  test.each(["return", "withdraw"] as const)(
    "[O7] shows a %s of nothing that names no order, or names a hold",
    (kind) => {
      const nothing = { quantity: 0, sold: rowOf(kind).sold + 1, withdrawn: 0 };
      const { seq, rows } = forged(kind, nothing);
      expect(verify(rows).broken).toMatchObject({ seq, why: expect.stringContaining("lacks") });
      const unnamed = forged(kind, { ...nothing, holdId: null, orderId: null });
      expect(verify(unnamed.rows).broken).toMatchObject({ seq, why: expect.stringContaining("lacks") });
    },
  );

  test("[H3] shows when its time runs backwards", () => {
    const { at } = rowOf("release");
    const { seq, rows } = forged("release", { at: at - 10 });
    expect(verify(rows).broken).toMatchObject({
      seq,
      why: expect.stringContaining("is before that of the row before it"),
    });
  });
});

describe("a ledger that was cut", () => {
  const cut = 5;
  const checkpoint = must(ROWS[cut - 1], "a row");
  const rest = ROWS.slice(cut);

  test("[H13] holds from its checkpoint on, and from nowhere else", () => {
    expect(verify(rest, checkpoint)).toEqual({ rows: rest.length, head: ROWS.at(-1), broken: null });
    expect(verify(rest).broken?.seq).toBe(1);
    expect(verify(rest, must(ROWS[cut - 2], "a row")).broken?.seq).toBe(cut);
  });

  test.each(["seq", "at", "total", "sold", "held", "withdrawn", "hash"] as const)(
    "[H13] shows a checkpoint whose %s is false",
    (column) => {
      const falsified = { ...checkpoint, [column]: flipped(checkpoint[column]) };
      expect(verify(rest, falsified).broken?.seq).toBe(column === "seq" ? falsified.seq + 1 : cut + 1);
    },
  );

  test("[H13] shows a checkpoint whose total is false, also where the row after it sets another total", () => {
    const index = ROWS.findIndex(({ kind }, at) => kind === "terms" && at > 0);
    const before = must(ROWS[index - 1], "rows come before later terms");
    expect(verify(ROWS.slice(index), before).broken).toBeNull();
    expect(verify(ROWS.slice(index), { ...before, total: before.total + 1 }).broken?.seq).toBe(before.seq + 1);
  });
});
