// What is read of an inventory's rows, by whoever may ask it: once a batch has given back what ran out by then (rule H4).

import type { Refusal } from "../domain/errors.ts";
import type { TicketTypeId } from "../domain/ids.ts";
import type { Book } from "../domain/ledger/book.ts";
import type { Checkpoint, LedgerPage } from "../domain/ledger/chain.ts";
import type { CountsReply, HoldView, OrderView } from "../domain/ledger/command.ts";
import type { CountsAsked, CountsBucket } from "../domain/ledger/counts-over-time.ts";
import { viewsOf } from "../domain/ledger/decisions/parts.ts";
import { accept, type Result } from "../domain/result.ts";
import type { HoldPage, HoldQuery, HoldsByTime, LedgerStore, OrderHistory } from "./store.ts";

export type LedgerReadsDeps = {
  readonly book: () => Book;
  readonly store: LedgerStore;
  /** Where the ledger begins; null when nothing was cut from it. */
  readonly checkpoint: () => Checkpoint | null;
  /** Runs a batch, and says by its clock when. */
  readonly turn: (id: TicketTypeId) => Promise<CountsReply>;
};

/** The ledger's counts over time, and where it begins. */
export type CountsOverTime = { readonly checkpoint: Checkpoint | null; readonly buckets: readonly CountsBucket[] };

export function openLedgerReads({ book, store, checkpoint, turn }: LedgerReadsDeps) {
  async function afterTurn<T>(id: TicketTypeId, read: (at: number) => T): Promise<Result<T, Refusal>> {
    const counted = await turn(id);
    return counted.ok ? accept(read(counted.value.at)) : counted;
  }

  return {
    /** The newest first. */
    holds: (id: TicketTypeId, query: HoldQuery): Promise<Result<HoldPage<HoldView>, Refusal>> =>
      afterTurn(id, (at) => {
        const { holds, nextSeq } = store.listHolds(query);
        return { holds: viewsOf(book(), holds, at), nextSeq };
      }),
    /** The newest first by (created_at, id). */
    holdsByTime: (id: TicketTypeId, query: HoldsByTime): Promise<Result<HoldView[], Refusal>> =>
      afterTurn(id, (at) => viewsOf(book(), store.holdsByTime(query), at)),
    /** Up to `limit` rows after `afterSeq`, in their order. */
    rows: (id: TicketTypeId, afterSeq: number, limit: number): Promise<Result<LedgerPage, Refusal>> =>
      afterTurn(id, () => ({ checkpoint: checkpoint(), rows: store.rowsAfter(afterSeq, limit) })),
    async countsOverTime(id: TicketTypeId, asked: CountsAsked): Promise<Result<CountsOverTime, Refusal>> {
      // Loaded by the first who asks: no sale waits for it.
      const { countsOverTime } = await import("../domain/ledger/counts-over-time.ts");
      return afterTurn(id, () => {
        const from = checkpoint();
        return { checkpoint: from, buckets: countsOverTime(asked, from, book().head.seq, store.countsAt) };
      });
    },
    /** Whether nothing was ever held. */
    isUntouched: (id: TicketTypeId): Promise<Result<boolean, Refusal>> => afterTurn(id, () => !store.wasTouched()),
    historyOf: ({ id, history }: Pick<OrderView, "id" | "history">): OrderHistory => ({
      rows: store.rowsAt(history),
      returns: store.returnsOf(id),
    }),
  };
}
