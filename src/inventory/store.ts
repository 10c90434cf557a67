// What an inventory needs of its storage. Synchronous throughout: a transaction that could await could be overtaken.

import type { Draft, FindHolds } from "../domain/ledger/draft.ts";
import type { StoredBook } from "../domain/ledger/book.ts";
import type { LedgerRow } from "../domain/ledger/chain.ts";
import type { Hold, HoldSource, HoldStatus } from "../domain/hold.ts";

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

/** A ledger row with the hold that it was the last to change, as PROJECTED_COLUMNS in a JSON array; null for any other. */
export type OutboxRow = Pick<LedgerRow, "seq" | "sold" | "held"> & { readonly hold: string | null };

export type LedgerStore = {
  /** The rows as a book: terms, last ledger row and live holds. An empty store has none of them. */
  load(): StoredBook;
  findHolds: FindHolds;
  /** Writes all of a draft's rows in one transaction, or throws and has written none. Creates the tables first. */
  write(draft: Draft): void;
  /** Ledger rows above `seq`, at most `limit`, in their order. */
  rowsAfter(seq: number, limit: number): LedgerRow[];
  /** The same rows as the projection sends them. */
  outboxAfter(seq: number, limit: number): OutboxRow[];
  listHolds(query: HoldQuery): HoldPage;
  /** Whether anything but terms was ever written to the ledger. */
  wasTouched(): boolean;
  /** From now on the store is empty: its storage is about to be deleted. */
  forget(): void;
  /** Up to which ledger row D1 has been told (rule K5). */
  projectedSeq(): number;
  setProjectedSeq(seq: number): void;
};
