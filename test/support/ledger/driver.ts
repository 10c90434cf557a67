// Drives the ledger as the object does, with a clock that the test controls and a store whose transactions can fail.

import type { BatchSettings, Outcome } from "../../../src/domain/ledger/batch.ts";
import type { Book } from "../../../src/domain/ledger/memory/book.ts";
import type { Command, ReplyOf } from "../../../src/domain/ledger/command.ts";
import type { Reply } from "../../../src/domain/ledger/decide.ts";
import { must } from "../../../src/domain/result.ts";
import { type Ledger, openLedger } from "../../../src/inventory/batch-runner.ts";
import { openSqlStore } from "../../../src/inventory/storage/sql-store.ts";
import type { LedgerStore } from "../../../src/inventory/storage/store.ts";
import { HOLD_TTL_MS, SETTINGS, START, termsCommand } from "../builders.ts";
import { openMemoryStore } from "./memory-store.ts";
import { openNodeSqlite } from "../sqlite/node-sqlite.ts";
import { type Judge, judgedBy, OPEN_DOOR } from "../orders/open-door.ts";

export type FaultyStore = { readonly store: LedgerStore; setFailing(failing: boolean): void; close(): void };
export type OpenLedger = (store: LedgerStore, clock: () => number, settings: BatchSettings) => Omit<Ledger, "forget">;

export const openRealLedger: OpenLedger = openLedger;

export function memoryStore(): FaultyStore {
  const store = openMemoryStore();
  return { store, setFailing: store.setFailing, close: () => undefined };
}

export function sqlStore(): FaultyStore {
  const storage = openNodeSqlite();
  return { store: openSqlStore(storage), setFailing: storage.setFailing, close: storage.close };
}

export type Driver = {
  readonly store: LedgerStore;
  book(): Book;
  /** Runs one command at `clock` in a batch of its own and returns the reply; a bug in the decision is thrown. */
  send<C extends Command>(command: C, clock: number): ReplyOf<C>;
  /** Runs a batch at `clock` and returns the replies; a bug in a decision is thrown. */
  batch(commands: readonly Command[], clock: number): Reply[];
  /** As `batch`, with each command's bug in its own outcome. */
  outcomes(commands: readonly Command[], clock: number): readonly Outcome[];
  /** Runs a batch whose transaction fails if it writes anything; says whether it failed. Memory stays as it then is. */
  failingBatch(commands: readonly Command[], clock: number): boolean;
  /** Eviction and wake: the memory is read from the rows. */
  restart(): void;
};

export function openDriver(
  faulty: FaultyStore = memoryStore(),
  open: OpenLedger = openRealLedger,
  settings: BatchSettings = SETTINGS,
  door: Judge | null = OPEN_DOOR,
): Driver {
  const { store } = faulty;
  let now = START;
  const ledger = open(store, () => now, settings);

  /** A change that is sent to a door is judged at once, and the reply is that which the caller gets. */
  function outcomes(commands: readonly Command[], clock: number): readonly Outcome[] {
    now = clock;
    const { outcomes: first, pending } = ledger.run(commands);
    if (!door || pending.length === 0) return first;
    const judged = ledger.run(pending.map((order) => judgedBy(door, order))).outcomes;
    const verdicts = new Map(pending.map((order, index) => [must(order.pending, "it asks").id, judged[index]]));
    return first.map((outcome, index) => {
      const isAsked = "reply" in outcome && outcome.reply.ok && outcome.reply.value === "pending";
      const command = commands[index];
      if (!isAsked || !command) return outcome;
      const id = command.kind === "return" ? command.returnId : "changeId" in command ? command.changeId : null;
      return (id && verdicts.get(id)) ?? outcome;
    });
  }
  function batch(commands: readonly Command[], clock: number): Reply[] {
    return outcomes(commands, clock).map((outcome) => {
      if ("bug" in outcome) throw outcome.bug;
      return outcome.reply;
    });
  }
  return {
    store,
    book: () => ledger.book(),
    outcomes,
    batch,
    // The cast is safe: the ledger returns the reply of the command's kind, which the model test proves.
    send: <C extends Command>(command: C, clock: number) =>
      must(batch([command], clock)[0], "one command, one reply") as ReplyOf<C>,
    failingBatch(commands, clock) {
      faulty.setFailing(true);
      try {
        outcomes(commands, clock);
        return false;
      } catch {
        return true;
      } finally {
        faulty.setFailing(false);
      }
    },
    restart: () => ledger.reload(),
  };
}

/** A ledger that has the terms of builders.ts, with these changes, since START; its holds last `holdTtlMs`. */
export function openOnSale(changes: Parameters<typeof termsCommand>[0] = {}, holdTtlMs = HOLD_TTL_MS): Driver {
  const driver = openDriver(memoryStore(), openRealLedger, { ...SETTINGS, holdTtlMs });
  driver.send(termsCommand(changes), START);
  return driver;
}
