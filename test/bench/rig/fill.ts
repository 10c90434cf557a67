// Fills the inventory of a ticket type on disk while no server runs: by the ledger itself, so that the rows are as
// after a long sale.

import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { holdIdFrom, idFrom, type TicketTypeId } from "../../../src/domain/ids.ts";
import type { HoldCommand } from "../../../src/domain/ledger/command.ts";
import { settledUpTo } from "../../../src/domain/ledger/memory/book.ts";
import { must } from "../../../src/domain/result.ts";
import { openLedger } from "../../../src/inventory/batch-runner.ts";
import { openSqlStore } from "../../../src/inventory/storage/sql-store.ts";
import { type NodeSqlite, openNodeSqlite } from "../../support/sqlite/node-sqlite.ts";

/**
 * `final` holds expired and are two ledger rows each; `active` ones are held for an hour, a row each; `ranOut` ones have
 * expired since, which the object has yet to find.
 */
export type Filling = {
  readonly final: number;
  readonly active: number;
  readonly ranOut?: number;
  readonly unprojected?: boolean;
};

const A_BATCH = 5_000;
const HOUR_MS = 3_600_000;

/**
 * Returns the ledger's position. The rows count as projected unless the filling says otherwise: projecting them all
 * is not what most scenarios measure.
 */
export function fillInventory(stateDir: string, typeId: string, filling: Filling): number {
  const { final, active, ranOut = 0, unprojected = false } = filling;
  const storage = openInventoryFile(stateDir, typeId);
  try {
    // Ids are random, so each row is on another page: in memory that takes no time, on disk minutes.
    for (const pragma of ["synchronous = OFF", "cache_size = -600000", "wal_autocheckpoint = 100000"]) {
      storage.sql.exec(`PRAGMA ${pragma}`);
    }
    const store = openSqlStore(storage);
    const { terms, head } = store.load();
    const id = must(terms, "the inventory has its terms").terms.ticketTypeId;
    let clock = must(head, "terms are a ledger row").at + 1;
    const settings = {
      holdTtlMs: 1,
      orderTtlMs: HOUR_MS,
      maxLive: Infinity,
      maxExpiryRows: Infinity,
      sha256: (text: string) => createHash("sha256").update(text).digest("hex"),
    };
    const passing = openLedger(store, () => clock, settings);
    for (let placed = 0; placed < final; placed += A_BATCH) {
      passing.run(newHolds(id, Math.min(A_BATCH, final - placed)));
      clock += 1;
    }
    passing.run([]);
    const before = passing.book().head.held;
    const standing = openLedger(store, () => clock, { ...settings, holdTtlMs: HOUR_MS });
    for (let placed = 0; placed < active; placed += A_BATCH) {
      standing.run(newHolds(id, Math.min(A_BATCH, active - placed)));
    }
    const asleep = openLedger(store, () => clock, settings);
    for (let placed = 0; placed < ranOut; placed += A_BATCH)
      asleep.run(newHolds(id, Math.min(A_BATCH, ranOut - placed)));
    const { seq, held } = asleep.book().head;
    const meant = before + active + ranOut;
    if (held !== meant) throw new Error(`${held} are held in place of ${meant}`);
    if (!unprojected) {
      store.setProjectedSeq(seq, settledUpTo(asleep.book()));
      // D1 has to agree: an object whose mark is ahead of D1 projects all of it again (rule X6).
      changeD1(stateDir, "UPDATE ticket_types SET counts_seq = ?, held_count = ? WHERE id = ?", [seq, held, typeId]);
    }
    return seq;
  } finally {
    storage.close();
  }
}

function newHolds(typeId: TicketTypeId, count: number): HoldCommand[] {
  return Array.from({ length: count }, () => {
    const id = idFrom("shp", randomBytes(16));
    const holdId = holdIdFrom(typeId, id, "key", (text) => createHash("sha256").update(text).digest());
    const holder = { id, organizationId: null };
    return { kind: "hold", holdId, holder, quantity: 1, source: "web", notes: null, actor: id, requestId: "fill" };
  });
}

function openInventoryFile(stateDir: string, typeId: string): NodeSqlite {
  const folder = join(stateDir, "v3", "do");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!/\/[0-9a-f]{64}\.sqlite$/.test(name)) continue;
    const storage = openNodeSqlite(join(folder, name));
    if (openSqlStore(storage).load().terms?.terms.ticketTypeId === typeId) return storage;
    storage.close();
  }
  throw new Error(`${stateDir} has no inventory of ${typeId}`);
}

/** Keeps the cron from waking inventories to compare positions: the first request is to be the one that wakes them. */
export function putOffChecks(stateDir: string): void {
  changeD1(stateDir, "UPDATE ticket_types SET look_at = ?", [Date.now() + 24 * HOUR_MS]);
}

/** Keeps an alarm that is due by the next start from waking an inventory before its first call. */
export function forgetAlarms(stateDir: string): void {
  for (const name of readdirSync(join(stateDir, "v3", "do"))) {
    const database = new DatabaseSync(join(stateDir, "v3", "do", name, "metadata.sqlite"));
    database.exec("DELETE FROM _cf_ALARM");
    database.close();
  }
}

function changeD1(stateDir: string, statement: string, values: readonly (string | number)[]): void {
  const folder = join(stateDir, "v3", "d1");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!/\/[0-9a-f]{64}\.sqlite$/.test(name)) continue;
    const database = new DatabaseSync(join(folder, name));
    database.prepare(statement).run(...values);
    database.close();
  }
}
