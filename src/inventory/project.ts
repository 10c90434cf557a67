// One step of the projection (rule K5): the ledger is its own outbox, read from where D1 was last told.

import { groupsThatFit } from "../domain/json-arrays.ts";
import type { Book } from "../domain/ledger/book.ts";
import type { InventoryPorts } from "./ports.ts";
import type { LedgerStore } from "./store.ts";

/** At most: fewer, when their orders are more than one bound value. */
const ROWS_A_STEP = 2_000;

/**
 * Tells D1 of the ledger rows after `from`: the orders that they left as they are, and the counts of the last of them.
 * Answers the position reached, and whether more rows wait. Rejects when D1 is away; harmless to repeat.
 */
export async function projectNext(
  book: Book,
  store: LedgerStore,
  from: number,
  ports: InventoryPorts,
): Promise<{ readonly seq: number; readonly more: boolean }> {
  const waiting = store.projectionAfter(from, ROWS_A_STEP);
  const [rows = []] = groupsThatFit(waiting, ({ order }) => order ?? "");
  const last = rows.at(-1);
  if (!last || !book.terms) return { seq: from, more: false };
  const { ticketTypeId, eventId, organizationId, currency } = book.terms.terms;
  await ports.project({
    ticketTypeId,
    eventId,
    organizationId,
    currency,
    counts: { seq: last.seq, sold: last.sold, held: last.held, withdrawn: last.withdrawn },
    orders: rows.flatMap(({ order }) => order ?? []),
  });
  return { seq: last.seq, more: rows.length < waiting.length || waiting.length === ROWS_A_STEP };
}
