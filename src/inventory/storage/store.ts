// Defines what an inventory needs of its storage. All of it is synchronous: during a transaction that awaits, another could
// run.

import type { Draft, FindNamed } from "../../domain/ledger/memory/draft.ts";
import type { Settled, StoredBook } from "../../domain/ledger/memory/book.ts";
import type { LedgerRow } from "../../domain/ledger/chain.ts";
import type { CountsRow } from "../../domain/ledger/counts-over-time.ts";
import type { Hold, HoldSource, HoldStatus } from "../../domain/orders/hold.ts";
import type { OrderId, TicketTypeId } from "../../domain/ids.ts";
import type { Order, OrderStatus } from "../../domain/orders/order.ts";
import type { OrderReturn } from "../../domain/orders/order-return.ts";

/** The newest first, in the order of the ledger. `beforeSeq` is the `nextSeq` of the page before, null for the first. */
export type HoldQuery = {
  readonly limit: number;
  readonly beforeSeq: number | null;
  readonly status?: HoldStatus;
  readonly userId?: string;
  readonly source?: HoldSource;
};

/**
 * `nextSeq` is null when there are no more. A page reads a bounded number of rows, so that it may have fewer holds than its
 * limit, or none, although more follow.
 */
export type HoldPage<H = Hold> = { readonly holds: readonly H[]; readonly nextSeq: number | null };

/** The newest first by (created_at, id), so that the holds of several inventories can be merged. */
export type HoldsByTime = {
  readonly limit: number;
  readonly status: HoldStatus;
  readonly before: { readonly createdAt: number; readonly id: string } | null;
};

/**
 * A ledger row with the order that it was the last to change, as PROJECTED_COLUMNS in a JSON array; null for any other row.
 * `erased` is the order's id if its contact was erased.
 */
export type ProjectionRow = Pick<LedgerRow, "seq" | "sold" | "held" | "withdrawn" | "hash"> & {
  readonly order: string | null;
  readonly erased: OrderId | null;
};

/** An order as the projection sends it, by its id. */
export type SentOrder = { readonly id: OrderId; readonly order: string; readonly erased: OrderId | null };

/** The history of an order, oldest first: its ledger rows, as far as they were not cut, and its returns. */
export type OrderHistory = { readonly rows: readonly LedgerRow[]; readonly returns: readonly OrderReturn[] };

/** An order whose present state another ticket type has not acknowledged. */
export type OutboxMessage = { readonly ticketTypeId: TicketTypeId; readonly order: Order };

/** `clock`: epoch ms. */
export type Expiring = { readonly clock: number; readonly most: number };

export type LedgerStore = {
  /**
   * The rows as a book: terms, last ledger row, active holds and live orders; an empty store has none of them. With
   * `expiring`, holds that have expired by its clock, or by the time of the last row if that is later, come as a sum if
   * they are more than `most`.
   */
  load(expiring?: Expiring): StoredBook;
  find: FindNamed;
  /** Writes all rows of a draft in one transaction; if it throws, none is written. Creates the tables first. */
  write(draft: Draft): void;
  /** Ledger rows above `seq`, at most `limit`, in their order. */
  rowsAfter(seq: number, limit: number): LedgerRow[];
  /** The counts after this ledger row; null when the row was cut. */
  countsAt(seq: number): CountsRow | null;
  /** These ledger rows, as far as they were not cut, in their order. */
  rowsAt(seqs: readonly number[]): LedgerRow[];
  /** The returns of an order, oldest first. */
  returnsOf(orderId: OrderId): OrderReturn[];
  /** The rows above `seq` as the projection sends them. */
  projectionAfter(seq: number, limit: number): ProjectionRow[];
  /** Orders after this one, by id, whose last ledger row is `seq` or an earlier one, as the projection sends them. */
  ordersUpTo(seq: number, after: OrderId | null, limit: number): SentOrder[];
  listHolds(query: HoldQuery): HoldPage;
  holdsByTime(query: HoldsByTime): Hold[];
  /** Whether anything but terms was ever written to the ledger. */
  wasTouched(): boolean;
  /** To be called before the storage is deleted: from now on the store is empty. */
  forget(): void;
  /** The last ledger row that D1 has confirmed (rule K5). */
  projectedSeq(): number;
  /**
   * `settled` says from which row on a wake has to read, and is stored now and then; null when that has not changed.
   */
  setProjectedSeq(seq: number, settled: Settled | null): void;
  /** Up to `limit` orders whose contact was not mailed of their status, without those in `except` (rule O14). */
  unmailed(limit: number, except: readonly OrderId[]): Order[];
  /** Notes that the order's contact was mailed of this status. */
  markMailed(orderId: OrderId, status: OrderStatus): void;
  /** Has the mail of this status sent once more, named by `mark`. Does nothing while a mail is still to be sent. */
  mailAgain(orderId: OrderId, status: OrderStatus, mark: string): void;
  /** The note of the order's last mail: its status, or the mark of `mailAgain`; null when none was sent. */
  mailNote(orderId: OrderId): string | null;
  /** Up to `limit` orders whose door has a change to judge, without those in `except` (rule N9). */
  pending(limit: number, except: readonly OrderId[]): Order[];
  /** Up to `limit` messages, without those to the ticket types in `except`. */
  outbox(limit: number, except: readonly TicketTypeId[]): OutboxMessage[];
  /** Deletes the message if its order was acknowledged at this `revision`; a later revision stays. */
  dropFromOutbox(orderId: OrderId, ticketTypeId: TicketTypeId, revision: number): void;
};
