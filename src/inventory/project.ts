// One step of the projection (rule K5): the ledger is its own outbox, read from where D1 was last told.

import type { Book } from "../domain/ledger/book.ts";
import type { HoldId } from "../domain/ids.ts";
import type { InventoryPorts } from "./ports.ts";
import type { LedgerStore } from "./store.ts";

const ROWS_A_STEP = 2_000;

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
  const rows = store.rowsAfter(from, ROWS_A_STEP);
  const last = rows.at(-1);
  if (!last || !book.terms) return { seq: from, more: false };
  const changed = new Set<HoldId>();
  for (const { holdId } of rows) if (holdId) changed.add(holdId);
  const { ticketTypeId, eventId, organizationId, currency } = book.terms.terms;
  await ports.project({
    ticketTypeId,
    eventId,
    organizationId,
    currency,
    counts: { seq: last.seq, sold: last.sold, held: last.held },
    holds: store.findHolds([...changed]),
  });
  return { seq: last.seq, more: rows.length === ROWS_A_STEP };
}
