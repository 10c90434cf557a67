// Tells the feed of the event the latest counts: one push in flight, the next when it is acknowledged. Nothing waits for
// it; one that is lost is repaired by the alarm. It never touches the ledger.

import { backedOffUntil, backoffMs, REMOTE_INTERVAL_MS } from "../domain/alarm.ts";
import { notBefore } from "../domain/backoff.ts";
import { type Book, occupancyOf } from "../domain/ledger/book.ts";
import type { Feeds } from "../live/client.ts";
import { CALL_LIMIT_MS } from "../shared/call-object.ts";

/** A push that was not acknowledged by then, ms, is lost: no call takes so long. */
const LOST_MS = CALL_LIMIT_MS + REMOTE_INTERVAL_MS;

export type FeedPushDeps = {
  readonly book: () => Book;
  readonly feeds: () => Feeds;
  readonly clock: () => number;
  readonly random: () => number;
  readonly onFailure: (fault: unknown) => void;
};

export type FeedPush = {
  /** To be called after each batch, also one that only read: it pushes what is new. The message leaves by the output gate, after the rows (rule L1). */
  changed(): void;
  /** When the alarm has to see to it, epoch ms; null when the feed knows the latest. */
  dueAt(): number | null;
  /** The alarm's part: pushes when that is due, and once in each life of the object. */
  run(): void;
};

export function openFeedPush({ book, feeds, clock, random, onFailure }: FeedPushDeps): FeedPush {
  /** What the feed has acknowledged; null when it has nothing in this life of the object: it costs no row. */
  let ackedSeq: number | null = null;
  /** Up to where the feed is taken to know the counts while it has acknowledged nothing; unknown once the alarm has run. */
  let takenToKnow = book().head.seq;
  let inFlightSince: number | null = null;
  let failures = 0;
  let againAt = 0;

  async function push(): Promise<void> {
    const { terms } = book();
    const occupancy = occupancyOf(book());
    if (!terms || !occupancy) return;
    inFlightSince = clock();
    try {
      await feeds()(terms.terms.eventId).push(terms.terms.ticketTypeId, occupancy);
      ackedSeq = Math.max(ackedSeq ?? 0, occupancy.seq);
      failures = 0;
    } catch (fault) {
      failures += 1;
      againAt = clock() + backoffMs(failures, random());
      onFailure(fault);
    }
    inFlightSince = null;
    if (failures === 0 && isBehind()) void push();
  }

  function isBehind(): boolean {
    return book().terms !== null && book().head.seq > (ackedSeq ?? takenToKnow);
  }

  function start(needed: boolean): void {
    if (needed && inFlightSince === null && clock() >= backedOffUntil(againAt, clock())) void push();
  }

  return {
    changed: () => start(isBehind()),
    run() {
      // The push of the life before may be what the alarm was left standing for; from now on it is owed until it arrives.
      if (ackedSeq === null) takenToKnow = -1;
      start(isBehind());
    },
    dueAt() {
      if (!isBehind()) return null;
      if (inFlightSince === null) return backedOffUntil(againAt, clock());
      return notBefore(inFlightSince + LOST_MS, clock(), LOST_MS);
    },
  };
}
