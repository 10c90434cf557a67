// The ledger against the naive model, on histories nobody thought of. The seed is printed; a failure says how to replay.
// @module-tag slow

import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { LEDGER_KINDS, type LedgerKind } from "../../../src/domain/ledger/chain.ts";
import { type FaultyStore, memoryStore, sqlStore } from "../../support/ledger/driver.ts";
import { playHistory } from "../../support/ledger/model/harness.ts";
import { history } from "../../support/ledger/model/histories.ts";

const MEMORY_HISTORIES = 10_000;
const SQL_HISTORIES = 3_000;

const seed = Number(process.env["LEDGER_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const path = process.env["LEDGER_PATH"];

beforeAll(() => console.info(`ledger histories with LEDGER_SEED=${seed}`));

describe("the ledger and the naive model agree on every reply, count and row", () => {
  let store: FaultyStore | null = null;
  const written = new Map<LedgerKind, number>();
  afterEach(() => store?.close());

  const play = (open: () => FaultyStore, numRuns: number): void => {
    const property = fc.property(history, (played) => {
      store?.close();
      store = open();
      playHistory(played, store);
      for (const { kind } of store.store.rowsAfter(0, 10_000)) written.set(kind, (written.get(kind) ?? 0) + 1);
    });
    const result = fc.check(property, { seed, numRuns, ...(path === undefined ? {} : { path, endOnFailure: true }) });
    if (!result.failed) return;
    const replay = `LEDGER_SEED=${result.seed} LEDGER_PATH="${result.counterexamplePath}" npx vitest run test/unit/ledger/model.test.ts`;
    throw new Error(`${fc.defaultReportMessage(result)}\n\n${String(result.errorInstance)}\n\nreplay: ${replay}`);
  };

  test(`[H1] [H4] [H8] [H9] [H11] [O2] [O3] ${MEMORY_HISTORIES} random histories over memory`, () => {
    play(memoryStore, MEMORY_HISTORIES);
    // Why: histories in which nothing happens would agree on everything.
    const rare =
      path === undefined ? LEDGER_KINDS.filter((kind) => (written.get(kind) ?? 0) < MEMORY_HISTORIES / 20) : [];
    expect(rare).toEqual([]);
  });

  test(`[H1] [H5] [H11] ${SQL_HISTORIES} random histories over SQL, rebuilt from its rows at every step`, () =>
    play(sqlStore, SQL_HISTORIES));
});
