// Empties a door once it is due (rule D25): first sets the mark, then deletes a bounded step whenever the alarm runs. It
// has no part in a scan.

import { notBefore } from "../../domain/time/backoff.ts";
import { type DoorRetentionSettings, emptyingDueAt } from "../../domain/door/rows/retention.ts";
import type { DoorLedger } from "../door-ledger.ts";
import type { DoorStore } from "./door-store.ts";

const AFTER_FAILURE_MS = 30_000;

export type DoorRetentionDeps = {
  readonly ledger: Pick<DoorLedger, "book" | "empty">;
  readonly store: Pick<DoorStore, "isRowLeft" | "deleteRows">;
  readonly settings: () => DoorRetentionSettings;
  readonly clock: () => number;
  readonly onFailure: (fault: unknown) => void;
};

export type DoorRetention = {
  /** When the next deletion is due, epoch ms; null when that is not known. */
  dueAt(): number | null;
  /**
   * To be called by the alarm: marks the door, or deletes a step of what is due. Tries again later after a failure. Never
   * throws.
   */
  run(): void;
};

export function openDoorRetention({ ledger, store, settings, clock, onFailure }: DoorRetentionDeps): DoorRetention {
  let isLeft = store.isRowLeft();
  let againAt = 0;

  function dueAt(now: number): number | null {
    const due = isLeft ? now : emptyingDueAt(ledger.book(), settings());
    return due === null ? null : Math.max(due, notBefore(againAt, now, AFTER_FAILURE_MS));
  }

  return {
    dueAt: () => dueAt(clock()),
    run() {
      const now = clock();
      const due = dueAt(now);
      if (due === null || now < due) return;
      try {
        if (!isLeft) ledger.empty();
        isLeft = true;
        isLeft = store.deleteRows(settings().rowsAStep);
      } catch (fault) {
        againAt = clock() + AFTER_FAILURE_MS;
        onFailure(fault);
      }
    },
  };
}
