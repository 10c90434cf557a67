// Sends the scans that were decided alone and the undos (rules D14, D19), the oldest first, until the door has all of
// them. A row that is itself the reason for a refusal is set aside, so that it blocks no other (rule W6).

import type { Operations } from "../../../../client/client.ts";
import { type Call, type Called, isForLater } from "../link/call.ts";
import type { DoorCopy } from "../copy/door-copy.ts";
import { isPassage } from "../late-verdict.ts";
import type { RowKeeping } from "./row-keeping.ts";
import { hasPassedBy, MOST_ROWS, nextBatch, nextUndo, scanOfUndo, type ScanRow, type Undo } from "./rows.ts";

export type OutboxOptions = {
  readonly eventId: string;
  readonly keeping: RowKeeping;
  readonly doorCopy: Pick<DoorCopy, "row" | "rows">;
  readonly call: Call;
  /** `doorAt`: the door's time in its reply, ISO; null when the reply has none. */
  readonly onSent: (doorAt: string | null) => void;
  readonly newUndo: () => Undo;
};

export type Outbox = {
  /** Sends all unsent rows, one run at a time. Resolves when nothing is left, or nothing can be sent now. */
  flush(): Promise<void>;
};

type Uploads = "POST /v1/events/{id}/scans";
type BatchOutcome = Extract<Operations[Uploads]["answer"], { readonly uploads: unknown }>;

/** Statuses that refuse the content, not the sender or the event: one row of the batch is the cause. */
const OF_CONTENT: readonly number[] = [400, 413, 422];
const NOT_ON_DUTY = 401;
/** The outcomes of rows that the door has now. A row with any other outcome it will never have. */
const HAD: ReadonlySet<string> = new Set(["taken", "repeat"]);

export function openOutbox({ eventId, keeping, doorCopy, call, onSent, newUndo }: OutboxOptions): Outbox {
  let running: Promise<void> | null = null;
  let most = MOST_ROWS;

  async function keep(ids: readonly string[], change: (row: ScanRow) => ScanRow, doorAt: string | null): Promise<void> {
    await keeping.keep(() => ids.flatMap((id) => doorCopy.row(id) ?? []).map(change));
    onSent(doorAt);
  }

  /** Resolves to whether there may be more to send. */
  async function sendBatch(): Promise<boolean> {
    const uploads = nextBatch(doorCopy.rows(), most);
    const [first] = uploads;
    if (first === undefined) return false;
    const answer = await call("POST /v1/events/{id}/scans", { id: eventId, body: { uploads } });
    if (answer.kind === "refused" && OF_CONTENT.includes(answer.problem.status)) {
      // Halves the batch each time, until the row that is the cause is sent by itself.
      most = Math.ceil(uploads.length / 2);
      if (uploads.length === 1) await keep([first.scan_id], (row) => setAside(row, answer.problem.code), null);
      return true;
    }
    const outcomes = outcomesOf(answer);
    if (outcomes === null) return false;
    most = Math.min(MOST_ROWS, most * 2);
    const answered = uploads.map(({ scan_id }) => scan_id).filter((id) => outcomes.of.has(id));
    await keep(answered, (row) => takeOutcome(row, outcomes.of.get(row.scanId)), outcomes.at);
    return answered.length > 0;
  }

  function takeOutcome(row: ScanRow, taken: OutcomeOfRow | undefined): ScanRow {
    const { outcome = "", from_lease: drawn = outcome === "taken" ? 0 : row.fromLease } = taken ?? {};
    if (!HAD.has(outcome)) return setAside(row, outcome);
    if (!isRefused(row)) return { ...row, upload: "done" };
    const mayBeIn = outcome === "repeat" && row.decided === "alone" && row.undo === null;
    const isUndone = mayBeIn && !hasPassedBy(doorCopy.rows(), row.scanId);
    const fromLease = row.isInLease ? drawn : row.fromLease;
    return { ...row, upload: "done", fromLease, ...(isUndone && { undo: newUndo() }) };
  }

  async function sendUndo(): Promise<boolean> {
    const row = nextUndo(doorCopy.rows());
    if (row?.undo === null || row === null) return false;
    const ask = { id: eventId, scan_id: scanOfUndo(row), body: { scan_id: row.undo.scanId } };
    const answer = await call("POST /v1/events/{id}/scans/{scan_id}/undo", ask);
    if (answer.kind === "none") return false;
    if (answer.kind === "refused" && (isForLater(answer) || answer.problem.status === NOT_ON_DUTY)) return false;
    // After an undo was refused for good, the door's version of the scan remains, and the list shows that.
    const sent = { sent: true, ...(answer.kind === "refused" && { refused: answer.problem.code }) };
    const isNothing = answer.kind === "done" && answer.body.outcome === "nothing" && isRefused(row);
    const undone = (now: ScanRow) => now.undo && { ...now.undo, ...sent };
    await keep([row.scanId], (now) => ({ ...now, undo: isNothing ? null : undone(now) }), null);
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

/**
 * Whether this phone let nobody pass by the row's scan. If the door has the scan already, it may have admitted the
 * guest in a reply that was lost (rule D18); if it refused the guest too, an undo changes nothing.
 */
function isRefused({ shown }: ScanRow): boolean {
  return shown !== null && !isPassage(shown);
}

function setAside(row: ScanRow, refusal: string): ScanRow {
  return { ...row, upload: "refused", refusal };
}

type OutcomeOfRow = BatchOutcome["uploads"][number];
type Outcomes = { readonly at: string; readonly of: ReadonlyMap<string, OutcomeOfRow> };

function outcomesOf(answer: Called<Uploads>): Outcomes | null {
  if (answer.kind !== "done" || !("uploads" in answer.body)) return null;
  const { at, uploads } = answer.body;
  return { at, of: new Map(uploads.map((outcome) => [outcome.scan_id, outcome])) };
}
