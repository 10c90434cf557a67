// The rows of scans as they come about: begun before anything is asked, decided by the phone alone, answered by the door. Each
// is on disk when these resolve (rule W7).

import { renderScan } from "../../../door/shown-scan.ts";
import type { Verdict } from "../../../domain/door/scan.ts";
import { UNSEEN } from "../../../domain/door/ticket-state.ts";
import { type DeviceId, idFrom, type ScanId } from "../../../domain/ids.ts";
import type { ScanShown } from "../../../sockets/door-protocol.ts";
import type { Kept } from "../phone/kept.ts";
import { decideAlone, passedBy, personsOf, ticketOf } from "./alone.ts";
import type { KnownDoor } from "./known-door.ts";
import { isPassage } from "./late-answer.ts";
import type { LeaseBook } from "./lease-book.ts";
import { presentAlone, saidBy } from "./presented-code.ts";
import type { ScanRow } from "./rows.ts";
import type { Scanned } from "./scan-flow.ts";

export type RowOptions = {
  readonly deviceId: DeviceId;
  readonly kept: Kept;
  readonly known: KnownDoor;
  readonly lease: LeaseBook;
  readonly verifies: boolean;
  /** Of the door, epoch ms; `unsure`: by the phone's own clock. */
  readonly clock: () => { readonly now: number; readonly unsure: boolean };
  /** As they were kept. */
  readonly counter: number;
  readonly lastAnswered: ScanId | null;
  readonly onChanged: () => void;
};

export type DecidedAlone = { readonly row: ScanRow & { readonly shown: ScanShown }; readonly scan: ScanShown };

export type ScanRows = {
  begin(scanned: Scanned): Promise<ScanRow>;
  /** Null: the phone cannot, without a bundle or without a way to verify signatures. */
  decide(row: ScanRow, text: string): Promise<DecidedAlone | null>;
  /** The door's verdict. Null: it is of a scan that this phone has shown before (rule D5). */
  answer(row: ScanRow, scan: ScanShown): Promise<ScanRow | null>;
  takeBack(row: ScanRow): Promise<ScanRow>;
  keep(row: ScanRow): Promise<void>;
};

export function openScanRows(options: RowOptions): ScanRows {
  const { deviceId, kept, known, lease, clock } = options;
  let { counter, lastAnswered } = options;

  async function keep(row: ScanRow): Promise<void> {
    await kept.put({ lease: lease.now(), counter, ...(lastAnswered !== null && { lastAnswered }) }, [row]);
    known.takeRows([row]);
    options.onChanged();
  }

  return {
    keep,
    async begin({ text, source, direction, gateId }) {
      const said = saidBy(text, source);
      const alone = known.alone();
      const needsRoom = direction === "in" && said.serial !== null && alone !== null;
      const fromLease = needsRoom ? lease.take(personsOf(alone, said.typeNumber)) : 0;
      counter += 1;
      const { now, unsure } = clock();
      const row: ScanRow = {
        ...{
          scanId: newScanId(),
          counter,
          ...said,
          direction,
          source,
          gateId,
          at: now,
          clockUnsure: unsure,
          fromLease,
        },
        ...{ lastAnswered, decided: null, shown: null, against: null, upload: "none", passed: null, undo: null },
      };
      await keep(row);
      return row;
    },
    async decide(row, text) {
      const alone = known.alone();
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
      await keep(next);
      return { row: next, scan };
    },
    async answer(row, scan) {
      const isOwn = scan.scan_id === row.scanId;
      lease.settle(row.fromLease, isOwn ? (scan.from_lease ?? 0) : 0);
      lastAnswered = row.scanId;
      const first = isOwn ? null : known.row(scan.scan_id);
      const passed = passedAtDoor(known, row, scan);
      const next: ScanRow = { ...row, decided: "door", shown: scan, passed, upload: "none", undo: null };
      await keep(next);
      return first !== null && first.shown !== null && first.undo === null ? null : next;
    },
    async takeBack(row) {
      const next: ScanRow = { ...row, undo: { scanId: newScanId(), at: clock().now, sent: false } };
      await keep(next);
      return next;
    },
  };
}

function newScanId(): ScanId {
  return idFrom("scn", crypto.getRandomValues(new Uint8Array(16)));
}

function passedAtDoor(known: KnownDoor, row: ScanRow, scan: ScanShown): ScanRow["passed"] {
  if (row.serial === null || !isPassage(scan)) return null;
  const alone = known.alone();
  const before = alone === null ? UNSEEN : ticketOf(alone, row.serial);
  // The cast: the answer has the names of the domain, and this is all of it that a passage needs.
  const verdict = { verdict: scan.verdict, adds: scan.persons ?? 1, persons: scan.persons ?? 1 } as unknown as Verdict;
  const passage = { at: Date.parse(scan.at), gateId: row.gateId, deviceId: null };
  const after = passedBy(before, verdict, passage, row.scanId);
  return after && { before, after };
}
