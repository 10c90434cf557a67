// Keeps the scanner's side of its lease (rule D12): stores each change of it, and notices when half of it is used.

import {
  giveBack,
  takeNotice,
  leftOf,
  NO_SCANNER_LEASE,
  type ScannerLease,
  settleScan,
  takeForScan,
} from "../../../../domain/door/leases/lease.ts";
import type { PhoneStore } from "../../phone/phone-store.ts";

export type LeaseNotice = {
  readonly granted: number;
  readonly drawn: number;
  readonly returned: number;
  readonly written_off: number;
  readonly calls: number;
};

export type LeaseBook = {
  now(): ScannerLease;
  /** Takes room for a scan: the caller stores a row with these persons as its `fromLease` (row-keeping.ts). */
  take(persons: number): number;
  /** Returns the lease once scans that took `taken` persons turn out to have used `drawn` of them. */
  settled(taken: number, drawn: number): ScannerLease;
  /** Applies that to the lease. To be called once the rows of these scans are stored with it. */
  settle(taken: number, drawn: number): void;
  /** Takes the door's message. Resolves to whether the door recalls the lease, and so waits for a report. */
  receiveNotice(notice: LeaseNotice): Promise<boolean>;
  /** Gives back all that is left. The caller stores that, and then reports it to the door. */
  giveBack(): void;
  /** Resolves once what is given back by now is on disk. */
  store(): Promise<void>;
  /** Whether half of what was left after the last notice is used. */
  isLow(): boolean;
  noteRequest(): void;
};

export async function openLeaseBook(store: PhoneStore, onChange: (lease: ScannerLease) => void): Promise<LeaseBook> {
  let lease = (await store.get("lease")) ?? NO_SCANNER_LEASE;
  let leftThen = leftOf(lease);
  let isAsked = false;
  let onDisk = lease;
  onChange(lease);

  function become(next: ScannerLease): void {
    lease = next;
    onChange(lease);
  }

  async function write(): Promise<void> {
    const written = lease;
    await store.put({ lease: written });
    onDisk = written;
  }

  return {
    now: () => lease,
    take(persons) {
      const { lease: next, taken } = takeForScan(lease, persons);
      become(next);
      return taken;
    },
    settled: (taken, drawn) => settleScan(lease, taken, drawn),
    settle(taken, drawn) {
      if (taken !== drawn) become(settleScan(lease, taken, drawn));
    },
    async receiveNotice({ granted, drawn, returned, written_off: writtenOff, calls }) {
      const isCalled = calls > lease.calls;
      become(takeNotice(lease, { granted, drawn, returned, writtenOff, calls }));
      [leftThen, isAsked] = [leftOf(lease), false];
      // Stored first, since the caller then sends a report with these numbers.
      await write();
      return isCalled;
    },
    giveBack() {
      become(giveBack(lease));
      leftThen = 0;
    },
    async store() {
      if (onDisk.returned !== lease.returned) await write();
    },
    isLow: () => !isAsked && leftThen > 0 && leftOf(lease) * 2 <= leftThen,
    noteRequest() {
      isAsked = true;
    },
  };
}
