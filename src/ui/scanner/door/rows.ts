// What a scanner has scanned, as it keeps it: on disk before anything is shown (rule W7), without the signature of the code
// (rule N6), and as the door takes it later (rule D19).

import type { Operations } from "../../../client/client.ts";
import type { Direction } from "../../../domain/door/scan.ts";
import { showSerial } from "../../../domain/door/serial.ts";
import type { TicketState } from "../../../domain/door/ticket-state.ts";
import type { GateId, ScanId } from "../../../domain/ids.ts";
import { toIso } from "../../../domain/instant.ts";
import type { ScanShown } from "../../../sockets/door-protocol.ts";

export type Source = "camera" | "reader" | "typed";

export type Undo = { readonly scanId: ScanId; readonly at: number; readonly sent: boolean };

/**
 * `shown` null: nobody has seen a verdict. `decided`: who made it. `against`: what the door said later, of a scan by which
 * this scanner had let somebody in alone. `before` and `after`: of its ticket, where it passed. Times are epoch ms by the
 * door's clock; `clockUnsure`: by the phone's own.
 */
export type ScanRow = {
  readonly scanId: ScanId;
  readonly counter: number;
  readonly serial: number | null;
  readonly typeNumber: number | null;
  readonly generation: number | null;
  readonly direction: Direction;
  readonly source: Source;
  readonly gateId: GateId;
  readonly at: number;
  readonly clockUnsure: boolean;
  readonly fromLease: number;
  readonly lastAnswered: ScanId | null;
  readonly decided: "door" | "alone" | null;
  readonly shown: ScanShown | null;
  readonly against: ScanShown | null;
  readonly upload: "none" | "waiting" | "done";
  readonly passed: { readonly before: TicketState; readonly after: TicketState } | null;
  readonly undo: Undo | null;
};

type Input = Extract<Operations["POST /v1/events/{id}/scans"]["ask"]["body"], { readonly uploads: unknown }>;
type Upload = Input["uploads"][number];

/** Rows of one upload; and bytes, with room for the rest of the body. */
const MOST_ROWS = 200;
const MOST_BYTES = 60_000;

/** What the door has not been told: rows, and undos after them. */
export function isUnsent({ upload, undo }: ScanRow): boolean {
  return upload === "waiting" || undo?.sent === false;
}

/** The row as the door takes it. Null of one that nobody decided alone. */
export function uploadOf(row: ScanRow): Upload | null {
  if (row.shown === null || row.decided !== "alone") return null;
  return {
    ...{ scan_id: row.scanId, serial: row.serial === null ? null : showSerial(row.serial) },
    ...{ type_number: row.typeNumber, generation: row.generation, direction: row.direction, source: row.source },
    ...{ gate_id: row.gateId, at: toIso(row.at), clock_unsure: row.clockUnsure, counter: row.counter },
    // The cast: what was decided alone has one of the domain's names.
    verdict: row.shown.verdict as Upload["verdict"],
    ...{ override: null, after: row.lastAnswered, from_lease: row.fromLease },
  };
}

/** The oldest first, as many as go into one request. */
export function nextBatch(rows: readonly ScanRow[]): Upload[] {
  const batch: Upload[] = [];
  let bytes = 0;
  for (const row of [...rows].sort((a, b) => a.counter - b.counter)) {
    const upload = row.upload === "waiting" ? uploadOf(row) : null;
    if (upload === null) continue;
    bytes += JSON.stringify(upload).length + 1;
    if (batch.length === MOST_ROWS || bytes > MOST_BYTES) break;
    batch.push(upload);
  }
  return batch;
}

/** Undos that may go: of a row that the door has, or never will. */
export function nextUndo(rows: readonly ScanRow[]): ScanRow | null {
  return rows.find(({ undo, upload }) => undo?.sent === false && upload !== "waiting") ?? null;
}

/** Of persons let in or out alone, of whom the door has not heard. */
export function insideUnsent(rows: Iterable<ScanRow>): number {
  let inside = 0;
  for (const { upload, passed, undo } of rows)
    if (upload === "waiting" && passed && undo === null) inside += passed.after.inside - passed.before.inside;
  return inside;
}
