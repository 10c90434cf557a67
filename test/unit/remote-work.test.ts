// What an object sends to D1 stays within what D1 takes, however much there is (rule X3).

import { describe, expect, test } from "vitest";
import type { Projection } from "../../src/db/projection.ts";
import type { Hold } from "../../src/domain/hold.ts";
import { idFrom, type HoldId, type OrderId } from "../../src/domain/ids.ts";
import { openBook } from "../../src/domain/ledger/book.ts";
import { EMPTY_HEAD, type LedgerRow } from "../../src/domain/ledger/chain.ts";
import type { Command } from "../../src/domain/ledger/command.ts";
import type { InventoryPorts } from "../../src/inventory/ports.ts";
import { projectNext } from "../../src/inventory/project.ts";
import { openRemoteWork } from "../../src/inventory/remote-work.ts";
import type { LedgerStore } from "../../src/inventory/store.ts";
import { openMemoryStore, projectedHold } from "../support/memory-store.ts";
import { termsOf, START } from "../support/builders.ts";

const HOLDS = 2_500;
const D1_MAX_VALUE_BYTES = 2_000_000;

const bytes = (n: number): Uint8Array => new Uint8Array(16).map((_, index) => (n >> (8 * index)) & 255);
const orderOf = (n: number): OrderId => idFrom("ord", bytes(n));

function holdOf(n: number, notes: string | null): Hold {
  return {
    id: `hold_${"0".repeat(26)}${idFrom("tt", bytes(n)).slice(3)}` as HoldId,
    userId: idFrom("shp", bytes(n)),
    quantity: 1,
    status: "converted",
    source: "web",
    notes,
    unitPrice: 100_000_000,
    heldUntil: START,
    createdAt: START,
    updatedAt: START,
    claim: { orderId: orderOf(n), state: "reserved", deadline: START + 900_000 },
    seq: n,
  };
}

const unused = () => Promise.reject(new Error("not asked for here"));
const PORTS: InventoryPorts = {
  readTerms: unused,
  readVerdicts: unused,
  arbitrate: unused,
  expireOrders: unused,
  project: unused,
};

describe("the projection", () => {
  test.each([
    ["short notes", null],
    ["notes as long as they may be", "n".repeat(500)],
    ["notes of three bytes a character", "\u20ac".repeat(500)],
    ["notes that take most room", "\u0001".repeat(500)],
  ])("[X3] of many holds with %s fits D1 at every step, and reaches the end", async (_, notes) => {
    const holds = Array.from({ length: HOLDS }, (__, index) => holdOf(index + 1, notes));
    const outbox = holds.map((hold) => ({ seq: hold.seq, sold: 0, held: 0, hold: projectedHold(hold) }));
    const store: LedgerStore = {
      ...openMemoryStore(),
      outboxAfter: (seq, limit) => outbox.slice(seq, seq + limit),
    };
    const terms = termsOf();
    const book = openBook({
      terms: { terms, outcome: { version: terms.version, applied: true, total: terms.total } },
      head: null,
      liveHolds: [],
    });
    const sent: Projection[] = [];
    const ports = { ...PORTS, project: async (projection: Projection) => void sent.push(projection) };
    let step = { seq: 0, more: true };
    while (step.more) step = await projectNext(book, store, step.seq, ports);
    expect(step.seq).toBe(HOLDS);
    expect(sent.flatMap((projection) => projection.holds)).toEqual(outbox.map(({ hold }) => hold));
    for (const projection of sent) {
      expect(new TextEncoder().encode(`[${projection.holds.join(",")}]`).length).toBeLessThan(D1_MAX_VALUE_BYTES);
    }
  });
});

test("[X3] the position that D1 was told of moves only after D1 has answered", async () => {
  const row: LedgerRow = {
    ...{ ...EMPTY_HEAD, seq: 1, kind: "terms", holdId: null, orderId: null },
    ...{ quantity: 0, actor: "system", requestId: null },
  };
  const terms = termsOf();
  const stored = { terms, outcome: { version: terms.version, applied: true, total: terms.total } } as const;
  const book = openBook({ terms: stored, head: row, liveHolds: [] });
  const store: LedgerStore = {
    ...openMemoryStore(),
    outboxAfter: (seq) => (seq === 0 ? [{ ...row, hold: null }] : []),
  };
  let now = START;
  let away = true;
  const work = openRemoteWork({
    ledger: { book: () => book },
    store,
    ports: () => ({
      ...PORTS,
      project: () => (away ? Promise.reject(new Error("D1_ERROR: away")) : Promise.resolve()),
    }),
    clock: () => now,
    random: () => 0,
    tell: unused,
    log: () => undefined,
  });
  await work.run();
  expect(store.projectedSeq()).toBe(0);
  expect(work.deadlines().unprojected).toBe(true);
  away = false;
  now += 1_000;
  await work.run();
  expect(store.projectedSeq()).toBe(1);
  expect(work.deadlines().unprojected).toBe(false);
});

describe("an object that wakes with many live orders", () => {
  test("[X3] [O3] asks D1 about all of them, a part at a time", async () => {
    const book = openBook({
      terms: null,
      head: null,
      liveHolds: Array.from({ length: HOLDS }, (_, index) => holdOf(index + 1, null)),
    });
    const asked: (readonly OrderId[])[] = [];
    const told: Command[] = [];
    const work = openRemoteWork({
      ledger: { book: () => book },
      store: openMemoryStore(),
      ports: () => ({
        ...PORTS,
        readVerdicts: async (ids) => {
          asked.push(ids);
          return ids.map((orderId) => ({ kind: "order", orderId, status: "confirmed", expiresAt: START }));
        },
      }),
      clock: () => START,
      random: () => 0,
      tell: async (command) => void told.push(command),
      log: (_, fault) => {
        throw fault;
      },
    });
    while (work.deadlines().orders === 0) await work.run();
    expect(new Set(asked.flat()).size).toBe(HOLDS);
    expect(told).toHaveLength(HOLDS);
    expect(Math.max(...asked.map(({ length }) => length))).toBeLessThanOrEqual(500);
  });
});
