// What an inventory needs of its storage. Synchronous throughout: a transaction that could await could be overtaken.

import type { Draft, FindNamed } from "../domain/ledger/draft.ts";
import type { Settled, StoredBook } from "../domain/ledger/book.ts";
import type { LedgerRow } from "../domain/ledger/chain.ts";
import type { CountsRow } from "../domain/ledger/counts-over-time.ts";
import type { Hold, HoldSource, HoldStatus } from "../domain/hold.ts";
import type { OrderId, TicketTypeId } from "../domain/ids.ts";
import type { Order, OrderStatus } from "../domain/order.ts";
import type { OrderReturn } from "../domain/order-return.ts";

/** The newest first, in the order of the ledger; `beforeSeq` is where the page before said to go on, null at first. */
export type HoldQuery = {
  readonly limit: number;
  readonly beforeSeq: number | null;
  readonly status?: HoldStatus;
  readonly userId?: string;
  readonly source?: HoldSource;
};

/**
 * `nextSeq` is null when there are no more. A page may have fewer holds than its limit, or none, and still go on: it
 * looks only so far.
 */
export type HoldPage<H = Hold> = { readonly holds: readonly H[]; readonly nextSeq: number | null };

/** The newest first by (created_at, id), so that the holds of several inventories can be merged. */
export type HoldsByTime = {
  readonly limit: number;
  readonly status: HoldStatus;
  readonly before: { readonly createdAt: number; readonly id: string } | null;
};

/**
 * A ledger row with the order that it was the last to change, as PROJECTED_COLUMNS in a JSON array; null for any other.
 * `erased` names the order once its contact was erased.
 */
export type ProjectionRow = Pick<LedgerRow, "seq" | "sold" | "held" | "withdrawn" | "hash"> & {
  readonly order: string | null;
  readonly erased: OrderId | null;
};

/** An order as the projection sends it, by its id. */
export type SentOrder = { readonly id: OrderId; readonly order: string; readonly erased: OrderId | null };

/** What happened to an order, oldest first: its ledger rows, as far as they are left, and its returns. */
export type OrderHistory = { readonly rows: readonly LedgerRow[]; readonly returns: readonly OrderReturn[] };

/** An order whose present state another ticket type has not acknowledged. */
export type OutboxMessage = { readonly ticketTypeId: TicketTypeId; readonly order: Order };

/** `clock`: epoch ms. */
export type Expiring = { readonly clock: number; readonly most: number };

export type LedgerStore = {
  /**
   * The rows as a book: terms, last ledger row, active holds and live orders. An empty store has none of them. With
   * `expiring`, more than `most` holds that have run out by its clock, or by the last row if that is later, come as a sum.
   */
  load(expiring?: Expiring): StoredBook;
  find: FindNamed;
  /** Writes all of a draft's rows in one transaction, or throws and has written none. Creates the tables first. */
  write(draft: Draft): void;
  /** Ledger rows above `seq`, at most `limit`, in their order. */
  rowsAfter(seq: number, limit: number): LedgerRow[];
  /** What was counted as of this ledger row; null when it is not there. */
  countsAt(seq: number): CountsRow | null;
  /** Those of these ledger rows that are left, in their order. */
  rowsAt(seqs: readonly number[]): LedgerRow[];
  /** The returns of an order, oldest first. */
  returnsOf(orderId: OrderId): OrderReturn[];
  /** The rows above `seq` as the projection sends them. */
  projectionAfter(seq: number, limit: number): ProjectionRow[];
  /** Orders after this one, by id, whose last ledger row is `seq` or before it, as the projection sends them. */
  ordersUpTo(seq: number, after: OrderId | null, limit: number): SentOrder[];
  listHolds(query: HoldQuery): HoldPage;
  holdsByTime(query: HoldsByTime): Hold[];
  /** Whether anything but terms was ever written to the ledger. */
  wasTouched(): boolean;
  /** From now on the store is empty: its storage is about to be deleted. */
  forget(): void;
  /** Up to which ledger row D1 has been told (rule K5). */
  projectedSeq(): number;
  /** What is settled is noted now and then, for the wake; null: nothing new is known of it. */
  setProjectedSeq(seq: number, settled: Settled | null): void;
  /** Up to `limit` orders whose contact has not been mailed of their status, but none of those named (rule O14). */
  unmailed(limit: number, except: readonly OrderId[]): Order[];
  /** The contact of the order was mailed of this status. */
  markMailed(orderId: OrderId, status: OrderStatus): void;
  /** Owes the contact once more the mail of this status that it had, known by `mark`; nothing while one is still owed. */
  mailAgain(orderId: OrderId, status: OrderStatus, mark: string): void;
  /** What is noted of the order's last mail: the status that it told of, or the mark of `mailAgain`; null: none was sent. */
  mailNote(orderId: OrderId): string | null;
  /** Up to `limit` orders whose door has a change to judge, but none of those named (rule N9). */
  pending(limit: number, except: readonly OrderId[]): Order[];
  /** Up to `limit` messages, but none to the ticket types named. */
  outbox(limit: number, except: readonly TicketTypeId[]): OutboxMessage[];
  /** The ticket type has acknowledged the order's state at `revision`; a later one stays. */
  dropFromOutbox(orderId: OrderId, ticketTypeId: TicketTypeId, revision: number): void;
};
