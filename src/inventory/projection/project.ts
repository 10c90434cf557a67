// Projects the ledger to D1 (rule K5): the ledger is its own outbox, read from the last row that D1 has confirmed. Where D1
// was restored and the rows that it lacks were cut, their orders are sent instead (rule X6).

import { backedOffUntil, backoffMs } from "../../domain/time/alarm.ts";
import { groupsThatFit } from "../../domain/text/json-arrays.ts";
import { type Book, type Settled, settledUpTo } from "../../domain/ledger/memory/book.ts";
import type { Checkpoint } from "../../domain/ledger/chain.ts";
import type { OrderId } from "../../domain/ids.ts";
import { must } from "../../domain/result.ts";
import type { Ledger } from "../batch-runner.ts";
import { withTickets } from "./projected-tickets.ts";
import type { InventoryPorts } from "../ports.ts";
import type { LedgerStore } from "../storage/store.ts";

/** At most; fewer when their orders exceed one bound value, or have very many tickets. */
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
  /** The last ledger row that D1 has confirmed. */
  seq(): number;
  /** Nothing is sent to D1 before this time, epoch ms. */
  againAt(): number;
  /** Takes the last row that D1 says it has; undefined when D1 was not queried. */
  compare(countsSeq: number | undefined): void;
  /** Sends D1 the next rows; logs a failure. Never rejects. */
  step(): Promise<void>;
};

export function openProjection({ ledger, store, ports, clock, random, checkpoint, log }: ProjectionDeps): Projecting {
  let seq = store.projectedSeq();
  /**
   * The last order that was sent in place of rows that were cut. It is not stored: another run of the object begins again
   * with the first.
   */
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

  /** Sends one step, and returns whether more waits. If D1 turned out to be behind meanwhile, the step does not count. */
  async function projectStep(): Promise<boolean> {
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
        const more = await projectStep();
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
 * Sends D1 the ledger rows after `from`: the orders that they changed, as they are now, and the counts of the last row.
 * Returns the position reached, and whether more rows wait. Rejects when D1 is away; harmless to repeat.
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
 * Sends D1 the next orders whose last ledger row was cut and, after the last of them, the counts with which the remaining
 * rows begin. Returns the last order sent, to go on after; null when all were sent.
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
