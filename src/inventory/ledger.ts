// The ledger as it stands in an object: its memory, its rows, and the order in which they change (rule H11).

import { type BatchSettings, type Outcome, runBatch } from "../domain/ledger/batch.ts";
import { type Book, openBook } from "../domain/ledger/book.ts";
import type { Command } from "../domain/ledger/command.ts";
import { adoptDraft, type Draft } from "../domain/ledger/draft.ts";
import type { Order } from "../domain/order.ts";
import { refuse } from "../domain/result.ts";
import type { LedgerStore } from "./store.ts";

export type Ledger = {
  /** The memory; it is another one after `reload`. */
  book(): Book;
  /**
   * Decides, writes and adopts a batch; throws when the transaction failed, and then nothing has changed. `orders` are
   * those of this home that the batch made or changed.
   */
  run(commands: readonly Command[]): { readonly outcomes: readonly Outcome[]; readonly orders: readonly Order[] };
  /** Throws the memory away and reads it from the rows again: the rows are the truth. */
  reload(): void;
  /**
   * The ticket type is deleted, for good: ids are never used again. The book is empty from now on, and each command that
   * is still in line or still to come is refused as `not_found`, so that nothing is written over the deleted storage.
   */
  forget(): void;
};

export function openLedger(store: LedgerStore, clock: () => number, settings: BatchSettings): Ledger {
  let book = openBook(store.load());
  let isDeleted = false;
  return {
    book: () => book,
    run(commands) {
      if (isDeleted) {
        return { outcomes: commands.map(() => ({ reply: refuse({ code: "not_found" }) })), orders: [] };
      }
      const { draft, outcomes } = runBatch(book, commands, clock(), store.find, settings);
      if (hasChanges(draft)) {
        store.write(draft);
        adoptDraft(draft);
      }
      return { outcomes, orders: [...draft.orders.values()] };
    },
    reload() {
      book = openBook(store.load());
    },
    forget() {
      isDeleted = true;
      store.forget();
      book = openBook(store.load());
    },
  };
}

/** A batch that refuses or only reads writes nothing. */
function hasChanges(draft: Draft): boolean {
  const changed = draft.rows.length + draft.holds.size + draft.claims.size + draft.voids.size;
  return changed > 0 || draft.terms !== draft.base.terms;
}
