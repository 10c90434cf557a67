// The ledger as it stands in an object: its memory, its rows, and the order in which they change (rule H11).

import { type BatchSettings, isCrowdDue, type Outcome, runBatch } from "../domain/ledger/batch.ts";
import { type Book, inventoryNow, openBook } from "../domain/ledger/book.ts";
import { isAhead } from "../domain/ledger/chain.ts";
import type { Command } from "../domain/ledger/command.ts";
import { adoptDraft } from "../domain/ledger/adopt-draft.ts";
import { type Draft, isNewVersion } from "../domain/ledger/draft.ts";
import type { OrderId } from "../domain/ids.ts";
import type { Order } from "../domain/order.ts";
import { refuse } from "../domain/result.ts";
import type { LedgerStore } from "./store.ts";

/**
 * What a batch came to. `orders` are those of this home that it made or changed, and those that ended with what ran out
 * before it; `pending` those whose door has a change to judge.
 */
type Ran = {
  readonly outcomes: readonly Outcome[];
  readonly orders: readonly Order[];
  readonly pending: readonly Order[];
  /** Rule H3: how far the last row lay ahead of the clock, ms, when it was found to have been written by a wrong one. */
  readonly aheadMs: number | null;
};

export type Ledger = {
  /** The memory; it is another one after `reload`. */
  book(): Book;
  /** Decides, writes and adopts a batch; throws when its transaction failed, and then nothing of it has changed. */
  run(commands: readonly Command[]): Ran;
  /** Throws the memory away and reads it from the rows again: the rows are the truth. */
  reload(): void;
  /**
   * The ticket type is deleted, for good: ids are never used again. The book is empty from now on, and each command that
   * is still in line or still to come is refused as `not_found`, so that nothing is written over the deleted storage.
   */
  forget(): void;
};

/** `isFull`: whether the database has no room for new holds, asked for each batch. */
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
  /** Orders that ended with a crowd and that nobody has been told of: the batch after it may fail. */
  let untold = new Map<OrderId, Order>();

  function write(draft: Draft): void {
    if (!hasChanges(draft)) return;
    store.write(draft);
    adoptDraft(draft);
  }

  /**
   * Rule H4: what has run out by now and is too much to be given back one by one is a transaction of its own. The rows sum
   * it up, at the very time of its ledger row; what is left is the memory from then on.
   */
  function expireCrowd(): void {
    const now = inventoryNow(book, clock());
    if (!isCrowdDue(book, now, settings)) return;
    const left = book.ranOut?.at === now ? book : read(now);
    const { draft } = runBatch(left, [], now, store.find, settings);
    write(draft);
    book = left;
    untold = new Map([...untold, ...draft.orders]);
  }

  /** The memory is read once more: it has what waits for times that will be long in coming. */
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
      const orders = [...new Map([...untold, ...changed]).values()];
      untold = new Map();
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

/** To be looked at before the memory takes the draft, and knows nothing older any more. */
function ordersOf(draft: Draft): { readonly changed: readonly [OrderId, Order][]; readonly pending: readonly Order[] } {
  const changed = [...draft.orders].filter(([, order]) => isNewVersion(draft, order));
  return { changed, pending: [...draft.orders.values()].filter(({ pending }) => pending) };
}

/** A batch that refuses or only reads writes nothing. */
function hasChanges(draft: Draft): boolean {
  const changed = draft.rows.length + draft.holds.size + draft.orders.size + draft.claims.size + draft.voids.size;
  return changed > 0 || draft.terms !== draft.base.terms;
}
