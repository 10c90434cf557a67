// Opens the parts of a scanner that keep its rows, its lease and its outbox, on a disk in memory. The door is the caller's.

import { NO_SCANNER_LEASE, type ScannerLease } from "../../../../src/domain/door/leases/lease.ts";
import { type Call } from "../../../../src/ui/scanner/door/link/call.ts";
import { openDoorCopy } from "../../../../src/ui/scanner/door/copy/door-copy.ts";
import { openLeaseBook } from "../../../../src/ui/scanner/door/copy/lease-book.ts";
import { openOutbox } from "../../../../src/ui/scanner/door/rows/outbox.ts";
import { openRowKeeping } from "../../../../src/ui/scanner/door/rows/row-keeping.ts";
import { openScanRows } from "../../../../src/ui/scanner/door/rows/scan-rows.ts";
import type { ScanRow } from "../../../../src/ui/scanner/door/rows/rows.ts";
import type { PhoneStore } from "../../../../src/ui/scanner/phone/phone-store.ts";
import { NOW, PHONE } from "../cases.ts";
import { scanIdOf } from "./rows.ts";

export const NEW_UNDO = { scanId: scanIdOf("a new undo"), at: NOW, sent: false };

export type PhoneOptions = {
  readonly rows?: readonly ScanRow[];
  readonly lease?: ScannerLease;
  readonly call?: Call;
  /** What a write to the disk waits for. */
  readonly beforeWrite?: () => Promise<void>;
};

const noCall: Call = () => Promise.resolve({ kind: "none" });

/** `disk.full`: nothing can be written any more. */
export async function openPhoneParts({ rows = [], lease: kept, call = noCall, beforeWrite }: PhoneOptions) {
  const disk = {
    ...{ full: false, lease: kept ?? NO_SCANNER_LEASE },
    rows: new Map(rows.map((row) => [row.scanId as string, row])),
  };
  const store = {
    get: (name: string) => Promise.resolve(name === "lease" ? disk.lease : null),
    rows: () => Promise.resolve([...disk.rows.values()]),
    newerTickets: () => Promise.resolve([]),
    async put(values: { readonly lease?: ScannerLease }, changed: readonly ScanRow[] = []) {
      await beforeWrite?.();
      if (disk.full) throw new DOMException("no room", "QuotaExceededError");
      if (values.lease) disk.lease = values.lease;
      for (const row of changed) disk.rows.set(row.scanId, row);
    },
    // The cast: the rest of it is of other parts.
  } as unknown as PhoneStore;
  const doorCopy = await openDoorCopy(store);
  const lease = await openLeaseBook(store, () => {});
  const keeping = openRowKeeping({ store, doorCopy, lease });
  const outbox = openOutbox({
    ...{ eventId: "evt_1", keeping, doorCopy, call, onSent: () => {}, newUndo: () => NEW_UNDO },
  });
  const scanRows = openScanRows({
    ...{ deviceId: PHONE, keeping, doorCopy, lease, verifies: true, counter: rows.length, lastAnswered: null },
    ...{ clock: () => ({ now: NOW, unsure: false }), onChanged: () => {} },
  });
  return { disk, doorCopy, lease, keeping, outbox, scanRows };
}
