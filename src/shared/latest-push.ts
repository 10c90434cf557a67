// Pushes the latest of an object to another: one push in flight, the next when it is acknowledged. Nothing waits for it, and
// nothing is stored for it; one that is lost is repaired by the alarm.

import { backedOffUntil, backoffMs, REMOTE_INTERVAL_MS } from "../domain/alarm.ts";
import { notBefore } from "../domain/backoff.ts";
import { CALL_LIMIT_MS } from "./call-object.ts";

/** A push that was not acknowledged by then, ms, is lost: no call takes so long. */
const LOST_MS = CALL_LIMIT_MS + REMOTE_INTERVAL_MS;

export type LatestPushDeps = {
  /** The object's memory; without terms there is nothing to push. `seq` is the position of its last row. */
  readonly book: () => { readonly terms: object | null; readonly head: { readonly seq: number } };
  /** Pushes what is true now, which is as of the last row. Rejects when it is lost. */
  readonly push: () => Promise<void>;
  /** The next is pushed so long after one that arrived, ms, at most half a minute; left out: at once. */
  readonly everyMs?: number;
  readonly clock: () => number;
  readonly random: () => number;
  readonly onFailure: (fault: unknown) => void;
};

export type LatestPush = {
  /** To be called after each batch, also one that only read: it pushes what is new. The message leaves by the output gate, after the rows (rule L1). */
  changed(): void;
  /** When the alarm has to see to it, epoch ms; null when the other knows the latest. */
  dueAt(): number | null;
  /** The alarm's part: pushes when that is due, and once in each life of the object. */
  run(): void;
};

export function openLatestPush({ book, push, everyMs = 0, clock, random, onFailure }: LatestPushDeps): LatestPush {
  const position = () => (book().terms === null ? null : book().head.seq);
  /** What the other has acknowledged; null when it has nothing in this life of the object: it costs no row. */
  let ackedSeq: number | null = null;
  /** Up to where the other is taken to know it while it has acknowledged nothing; unknown once the alarm has run. */
  let takenToKnow = position() ?? 0;
  let inFlightSince: number | null = null;
  let failures = 0;
  let againAt = 0;

  async function pushLatest(): Promise<void> {
    const seq = position();
    if (seq === null) return;
    inFlightSince = clock();
    try {
      await push();
      ackedSeq = Math.max(ackedSeq ?? 0, seq);
      failures = 0;
      againAt = clock() + everyMs;
    } catch (fault) {
      failures += 1;
      againAt = clock() + backoffMs(failures, random());
      onFailure(fault);
    }
    inFlightSince = null;
    if (failures === 0) start(isBehind());
  }

  function isBehind(): boolean {
    const seq = position();
    return seq !== null && seq > (ackedSeq ?? takenToKnow);
  }

  function start(needed: boolean): void {
    if (needed && inFlightSince === null && clock() >= backedOffUntil(againAt, clock())) void pushLatest();
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
