// Creates and changes the rows of scans: before the request is sent, when the phone decides alone, and when the door
// replies. The row is on disk when each of these calls resolves (rule W7).

import { renderScan } from "../../../../door/shown-scan.ts";
import type { Verdict } from "../../../../domain/door/scan.ts";
import { NEW_TICKET } from "../../../../domain/door/tickets/ticket-state.ts";
import { type DeviceId, idFrom, type ScanId } from "../../../../domain/ids.ts";
import type { ScanShown } from "../../../../sockets/door-protocol.ts";
import { decideAlone, passedBy, personsOf, ticketOf } from "../alone.ts";
import type { DoorCopy } from "../copy/door-copy.ts";
import { isPassage } from "../late-verdict.ts";
import type { LeaseBook } from "../copy/lease-book.ts";
import { presentAlone, ticketNamed } from "../copy/presented-code.ts";
import type { RowKeeping } from "./row-keeping.ts";
import type { ScanRow } from "./rows.ts";
import type { Scanned } from "../scan-flow.ts";

export type RowOptions = {
  readonly deviceId: DeviceId;
  readonly keeping: RowKeeping;
  readonly doorCopy: DoorCopy;
  readonly lease: LeaseBook;
  readonly verifies: boolean;
  /** The door's time, epoch ms; `unsure`: it depends on the phone's own clock. */
  readonly clock: () => { readonly now: number; readonly unsure: boolean };
  /** As stored on the phone, like `lastAnswered`. */
  readonly counter: number;
  readonly lastAnswered: ScanId | null;
  readonly onChanged: () => void;
};

export type DecidedAlone = { readonly row: ScanRow & { readonly shown: ScanShown }; readonly scan: ScanShown };

/**
 * `shown_before`: the reply is the verdict of a scan that this phone has shown already (rule D5). `taken_back`: it is
 * the verdict of a scan that this phone takes back, perhaps of this one, so nobody may pass by it.
 */
type Answered =
  | { readonly kind: "new"; readonly row: ScanRow }
  | { readonly kind: "shown_before" }
  | { readonly kind: "taken_back" };

export type ScanRows = {
  /** `isOverride`: a supervisor requests the scan, and it uses no lease. */
  begin(scanned: Scanned, isOverride?: boolean): Promise<ScanRow>;
  /** Null when the phone cannot decide: it has no bundle, or cannot verify signatures. */
  decide(row: ScanRow, text: string): Promise<DecidedAlone | null>;
  answer(row: ScanRow, scan: ScanShown): Promise<Answered>;
  takeBack(row: ScanRow): Promise<ScanRow>;
  /** Frees what the row took of the lease: the door did not decide its scan, and nobody passed by it. */
  free(row: ScanRow): Promise<ScanRow>;
  /** Notes the door's later verdict about a scan that this phone has decided alone. */
  noteAgainst(row: ScanRow, against: ScanShown): Promise<ScanRow>;
};

const UNDECIDED = { decided: null, shown: null, against: null, upload: "none", passed: null, undo: null } as const;

export function openScanRows(options: RowOptions): ScanRows {
  const { deviceId, keeping, doorCopy, lease, clock } = options;
  let { counter, lastAnswered } = options;

  /** Applies `change` to the present state of the row. */
  async function keep(row: ScanRow, change: (now: ScanRow) => ScanRow): Promise<ScanRow> {
    const beside = () => ({ counter, ...(lastAnswered !== null && { lastAnswered }) });
    const [next = row] = await keeping.keep(() => [change(doorCopy.row(row.scanId) ?? row)], beside);
    options.onChanged();
    return next;
  }

  const free = (row: ScanRow) => keep(row, (now) => ({ ...now, fromLease: 0 }));

  return {
    async begin({ text, source, direction, gateId }, isOverride = false) {
      const named = ticketNamed(text, source);
      const alone = doorCopy.aloneFacts();
      const needsRoom = direction === "in" && named.serial !== null && alone !== null && !isOverride;
      const fromLease = needsRoom ? lease.take(personsOf(alone, named.typeNumber)) : 0;
      counter += 1;
      const { now, unsure } = clock();
      const scan = { ...named, scanId: newScanId(), counter, direction, source, gateId, fromLease, lastAnswered };
      const times = { at: now, clockUnsure: unsure };
      const row: ScanRow = { ...UNDECIDED, ...scan, isInLease: true, ...times, ...(isOverride && { isOverride }) };
      return keep(row, () => row);
    },
    async decide(row, text) {
      const alone = doorCopy.aloneFacts();
      if (alone === null || !options.verifies) return null;
      const code = await presentAlone(text, row.source, alone);
      const { now, unsure } = clock();
      const { verdict, passed } = decideAlone(alone, { ...row, code, deviceId }, now);
      const typeNumber = code.kind === "unreadable" ? null : code.typeNumber;
      const ticketTypeId = alone.bundle.terms.typeIds.find(({ number }) => number === typeNumber)?.id ?? null;
      const { scanId, serial } = row;
      const scan = renderScan({ scanId, at: now, again: false, verdict, serial, ticketTypeId });
      const times = { at: now, clockUnsure: unsure };
      const next = { ...row, ...times, decided: "alone" as const, shown: scan, passed, upload: "waiting" as const };
      await keep(row, () => next);
      return { row: next, scan };
    },
    async answer(row, scan) {
      lastAnswered = row.scanId;
      const judged: { kind: Answered["kind"] } = { kind: "taken_back" };
      // Judged inside the row's turn: the turn before may have begun the undo of that scan, or of this one (D18).
      const next = await keep(row, (now) => {
        const isOwn = scan.scan_id === now.scanId;
        const first = isOwn ? null : doorCopy.row(scan.scan_id);
        if (isOver(now)) return now;
        // A verdict of another scan has used nothing for this one.
        if (first?.undo) return { ...now, fromLease: 0 };
        const isShown = first !== null && first.shown !== null;
        judged.kind = isShown ? "shown_before" : "new";
        return {
          ...{ ...now, decided: "door", upload: "none", undo: null },
          shown: isShown ? { ...scan, verdict: "repeat", let_in: false } : scan,
          passed: isShown ? null : passedAtDoor(doorCopy, now, scan),
          fromLease: isOwn ? (scan.from_lease ?? 0) : 0,
        };
      });
      const { kind } = judged;
      return kind === "new" ? { kind, row: next } : { kind };
    },
    takeBack: (row) =>
      keep(row, (now) => (now.undo ? now : { ...now, undo: { scanId: newScanId(), at: clock().now, sent: false } })),
    free,
    noteAgainst: (row, against) => keep(row, (now) => ({ ...now, against })),
  };
}

/** Whether nobody may pass by the scan any more: it is being undone, or the door has stored this phone's refusal. */
function isOver({ undo, upload }: ScanRow): boolean {
  return undo !== null || upload === "done";
}

export function newScanId(): ScanId {
  return idFrom("scn", crypto.getRandomValues(new Uint8Array(16)));
}

function passedAtDoor(doorCopy: DoorCopy, row: ScanRow, scan: ScanShown): ScanRow["passed"] {
  if (row.serial === null || !isPassage(scan)) return null;
  const alone = doorCopy.aloneFacts();
  const before = alone === null ? NEW_TICKET : ticketOf(alone, row.serial);
  // The cast: the reply uses the domain's names, and a passage needs only these fields of it.
  const verdict = { verdict: scan.verdict, adds: scan.persons ?? 1, persons: scan.persons ?? 1 } as unknown as Verdict;
  const passage = { at: Date.parse(scan.at), gateId: row.gateId, deviceId: null };
  const after = passedBy(before, verdict, passage, row.scanId);
  return after && { before, after };
}
