// One step of the projection (rule K5): the ledger is its own outbox, read from where D1 was last told.

import type { Book } from "../domain/ledger/book.ts";
import type { InventoryPorts } from "./ports.ts";
import type { LedgerStore, OutboxRow } from "./store.ts";

const ROWS_A_STEP = 2_000;
/** D1 takes a bound value of 2,000,000 bytes: a step's holds are one. */
const HOLDS_MAX_BYTES = 1_900_000;
/** A UTF-16 unit takes at most so many bytes in UTF-8. */
const UNIT_MAX_BYTES = 3;

/**
 * Tells D1 of the ledger rows after `from`: the holds that they left as they are, and the counts of the last of them.
 * Answers the position reached, and whether more rows wait. Rejects when D1 is away; harmless to repeat.
 */
export async function projectNext(
  book: Book,
  store: LedgerStore,
  from: number,
  ports: InventoryPorts,
): Promise<{ readonly seq: number; readonly more: boolean }> {
  const waiting = store.outboxAfter(from, ROWS_A_STEP);
  const rows = asManyAsFit(waiting);
  const last = rows.at(-1);
  if (!last || !book.terms) return { seq: from, more: false };
  const { ticketTypeId, eventId, organizationId, currency } = book.terms.terms;
  await ports.project({
    ticketTypeId,
    eventId,
    organizationId,
    currency,
    counts: { seq: last.seq, sold: last.sold, held: last.held },
    holds: rows.flatMap(({ hold }) => hold ?? []),
  });
  return { seq: last.seq, more: rows.length < waiting.length || waiting.length === ROWS_A_STEP };
}

/** At least one: a hold by itself always fits. */
function asManyAsFit(rows: readonly OutboxRow[]): readonly OutboxRow[] {
  let bytes = 0;
  const tooMuch = rows.findIndex(({ hold }) => {
    bytes += UNIT_MAX_BYTES * (hold?.length ?? 0) + 1;
    return bytes > HOLDS_MAX_BYTES;
  });
  return tooMuch === -1 ? rows : rows.slice(0, tooMuch);
}
