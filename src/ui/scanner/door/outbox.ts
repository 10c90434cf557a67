// Sends what was decided alone, and what was taken back (rules D14, D19), the oldest first, until the door has all of it.

import type { Kept } from "../phone/kept.ts";
import { type Call, isForLater } from "./door-calls.ts";
import type { KnownDoor } from "./known-door.ts";
import { nextBatch, nextUndo, type ScanRow } from "./rows.ts";

export type OutboxOptions = {
  readonly eventId: string;
  readonly kept: Kept;
  readonly known: KnownDoor;
  readonly call: Call;
  /** `doorAt`: the door's time in its answer, ISO, where it says one. */
  readonly onSent: (doorAt: string | null) => void;
  /** Persons of the lease that refused scans had taken, and that the door has not drawn. */
  readonly onUnused: (persons: number) => void;
};

export type Outbox = {
  /** Sends all there is; one run at a time. Resolves when nothing is left, or nothing goes. */
  flush(): Promise<void>;
};

export function openOutbox({ eventId, kept, known, call, onSent, onUnused }: OutboxOptions): Outbox {
  let running: Promise<void> | null = null;

  async function keep(rows: readonly ScanRow[], doorAt: string | null): Promise<void> {
    await kept.put({}, rows);
    known.takeRows(rows);
    onSent(doorAt);
  }

  /** Whether there may be more to send. */
  async function sendBatch(): Promise<boolean> {
    const uploads = nextBatch(known.rows());
    if (uploads.length === 0) return false;
    const answer = await call("POST /v1/events/{id}/scans", { id: eventId, body: { uploads } });
    if (answer.kind !== "done" || !("uploads" in answer.body)) return false;
    const done = answer.body.uploads.flatMap(({ scan_id, outcome }) => {
      const row = known.row(scan_id);
      if (row === null) return [];
      if (outcome === "taken" && row.shown?.let_in === false) onUnused(row.fromLease);
      return [{ ...row, upload: "done" as const }];
    });
    await keep(done, answer.body.at);
    return done.length > 0;
  }

  async function sendUndo(): Promise<boolean> {
    const row = nextUndo(known.rows());
    if (row?.undo === null || row === null) return false;
    const ask = { id: eventId, scan_id: row.scanId, body: { scan_id: row.undo.scanId } };
    const answer = await call("POST /v1/events/{id}/scans/{scan_id}/undo", ask);
    if (answer.kind !== "done" && isForLater(answer)) return false;
    // What is refused for good stays as the door has it.
    await keep([{ ...row, undo: { ...row.undo, sent: true } }], null);
    return true;
  }

  async function run(): Promise<void> {
    while (await sendBatch());
    while (await sendUndo());
  }

  return {
    flush() {
      running ??= run().finally(() => {
        running = null;
      });
      return running;
    },
  };
}
