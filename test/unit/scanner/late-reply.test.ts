// Tests what a late reply of the door changes on a phone that has already refused the guest alone: the screen and the
// lease.

import { describe, expect, test } from "vitest";
import { leftOf, NO_SCANNER_LEASE } from "../../../src/domain/door/leases/lease.ts";
import type { ScanShown } from "../../../src/sockets/door-protocol.ts";
import type { Call } from "../../../src/ui/scanner/door/link/call.ts";
import type { ScanRow } from "../../../src/ui/scanner/door/rows/rows.ts";
import { openScanFlow, type Outcome } from "../../../src/ui/scanner/door/scan-flow.ts";
import type { Reply, ScanSender } from "../../../src/ui/scanner/door/scan-sender.ts";
import { NORTH, NOW } from "../../support/door/cases.ts";
import { openPhoneParts } from "../../support/door/scanner/phone.ts";
import { scanIdOf, scannerRow, SHOWN } from "../../support/door/scanner/rows.ts";

const REFUSED = { ...SHOWN, verdict: "already_inside", let_in: false } as const;
const ROW = { ...scannerRow(1, { passed: null, fromLease: 2 }), shown: REFUSED };
const OF_ROW = { scan_id: ROW.scanId };

/**
 * Opens a phone that took two of the ten persons of its lease for a guest whom it then refused alone. `outcome`: the
 * door's outcome for the upload of that scan.
 */
async function refuseAlone(part: Pick<Partial<ScanRow>, "undo" | "upload"> = {}, outcome: object = {}, isLast = true) {
  const row = { ...ROW, ...part };
  let reply: (reply: Reply) => void = () => {};
  const acknowledged: string[] = [];
  const call = ((_: string, { body }: { readonly body: { readonly uploads?: unknown } }) => {
    const uploads = [{ ...OF_ROW, ...outcome }];
    return Promise.resolve({
      kind: "done",
      body: body.uploads === undefined ? { outcome: "nothing" } : { at: new Date(NOW).toISOString(), uploads },
    });
    // The cast: nothing else of a reply is read.
  }) as unknown as Call;
  const lease = { ...NO_SCANNER_LEASE, granted: 10, taken: 2 };
  const phone = await openPhoneParts({ rows: [row], lease, call });
  const rows = {
    ...phone.scanRows,
    begin: () => Promise.resolve(row),
    decide: () => Promise.resolve({ row, scan: REFUSED }),
  };
  // The cast: a late reply needs only these two functions.
  const sender = {
    send: () => new Promise<Reply>((settle) => (reply = settle)),
    acknowledge: (id: string) => void acknowledged.push(id),
  } as unknown as ScanSender;
  const shown: Outcome[] = [];
  const flow = openScanFlow({ rows, doorCopy: phone.doorCopy, sender, patienceMs: () => 0 });
  const scanned = { text: "VG1", source: "camera", direction: "in", gateId: NORTH, isLast: () => isLast } as const;
  await flow.scan(scanned, (outcomeShown) => void shown.push(outcomeShown));
  return {
    ...{ acknowledged, kinds: () => shown.map(({ kind }) => kind) },
    upload: () => phone.outbox.flush(),
    async reply(scan: ScanShown) {
      reply({ kind: "verdict", scan });
      await new Promise((settle) => setTimeout(settle));
    },
    left: () => leftOf(phone.lease.now()),
    onDisk: () => ({ left: leftOf(phone.disk.lease), fromLease: phone.disk.rows.get(ROW.scanId)?.fromLease }),
  };
}

const ADMITTED = { ...SHOWN, ...OF_ROW };

test("[D18] a guest refused alone turns green by a late admission, but not once that is being undone", async () => {
  const late = await refuseAlone();
  await late.reply(ADMITTED);
  expect([late.kinds(), late.acknowledged]).toEqual([["verdict", "late"], [ROW.scanId]]);
  const undo = { scanId: scanIdOf("undo"), at: NOW, sent: false };
  for (const over of [{ undo }, { undo: { ...undo, sent: true } }, { upload: "done" }] as const) {
    const tooLate = await refuseAlone(over);
    await tooLate.reply(ADMITTED);
    expect([tooLate.kinds(), tooLate.acknowledged]).toEqual([["verdict"], []]);
  }
});

describe("[D12] the persons taken from the lease for a guest who was refused alone are freed once", () => {
  test.each([
    ["the upload, then the reply", ["upload", "reply"]],
    ["the reply, then the upload", ["reply", "upload"]],
    ["the upload, and the reply is lost", ["upload"]],
    ["the reply, before the upload", ["reply"]],
    ["the upload twice", ["upload", "upload"]],
  ] as const)("%s", async (_, steps) => {
    for (const outcome of ["taken", "repeat"]) {
      const phone = await refuseAlone({}, { outcome, from_lease: 0 });
      expect(phone.left()).toBe(8);
      for (const step of steps) await (step === "upload" ? phone.upload() : phone.reply({ ...REFUSED, ...OF_ROW }));
      expect([phone.left(), phone.onDisk()]).toEqual([10, { left: 10, fromLease: 0 }]);
    }
  });

  test("persons that the door used for its admission stay used, after the reply or the upload", async () => {
    const byReply = await refuseAlone();
    await byReply.reply({ ...ADMITTED, from_lease: 1 });
    const takenBack = await refuseAlone({}, {}, false);
    await takenBack.reply({ ...ADMITTED, from_lease: 1 });
    const byUpload = await refuseAlone({}, { outcome: "repeat", from_lease: 1 });
    await byUpload.upload();
    await byUpload.reply({ ...ADMITTED, from_lease: 1 });
    for (const phone of [byReply, takenBack, byUpload])
      expect([phone.left(), phone.onDisk()]).toEqual([9, { left: 9, fromLease: 1 }]);
    expect(takenBack.kinds()).toEqual(["verdict", "late"]);
  });

  test("all of it stays used when a door of an earlier release sends an outcome without a number", async () => {
    const phone = await refuseAlone({}, { outcome: "repeat" });
    await phone.upload();
    expect(phone.left()).toBe(8);
  });
});
