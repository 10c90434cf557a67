// Reads an inventory's rows for callers who may read them. Each read first runs a batch, which gives back what has
// expired by then (rule H4).

import type { Refusal } from "../domain/errors.ts";
import type { TicketTypeId } from "../domain/ids.ts";
import type { Book } from "../domain/ledger/memory/book.ts";
import type { Checkpoint, LedgerPage } from "../domain/ledger/chain.ts";
import type { CountsReply, HoldView, OrderView } from "../domain/ledger/command.ts";
import type { CountsQuery, CountsBucket } from "../domain/ledger/counts-over-time.ts";
import { viewsOf } from "../domain/ledger/decisions/parts.ts";
import { accept, type Result } from "../domain/result.ts";
import type { HoldPage, HoldQuery, HoldsByTime, LedgerStore, OrderHistory } from "./storage/store.ts";

export type LedgerReadsDeps = {
  readonly book: () => Book;
  readonly store: LedgerStore;
  /** The row behind which the ledger was cut; null when nothing was cut. */
  readonly checkpoint: () => Checkpoint | null;
  /** Runs a batch, and returns the time of its clock. */
  readonly turn: (id: TicketTypeId) => Promise<CountsReply>;
};

/** The ledger's counts over time, and the row behind which it was cut. */
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
    async countsOverTime(id: TicketTypeId, asked: CountsQuery): Promise<Result<CountsOverTime, Refusal>> {
      // Imported by the first call, since no sale needs it.
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
