// One step of the projection (rule K5): the ledger is its own outbox, read from where D1 was last told.

import type { Book } from "../domain/ledger/book.ts";
import type { LedgerRow } from "../domain/ledger/chain.ts";
import type { Hold } from "../domain/hold.ts";
import type { InventoryPorts } from "./ports.ts";
import type { LedgerStore } from "./store.ts";

const ROWS_A_STEP = 2_000;
/** D1 takes a bound value of 2,000,000 bytes: a step's holds are one. */
const HOLDS_MAX_BYTES = 1_900_000;
/** A hold as JSON without its notes; of these a character takes up to six bytes. */
const HOLD_BYTES = 300;
const NOTE_CHARACTER_BYTES = 6;

/**
 * Tells D1 of the ledger rows after `from`: the holds they name, as they are now, and the counts of the last of them.
 * Answers the position reached, and whether more rows wait. Rejects when D1 is away; harmless to repeat.
 */
export async function projectNext(
  book: Book,
  store: LedgerStore,
  from: number,
  ports: InventoryPorts,
): Promise<{ readonly seq: number; readonly more: boolean }> {
  let rows = store.rowsAfter(from, ROWS_A_STEP);
  let holds = holdsOf(rows, store);
  let more = rows.length === ROWS_A_STEP;
  while (rows.length > 1 && bytesOf(holds) > HOLDS_MAX_BYTES) {
    rows = rows.slice(0, Math.ceil(rows.length / 2));
    holds = holdsOf(rows, store);
    more = true;
  }
  const last = rows.at(-1);
  if (!last || !book.terms) return { seq: from, more: false };
  const { ticketTypeId, eventId, organizationId, currency } = book.terms.terms;
  await ports.project({
    ticketTypeId,
    eventId,
    organizationId,
    currency,
    counts: { seq: last.seq, sold: last.sold, held: last.held },
    holds,
  });
  return { seq: last.seq, more };
}

function holdsOf(rows: readonly LedgerRow[], store: LedgerStore): readonly Hold[] {
  return store.findHolds([...new Set(rows.flatMap(({ holdId }) => holdId ?? []))]);
}

/** At most so many; never fewer. */
function bytesOf(holds: readonly Hold[]): number {
  return holds.reduce((sum, { notes }) => sum + HOLD_BYTES + NOTE_CHARACTER_BYTES * (notes?.length ?? 0), 0);
}
