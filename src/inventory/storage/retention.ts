// Deletes old rows of an object (rule H13): a bounded step whenever the alarm runs and something is due. It is never on a
// hold's path.

import { inventoryNow } from "../../domain/ledger/memory/book.ts";
import { notBefore } from "../../domain/time/backoff.ts";
import { type Checkpoint, isAhead } from "../../domain/ledger/chain.ts";
import {
  cutsOrders,
  deletionDueAt,
  isCutting,
  type Retained,
  holdRetentionMs,
  ledgerEndsAt,
  nextCut,
  type RetentionFacts,
  type RetentionSettings,
} from "../../domain/ledger/retention.ts";
import type { Ledger } from "../batch-runner.ts";
import type { RetentionStore } from "./retention-store.ts";

const AFTER_FAILURE_MS = 30_000;

export type RetentionDeps = {
  readonly ledger: Pick<Ledger, "book">;
  readonly store: RetentionStore;
  readonly settings: () => RetentionSettings;
  readonly clock: () => number;
  readonly projectedSeq: () => number;
  /** Whether another ticket type has not yet followed an order. */
  readonly unsent: () => boolean;
  /** The size of the object's database, bytes. */
  readonly size: () => number;
  readonly log: (event: string, fault: unknown) => void;
};

export type Retention = {
  /** When the next deletion is due, epoch ms, or null. */
  dueAt(): number | null;
  /** Deletes a step of what is due; logs a failure and tries again later. Never throws. */
  run(): void;
  /** Whether there was no room for new holds when the alarm last ran. */
  isFull(): boolean;
  /** The last of the ledger rows that were cut; null when none was. */
  checkpoint(): Checkpoint | null;
};

export function openRetention({ ledger, store, settings, clock, size, log, ...deps }: RetentionDeps): Retention {
  let retained: Retained | null = null;
  /** The row that deletion waits for; null until it is looked up, and again after each step. */
  let next: ReturnType<RetentionStore["nextHoldRow"]> = null;
  let lookedUpTo = -1;
  let bytes = size();
  let againAt: number | null = null;

  const read = (): Retained => (retained ??= store.read());

  function factsNow(): RetentionFacts | null {
    const book = ledger.book();
    if (!book.terms) return null;
    const now = inventoryNow(book, clock());
    const facts = { now, bytes, head: book.head, projectedSeq: deps.projectedSeq(), terms: book.terms.terms };
    const endsAt = ledgerEndsAt(facts.terms, settings());
    // `unsent` reads the rows and this runs after every batch, so it is called only once the event is over.
    return { ...facts, unsent: endsAt !== null && now >= endsAt && deps.unsent() };
  }

  function nextRow({ head, now }: RetentionFacts) {
    // The result is kept, since this runs after every batch and a row that was found stays the next one.
    if (next !== null && isAhead(next, now)) next = store.nextHoldRow(next.seq - 1, now);
    if (next === null && lookedUpTo < head.seq) {
      next = store.nextHoldRow(Math.max(read().sweptSeq, lookedUpTo), now);
      lookedUpTo = head.seq;
    }
    return next;
  }

  function step(facts: RetentionFacts): void {
    const { rowsAStep } = settings();
    const before = read();
    retained = store.sweep(before, facts.projectedSeq, facts.now - holdRetentionMs(facts, settings()), rowsAStep);
    const cutTo = nextCut(retained, facts, settings());
    if (cutTo !== null) retained = store.cut(retained, cutTo);
    if (cutsOrders(retained, facts, settings())) retained = store.cutOrders(retained, rowsAStep);
    next = null;
    lookedUpTo = -1;
    // It is due again at once, since only a step that finds nothing shows that everything was cut.
    againAt = retained !== before && isCutting(facts, settings()) ? facts.now : null;
  }

  function dueAt(): number | null {
    const facts = factsNow();
    if (!facts) return null;
    if (againAt !== null) return notBefore(againAt, facts.now, AFTER_FAILURE_MS);
    return deletionDueAt(read(), nextRow(facts), facts, settings());
  }

  return {
    dueAt,
    run() {
      try {
        bytes = size();
        const due = dueAt();
        const facts = factsNow();
        if (facts && due !== null && facts.now >= due) step(facts);
      } catch (fault) {
        againAt = clock() + AFTER_FAILURE_MS;
        log("retention_failed", fault);
      }
    },
    isFull: () => bytes > settings().shedAboveBytes,
    checkpoint: () => (read().checkpoint.seq > 0 ? read().checkpoint : null),
  };
}
