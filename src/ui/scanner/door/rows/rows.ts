// Defines a scan's row as the scanner stores it: on disk before anything is shown (rule W7), and without the signature
// of the code (rule N6). Turns rows into the uploads that the door takes later (rule D19).

import type { Operations } from "../../../../client/client.ts";
import type { Direction } from "../../../../domain/door/scan.ts";
import { showSerial } from "../../../../domain/door/tickets/serial.ts";
import type { TicketState } from "../../../../domain/door/tickets/ticket-state.ts";
import type { GateId, ScanId } from "../../../../domain/ids.ts";
import { toIso } from "../../../../domain/time/instant.ts";
import type { ScanShown } from "../../../../sockets/door-protocol.ts";
import { isPassage } from "../late-verdict.ts";

/** How a code was delivered; `party` is a ticket of an order, without its code (rule D13). */
export type CodeSource = "camera" | "reader" | "typed";
export type Source = CodeSource | "party";

/** `refused`: the code with which the door refused the undo, so that the scan stays as it is. */
export type Undo = {
  readonly scanId: ScanId;
  readonly at: number;
  readonly sent: boolean;
  readonly refused?: string;
};

/**
 * `shown`: the verdict that was shown; null if none was. `decided`: who made it. `against`: the door's later, different
 * verdict about a scan that this scanner had decided alone. `passed`: the ticket's states before and after a passage.
 * Times are epoch ms by the door's clock; `clockUnsure`: by the phone's own. `upload: "refused"`: the door does not
 * take the row; it is set aside and kept, and `refusal` is the reason. `isOverride`: a supervisor requested the scan by
 * their own session. `fromLease`: the persons that the row takes of the lease (rule D12), which follows it
 * (row-keeping.ts). `isInLease` is absent from rows of an earlier release, which may have freed their persons without a
 * note of it: nothing more of theirs is freed.
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
  readonly isInLease?: true;
  readonly lastAnswered: ScanId | null;
  readonly decided: "door" | "alone" | null;
  readonly shown: ScanShown | null;
  readonly against: ScanShown | null;
  readonly upload: "none" | "waiting" | "done" | "refused";
  readonly refusal?: string;
  readonly isOverride?: boolean;
  readonly passed: { readonly before: TicketState; readonly after: TicketState } | null;
  readonly undo: Undo | null;
};

type Input = Extract<Operations["POST /v1/events/{id}/scans"]["ask"]["body"], { readonly uploads: unknown }>;
type Upload = Input["uploads"][number];

/**
 * How many rows one upload may have, and how many bytes these may have, so that there is room for the rest of the body.
 */
export const MOST_ROWS = 200;
const MOST_BYTES = 60_000;

/** Whether the door lacks the row, or its undo. */
export function isUnsent({ upload, undo }: ScanRow): boolean {
  return upload === "waiting" || undo?.sent === false;
}

/** The row as the door takes it. Null for a row that was not decided alone. */
export function uploadOf(row: ScanRow): Upload | null {
  const { source } = row;
  if (row.shown === null || row.decided !== "alone" || source === "party") return null;
  return {
    ...{ scan_id: row.scanId, serial: row.serial === null ? null : showSerial(row.serial) },
    ...{ type_number: row.typeNumber, generation: row.generation, direction: row.direction, source },
    ...{ gate_id: row.gateId, at: toIso(row.at), clock_unsure: row.clockUnsure, counter: row.counter },
    // The cast: a verdict that was decided alone has one of the domain's names.
    verdict: row.shown.verdict as Upload["verdict"],
    ...{ override: null, after: row.lastAnswered, from_lease: row.fromLease },
  };
}

/** Whether the row must stay on this phone: it is unsent, or the door did not take it. */
export function isOpen(row: ScanRow): boolean {
  return isUnsent(row) || row.upload === "refused";
}

/** The oldest waiting rows, as many as fit into one request, and at most `most`. */
export function nextBatch(rows: readonly ScanRow[], most: number = MOST_ROWS): Upload[] {
  const batch: Upload[] = [];
  let bytes = 0;
  for (const row of [...rows].sort((a, b) => a.counter - b.counter)) {
    const upload = row.upload === "waiting" ? uploadOf(row) : null;
    if (upload === null) continue;
    bytes += JSON.stringify(upload).length + 1;
    if (batch.length === most || bytes > MOST_BYTES) break;
    batch.push(upload);
  }
  return batch;
}

/** The next row whose undo may be sent: one that the door has already, or will never have. */
export function nextUndo(rows: readonly ScanRow[]): ScanRow | null {
  return rows.find(({ undo, upload }) => undo?.sent === false && upload !== "waiting") ?? null;
}

/**
 * Whether somebody passed at this phone by the door's verdict about that scan: also by a later scan of the same ticket, to
 * which the door has given that verdict again (rule D5).
 */
export function hasPassedBy(rows: readonly ScanRow[], scanId: string): boolean {
  return rows.some(({ shown }) => shown?.scan_id === scanId && isPassage(shown));
}

/** The id under which the door has the scan: its reply may be the verdict of an earlier scan of the same guest. */
export function scanOfUndo({ scanId, decided, shown }: ScanRow): string {
  return decided === "door" && shown !== null ? shown.scan_id : scanId;
}

/** The rows as HTTP requests, one a line, for a supervisor who sends them to the door by hand. */
export function asRequests(eventId: string, rows: readonly ScanRow[]): string {
  const uploads = rows
    .filter(({ upload }) => upload === "waiting" || upload === "refused")
    .flatMap((row) => uploadOf(row) ?? []);
  const undos = rows.flatMap((row) => (row.undo?.sent === false ? [[scanOfUndo(row), row.undo.scanId]] : []));
  const path = `/v1/events/${eventId}/scans`;
  return [
    // The lease belongs to this phone, not to the person who sends the requests.
    ...uploads.map((row) => `POST ${path} ${JSON.stringify({ uploads: [{ ...row, from_lease: 0 }] })}`),
    ...undos.map(([scan, undo]) => `POST ${path}/${scan}/undo ${JSON.stringify({ scan_id: undo })}`),
  ].join("\n");
}

/** How many persons this phone has let in alone, less those it let out, that the door does not know of yet. */
export function insideUnsent(rows: Iterable<ScanRow>): number {
  let inside = 0;
  for (const { upload, passed, undo } of rows)
    if (upload === "waiting" && passed && undo === null) inside += passed.after.inside - passed.before.inside;
  return inside;
}
