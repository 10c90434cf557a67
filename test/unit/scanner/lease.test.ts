// Tests a scanner's reports about its lease, whether it wants one and what it gives back, against the real door.

import { expect, test } from "vitest";
import { leftOf, NO_SCANNER_LEASE, type ScannerLease } from "../../../src/domain/door/leases/lease.ts";
import type { LeaseReply } from "../../../src/domain/door/command.ts";
import type { EventId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { type LeaseNotice, openLeaseBook } from "../../../src/ui/scanner/door/copy/lease-book.ts";
import { openLeasing } from "../../../src/ui/scanner/door/leasing.ts";
import type { Call } from "../../../src/ui/scanner/door/link/call.ts";
import type { PhoneStore } from "../../../src/ui/scanner/phone/phone-store.ts";
import type { DoorOnDisk } from "../../support/door/on-disk.ts";
import { doorFor, leaseCommand, reservedAt } from "../../support/door/leases.ts";

type Report = { readonly returned: number; readonly calls: number; readonly wants: boolean };

/**
 * Opens a phone at the door. `kept`: the lease on its disk; `verifies`: whether its browser has Ed25519; `beforeWrite`: what
 * its disk waits for.
 */
async function openPhone(
  door: DoorOnDisk,
  verifies: boolean,
  kept: ScannerLease | null = null,
  beforeWrite = Promise.resolve(),
) {
  const sent: Report[] = [];
  const disk = { lease: kept };
  /** The `returned` on the disk at the moment of each report. */
  const onDisk: (number | undefined)[] = [];
  const lease = await openLeaseBook(
    {
      get: () => Promise.resolve(disk.lease),
      put: (values: { readonly lease: ScannerLease }) => beforeWrite.then(() => void (disk.lease = values.lease)),
      // The cast: the lease book uses nothing else of the disk.
    } as unknown as PhoneStore,
    () => undefined,
  );
  const call = ((_: string, { body }: { readonly body: Report }) => {
    sent.push(body);
    onDisk.push(disk.lease?.returned);
    return Promise.resolve({ kind: "done", body: noticeOf(door, body) });
    // The cast: nothing else is requested.
  }) as unknown as Call;
  const leasing = openLeasing({ eventId: "evt_1" as EventId, lease, verifies, call, socket: () => null });
  return { lease, sent, onDisk, leasing };
}

/** The door's reply, as the API has it. */
function noticeOf(door: DoorOnDisk, { returned, calls, wants }: Report): LeaseNotice {
  // The cast: the reply to a lease command is a lease reply.
  const [reply] = door.run([leaseCommand({ report: { returned, calls }, wants })]) as LeaseReply[];
  const { value } = must(reply?.ok ? reply : null, "the door takes it");
  return { ...value, written_off: value.writtenOff };
}

const LEASE: ScannerLease = { ...NO_SCANNER_LEASE, granted: 10 };

test("[D12] [W6] a phone that is online only takes no lease, so that its share stays free for others", async () => {
  const door = doorFor(40);
  const { leasing, lease, sent } = await openPhone(door, false);
  await leasing.ask();
  expect([sent, leftOf(lease.now()), reservedAt(door)]).toEqual([[], 0, 0]);
  const other = await openPhone(door, true);
  await other.leasing.ask();
  expect([leftOf(other.lease.now()), reservedAt(door)], "as much as if it were the only phone").toEqual([10, 10]);
});

test("[D12] [W6] a phone that has become online only gives back the lease that it has, from its disk", async () => {
  const door = doorFor(40);
  await (await openPhone(door, true)).leasing.ask();
  expect(reservedAt(door)).toBe(10);
  const { leasing, lease, sent, onDisk } = await openPhone(door, false, LEASE);
  await leasing.ask();
  expect(sent).toEqual([{ returned: 10, calls: 0, wants: false }]);
  expect([onDisk, leftOf(lease.now()), reservedAt(door)]).toEqual([[10], 0, 0]);
  await leasing.ask();
  expect(sent, "once more after each connect: a report may have been lost").toHaveLength(2);
  expect(reservedAt(door)).toBe(0);
});

test("[D12] [W6] an online only phone that lost its numbers gives back the lease in the door's message", async () => {
  const door = doorFor(40);
  await (await openPhone(door, true)).leasing.ask();
  const { leasing, sent } = await openPhone(door, false);
  await leasing.receiveNotice(noticeOf(door, { returned: 0, calls: 0, wants: true }));
  expect([sent, reservedAt(door)]).toEqual([[{ returned: 10, calls: 0, wants: false }], 0]);
});

test("[D12] what is given back is reported once it is on disk, also by a report that comes meanwhile", async () => {
  let write = () => {};
  const written = new Promise<void>((settle) => (write = settle));
  const door = doorFor(40);
  await (await openPhone(door, true)).leasing.ask();
  const { leasing, sent, onDisk } = await openPhone(door, true, LEASE, written);
  const reports = [leasing.handIn(), leasing.ask()];
  await new Promise((settle) => setTimeout(settle));
  expect(sent).toEqual([]);
  write();
  await Promise.all(reports);
  expect(onDisk).toEqual([10, 10]);
});

test("[D12] a phone that leaves gives back the rest of its lease, and the door reserves nothing for it", async () => {
  const door = doorFor(40);
  const { leasing, lease } = await openPhone(door, true);
  await leasing.ask();
  lease.settle(lease.take(1), 1);
  await leasing.handIn();
  expect([leftOf(lease.now()), lease.now().returned]).toEqual([0, 9]);
  expect(reservedAt(door), "but for whom it took for a scan that the door does not know").toBe(1);
});
