// Builds a ledger like the real one that can be broken in one place, to prove that the random histories detect the bug.

import { findNamed, isCrowdDue } from "../../../../src/domain/ledger/batch.ts";
import { type Book, inventoryNow, openBook } from "../../../../src/domain/ledger/memory/book.ts";
import { decide } from "../../../../src/domain/ledger/decide.ts";
import { expireOrders } from "../../../../src/domain/ledger/decisions/keep-order.ts";
import { expireDue } from "../../../../src/domain/ledger/decisions/expire-holds.ts";
import { adoptDraft } from "../../../../src/domain/ledger/memory/adopt-draft.ts";
import { applyChanges, type Draft, openDraft } from "../../../../src/domain/ledger/memory/draft.ts";
import type { AttemptId, OrderId } from "../../../../src/domain/ids.ts";
import type { OpenLedger } from "../driver.ts";

/** What a mutant does differently; the rest it does as the ledger does. */
export type Fault = {
  readonly expire?: (draft: Draft) => void;
  readonly expireOrders?: (draft: Draft) => void;
  /** Changes what a wake reads. */
  readonly wake?: (book: Book) => void;
  /** Does not note that it has given many back at once. */
  readonly forgetsRanOut?: boolean;
  /** Writes nothing of void attempts: they are known only until the next wake. */
  readonly voidsInMemory?: boolean;
  readonly decide?: typeof decide;
  /** Decides every command of a batch on the draft as it was before the batch. */
  readonly checkApartFromWrite?: boolean;
  readonly adoptBeforeWrite?: boolean;
};

export function openBroken(fault: Fault): OpenLedger {
  const take = fault.decide ?? decide;
  return (store, clock, settings) => {
    const read = (at: number) => openBook(store.load({ clock: at, most: settings.maxExpiryRows }));
    let book = read(clock());
    const voids = new Map<AttemptId, OrderId>();
    return {
      book: () => book,
      reload() {
        book = read(clock());
        voids.clear();
        fault.wake?.(book);
      },
      run(commands) {
        const now = inventoryNow(book, clock());
        if (isCrowdDue(book, now, settings)) {
          const left = read(now);
          const crowd = openDraft(left, now, findNamed(left, [], now, store.find), settings.sha256);
          (fault.expire ?? expireDue)(crowd);
          (fault.expireOrders ?? expireOrders)(crowd);
          store.write(fault.forgetsRanOut ? { ...crowd, ranOut: null } : crowd);
          adoptDraft(crowd);
          book = left;
        }
        const draft = openDraft(book, now, findNamed(book, commands, now, store.find), settings.sha256);
        if (fault.voidsInMemory) for (const [attempt, orderId] of voids) draft.voids.set(attempt, orderId);
        (fault.expire ?? expireDue)(draft);
        (fault.expireOrders ?? expireOrders)(draft);
        const before = {
          ...draft,
          holds: new Map(draft.holds),
          orders: new Map(draft.orders),
          claims: new Map(draft.claims),
          voids: new Map(draft.voids),
          returns: new Map(draft.returns),
          quantities: new Map(draft.quantities),
          unpaid: new Map(draft.unpaid),
          givenBack: new Map(draft.givenBack),
        };
        const outcomes = commands.map((command) => {
          const decision = take(fault.checkApartFromWrite ? before : draft, command, settings);
          applyChanges(draft, decision.changes);
          return { reply: decision.reply(draft) };
        });
        const pending = [...draft.orders.values()].filter(({ pending }) => pending);
        const answer = { outcomes, orders: [], pending, aheadMs: null };
        if (fault.voidsInMemory) {
          for (const [attempt, orderId] of draft.voids) voids.set(attempt, orderId);
          draft.voids.clear();
        }
        const changed = draft.holds.size + draft.orders.size + draft.rows.length + draft.claims.size + draft.voids.size;
        if (changed === 0 && draft.terms === book.terms) return answer;
        if (fault.adoptBeforeWrite) adoptDraft(draft);
        store.write(draft);
        if (!fault.adoptBeforeWrite) adoptDraft(draft);
        return answer;
      },
    };
  };
}
