// The projection (rule K5): the ledger is its own outbox, read from where D1 was last told. Where the rows are cut that a
// restored D1 has lost, the orders are read instead (rule X6).

import { backedOffUntil, backoffMs } from "../domain/alarm.ts";
import { groupsThatFit } from "../domain/json-arrays.ts";
import { type Book, type Settled, settledUpTo } from "../domain/ledger/book.ts";
import type { Checkpoint } from "../domain/ledger/chain.ts";
import type { OrderId } from "../domain/ids.ts";
import { must } from "../domain/result.ts";
import type { Ledger } from "./batch-runner.ts";
import { withTickets } from "./projected-tickets.ts";
import type { InventoryPorts } from "./ports.ts";
import type { LedgerStore } from "./store.ts";

/** At most: fewer, when their orders are more than one bound value, or have very many tickets. */
const ROWS_A_STEP = 2_000;

export type ProjectionDeps = {
  readonly ledger: Pick<Ledger, "book">;
  readonly store: LedgerStore;
  readonly ports: () => InventoryPorts;
  readonly clock: () => number;
  readonly random: () => number;
  readonly checkpoint: () => Checkpoint | null;
  readonly log: (event: string, fault: unknown) => void;
};

export type Projecting = {
  /** Up to which ledger row D1 has been told. */
  seq(): number;
  /** Before this time, epoch ms, D1 is not told again. */
  againAt(): number;
  /** D1 says that it was told up to this row; undefined when it was not asked. */
  compare(countsSeq: number | undefined): void;
  /** Tells D1 of the next rows; a failure is logged. Never rejects. */
  step(): Promise<void>;
};

export function openProjection({ ledger, store, ports, clock, random, checkpoint, log }: ProjectionDeps): Projecting {
  let seq = store.projectedSeq();
  /** The last order that was sent in place of rows that are cut. Not stored: another life begins with the first again. */
  let refilledTo: OrderId | null = null;
  let againAt = 0;
  let failures = 0;

  function moveTo(next: number, settled: Settled | null): void {
    seq = next;
    refilledTo = null;
    store.setProjectedSeq(next, settled);
  }

  function compare(countsSeq: number | undefined): void {
    if (countsSeq !== undefined && countsSeq < seq) moveTo(countsSeq, null);
  }

  /** Answers whether more waits. A step during which D1 turned out to be behind counts for nothing. */
  async function tell(): Promise<boolean> {
    const from = seq;
    const cut = checkpoint();
    if (cut !== null && from < cut.seq) {
      const page = store.ordersUpTo(cut.seq, refilledTo, ROWS_A_STEP);
      const last = await refillNext(ledger.book(), page, { ...cut, from }, ports());
      if (seq === from && last === null) moveTo(cut.seq, null);
      else if (seq === from) refilledTo = last;
      return true;
    }
    const step = await projectNext(ledger.book(), store, from, ports());
    if (seq === from && step.seq > from) moveTo(step.seq, settledUpTo(ledger.book()));
    return step.more;
  }

  return {
    seq: () => seq,
    againAt: () => backedOffUntil(againAt, clock()),
    compare,
    async step() {
      try {
        const more = await tell();
        failures = 0;
        againAt = more ? clock() : clock() + backoffMs(0, 0);
      } catch (fault) {
        failures += 1;
        againAt = clock() + backoffMs(failures, random());
        log("projection_failed", fault);
      }
    },
  };
}

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
  const [step = []] = groupsThatFit(withTickets(waiting), ({ row, tickets }) => (row.order ?? "") + (tickets ?? ""));
  const rows = step.map(({ row }) => row);
  const last = rows.at(-1);
  if (!last || !book.terms) return { seq: from, more: false };
  const { seq, sold, held, withdrawn, hash } = last;
  const counts = { from, seq, sold, held, withdrawn, hash };
  const orders = rows.flatMap(({ order }) => order ?? []);
  const tickets = step.flatMap((told) => told.tickets ?? []);
  const erased = rows.flatMap(({ erased }) => erased ?? []);
  await ports.project({ ...ownerOf(book), counts, orders, tickets, erased });
  return { seq: last.seq, more: rows.length < waiting.length || waiting.length === ROWS_A_STEP };
}

/**
 * Tells D1 of the next orders whose last ledger row is cut, and after the last of them of the counts that the rows that
 * are left go on from. Answers the last that D1 was told of, to go on after; null when that is done.
 */
async function refillNext(
  book: Book,
  waiting: ReturnType<LedgerStore["ordersUpTo"]>,
  { from, seq, sold, held, withdrawn, hash }: Checkpoint & { readonly from: number },
  ports: InventoryPorts,
): Promise<OrderId | null> {
  const [step = []] = groupsThatFit(withTickets(waiting), ({ row, tickets }) => row.order + (tickets ?? ""));
  const page = step.map(({ row }) => row);
  const last = page.at(-1)?.id ?? null;
  const counts = last === null ? { from, seq, sold, held, withdrawn, hash } : null;
  const orders = page.map(({ order }) => order);
  const tickets = step.flatMap((told) => told.tickets ?? []);
  const erased = page.flatMap(({ erased }) => erased ?? []);
  await ports.project({ ...ownerOf(book), counts, orders, tickets, erased });
  return last;
}

function ownerOf({ terms }: Book) {
  const { ticketTypeId, eventId, organizationId, currency } = must(terms, "an inventory with rows has terms").terms;
  return { ticketTypeId, eventId, organizationId, currency };
}
