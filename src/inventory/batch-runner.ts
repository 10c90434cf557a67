// Runs batches of commands on an inventory's ledger: it owns the memory, the rows, and the order in which they change (rule
// H11).

import { type BatchSettings, isCrowdDue, type Outcome, runBatch } from "../domain/ledger/batch.ts";
import { type Book, inventoryNow, openBook } from "../domain/ledger/memory/book.ts";
import { isAhead } from "../domain/ledger/chain.ts";
import type { Command } from "../domain/ledger/command.ts";
import { adoptDraft } from "../domain/ledger/memory/adopt-draft.ts";
import { type Draft, isNewVersion } from "../domain/ledger/memory/draft.ts";
import type { OrderId } from "../domain/ids.ts";
import type { Order } from "../domain/orders/order.ts";
import { refuse } from "../domain/result.ts";
import type { LedgerStore } from "./storage/store.ts";

/**
 * The result of a batch. `orders` are those of this home that it made or changed, and those that expired before it;
 * `pending` are those whose door has a change to judge.
 */
type Ran = {
  readonly outcomes: readonly Outcome[];
  readonly orders: readonly Order[];
  readonly pending: readonly Order[];
  /** How far the last row lay ahead of the clock, ms, if it turned out to have been written by a wrong clock (rule H3). */
  readonly aheadMs: number | null;
};

export type Ledger = {
  /** The memory; `reload` replaces it. */
  book(): Book;
  /** Decides, writes and adopts a batch. Throws when its transaction failed; then nothing has changed. */
  run(commands: readonly Command[]): Ran;
  /** Drops the memory and reads it from the rows again, since the rows are the truth. */
  reload(): void;
  /**
   * To be called when the ticket type is deleted; its id is never used again. The book is empty from now on, and each
   * command that waits or still arrives is refused as `not_found`, so that nothing is written into the deleted storage.
   */
  forget(): void;
};

/** `isFull` returns whether the database has no room for new holds; it is called for each batch. */
export function openLedger(
  store: LedgerStore,
  clock: () => number,
  settings: BatchSettings,
  isFull: () => boolean = () => false,
): Ledger {
  const read = (time: number): Book => openBook(store.load({ clock: time, most: settings.maxExpiryRows }));
  let book = read(clock());
  let isDeleted = false;
  /** The row that was last found to have been written by a wrong clock. */
  let aheadSeq = 0;
  /** Orders that expired with a crowd and are in no batch's result yet, since the batch after that may have failed. */
  let unreported = new Map<OrderId, Order>();

  function write(draft: Draft): void {
    if (!hasChanges(draft)) return;
    store.write(draft);
    adoptDraft(draft);
  }

  /**
   * Gives back what has expired in a transaction of its own, when it is too much to be given back one by one (rule H4). Its
   * ledger row sums it up; afterwards the memory has what is left.
   */
  function expireCrowd(): void {
    const now = inventoryNow(book, clock());
    if (!isCrowdDue(book, now, settings)) return;
    const left = book.ranOut?.at === now ? book : read(now);
    const { draft } = runBatch(left, [], now, store.find, settings);
    write(draft);
    book = left;
    unreported = new Map([...unreported, ...draft.orders]);
  }

  /** The memory is read once more, since it depends on times that now lie far ahead. */
  function correctClock(): number | null {
    const { head } = book;
    if (!isAhead(head, clock()) || head.seq === aheadSeq) return null;
    aheadSeq = head.seq;
    book = read(clock());
    return head.at - clock();
  }

  return {
    book: () => book,
    run(commands) {
      if (isDeleted) return refusedAll(commands);
      const aheadMs = correctClock();
      expireCrowd();
      const { draft, outcomes } = runBatch(book, commands, clock(), store.find, {
        ...settings,
        isFull: isFull(),
      });
      const { changed, pending } = ordersOf(draft);
      write(draft);
      const orders = [...new Map([...unreported, ...changed]).values()];
      unreported = new Map();
      return { outcomes, orders, pending, aheadMs };
    },
    reload() {
      book = read(clock());
    },
    forget() {
      isDeleted = true;
      store.forget();
      book = read(clock());
    },
  };
}

function refusedAll(commands: readonly Command[]): Ran {
  const outcomes = commands.map(() => ({ reply: refuse({ code: "not_found" } as const) }));
  return { outcomes, orders: [], pending: [], aheadMs: null };
}

/** To be called before the memory adopts the draft, while it still has the former state of the orders. */
function ordersOf(draft: Draft): { readonly changed: readonly [OrderId, Order][]; readonly pending: readonly Order[] } {
  const changed = [...draft.orders].filter(([, order]) => isNewVersion(draft, order));
  return { changed, pending: [...draft.orders.values()].filter(({ pending }) => pending) };
}

/** A batch that refuses or only reads writes nothing. */
function hasChanges(draft: Draft): boolean {
  const changed = draft.rows.length + draft.holds.size + draft.orders.size + draft.claims.size + draft.voids.size;
  return changed > 0 || draft.terms !== draft.base.terms;
}
