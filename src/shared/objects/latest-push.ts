// Pushes the latest state of an object to another: one push at a time, the next once it is acknowledged. Nothing waits for
// a push and nothing is stored for it; the alarm repeats one that is lost.

import { backedOffUntil, backoffMs, REMOTE_INTERVAL_MS } from "../../domain/time/alarm.ts";
import { notBefore } from "../../domain/time/backoff.ts";
import { CALL_LIMIT_MS } from "./call-object.ts";

/** A push without an acknowledgement after this time, ms, is lost: no call takes so long. */
const LOST_MS = CALL_LIMIT_MS + REMOTE_INTERVAL_MS;

export type LatestPushDeps = {
  /** The object's memory; without terms there is nothing to push. `seq` is the position of its last row. */
  readonly book: () => { readonly terms: object | null; readonly head: { readonly seq: number } };
  /** Pushes the present state, which is as of the last row. Rejects when the push is lost. */
  readonly push: () => Promise<void>;
  /** The pause after a push that arrived before the next one, ms, at most half a minute. Left out, there is none. */
  readonly everyMs?: number;
  readonly clock: () => number;
  readonly random: () => number;
  readonly onFailure: (fault: unknown) => void;
};

export type LatestPush = {
  /**
   * To be called after each batch, also one that only read; pushes what is new. The platform's output gate holds the
   * message back until the rows are written (rule L1).
   */
  changed(): void;
  /** When the alarm has to push, epoch ms; null when the receiver has the latest. */
  dueAt(): number | null;
  /** To be called by the alarm: pushes if that is due, and at least once in each run of the object. */
  run(): void;
};

export function openLatestPush({ book, push, everyMs = 0, clock, random, onFailure }: LatestPushDeps): LatestPush {
  const position = () => (book().terms === null ? null : book().head.seq);
  /**
   * The last row that the receiver has acknowledged to this run of the object, null for none. It is not stored, which saves
   * a row.
   */
  let ackedSeq: number | null = null;
  /**
   * The row up to which the receiver is assumed to know the state while it has acknowledged nothing. −1 once the alarm has
   * run.
   */
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
      // The alarm may have been set because a push of the run before was not acknowledged, so from now on a push is due
      // until one arrives.
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
