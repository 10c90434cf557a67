// Tests what a late reply of the door changes on a phone that has already refused the guest alone: the screen and the
// lease.

import { describe, expect, test } from "vitest";
import { leftOf, NO_SCANNER_LEASE } from "../../../src/domain/door/leases/lease.ts";
import type { ScanShown } from "../../../src/sockets/door-protocol.ts";
import type { Call } from "../../../src/ui/scanner/door/link/call.ts";
import type { ScanRow } from "../../../src/ui/scanner/door/rows/rows.ts";
import { openScanFlow, type Outcome } from "../../../src/ui/scanner/door/scan-flow.ts";
import { openScanSender, type Reply, type ScanSender } from "../../../src/ui/scanner/door/scan-sender.ts";
import { NORTH, NOW } from "../../support/door/cases.ts";
import { openPhoneParts } from "../../support/door/scanner/phone.ts";
import { scanIdOf, scannerRow, SHOWN } from "../../support/door/scanner/rows.ts";

const REFUSED = { ...SHOWN, verdict: "already_inside", let_in: false } as const;
type ShownRow = ScanRow & { readonly shown: ScanShown };
const ROW: ShownRow = { ...scannerRow(1, { passed: null, fromLease: 2 }), shown: REFUSED };
const OF_ROW = { scan_id: ROW.scanId };

const LEASE = { ...NO_SCANNER_LEASE, granted: 10, taken: 2 };
const SCANNED = { text: "VG1", source: "camera", direction: "in", gateId: NORTH, isLast: () => true } as const;

/**
 * Opens a phone that took two of the ten persons of its lease for a guest about whom it then decided alone. `outcome`: the
 * door's outcome for the upload of that scan.
 */
async function decideAlone(row: ShownRow, outcome: object = {}, isLast = true, others: readonly ScanRow[] = []) {
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
  const phone = await openPhoneParts({ rows: [row, ...others], lease: LEASE, call });
  const rows = {
    ...phone.scanRows,
    begin: () => Promise.resolve(row),
    decide: () => Promise.resolve({ row, scan: row.shown }),
  };
  // The cast: a late reply needs only these two functions.
  const sender = {
    send: () => new Promise<Reply>((settle) => (reply = settle)),
    acknowledge: (id: string) => void acknowledged.push(id),
  } as unknown as ScanSender;
  const shown: Outcome[] = [];
  const flow = openScanFlow({ rows, doorCopy: phone.doorCopy, sender, patienceMs: () => 0 });
  await flow.scan({ ...SCANNED, isLast: () => isLast }, (outcomeShown) => void shown.push(outcomeShown));
  return {
    disk: phone.disk,
    ...{ acknowledged, kinds: () => shown.map(({ kind }) => kind) },
    upload: () => phone.outbox.flush(),
    async reply(scan: ScanShown) {
      reply({ kind: "verdict", scan });
      await new Promise((settle) => setTimeout(settle));
    },
    undo: () => phone.doorCopy.row(row.scanId)?.undo ?? null,
    left: () => leftOf(phone.lease.now()),
    onDisk: () => ({ left: leftOf(phone.disk.lease), fromLease: phone.disk.rows.get(ROW.scanId)?.fromLease }),
  };
}

const ADMITTED = { ...SHOWN, ...OF_ROW };

test("[D18] a guest refused alone turns green by a late admission, but not once that is being undone", async () => {
  const late = await decideAlone(ROW);
  await late.reply(ADMITTED);
  expect([late.kinds(), late.acknowledged]).toEqual([["verdict", "late"], [ROW.scanId]]);
  const undo = { scanId: scanIdOf("undo"), at: NOW, sent: false };
  for (const over of [{ undo }, { undo: { ...undo, sent: true } }, { upload: "done" }] as const) {
    const tooLate = await decideAlone({ ...ROW, ...over });
    await tooLate.reply(ADMITTED);
    expect([tooLate.kinds(), tooLate.acknowledged]).toEqual([["verdict"], []]);
  }
});

test("[D5] [D18] a late admission is taken back, unless the guest has passed by it at a second scan", async () => {
  const takenBack = await decideAlone(ROW, {}, false);
  await takenBack.reply(ADMITTED);
  expect([takenBack.kinds(), takenBack.undo() !== null]).toEqual([["verdict", "late"], true]);
  const passed = scannerRow(2, { decided: "door", upload: "none", shown: { ...ADMITTED, again: true } });
  const stays = await decideAlone(ROW, {}, false, [passed]);
  await stays.reply(ADMITTED);
  expect([stays.kinds(), stays.undo()]).toEqual([["verdict"], null]);
});

test("[D4] a refused repeat over HTTP decides nothing about a scan that was sent before", async () => {
  // The casts: only the reply of the door is read.
  const call = (() => Promise.resolve({ kind: "refused", problem: { status: 429, code: "rate_limited" } })) as never;
  const send = async (isOpen: boolean) => {
    const socket = () => ({ send: () => isOpen });
    const sender = openScanSender({ eventId: "evt_1", socket, call, onHeard: () => {}, onLost: () => {} });
    const reply = sender.send({
      ...OF_ROW,
      code: "VG1",
      direction: "in",
      source: "typed",
      gate_id: NORTH,
      from_lease: 2,
    });
    if (isOpen) sender.socketLost();
    return reply;
  };
  expect(await send(true)).toEqual({ kind: "none" });
  expect(await send(false)).toEqual({ kind: "refused", code: "rate_limited" });
});

describe("[D12] the persons taken from the lease for a guest who was refused alone are freed once", () => {
  test.each([
    ["by the upload, then the reply", ["upload", "reply"]],
    ["by the reply, then the upload", ["reply", "upload"]],
    ["by the upload, and the reply is lost", ["upload"]],
    ["by the upload twice", ["upload", "upload"]],
  ] as const)("%s", async (_, steps) => {
    for (const outcome of ["taken", "repeat"]) {
      const phone = await decideAlone(ROW, { outcome, from_lease: 0 });
      expect(phone.left()).toBe(8);
      for (const step of steps) await (step === "upload" ? phone.upload() : phone.reply({ ...REFUSED, ...OF_ROW }));
      expect([phone.left(), phone.onDisk()]).toEqual([10, { left: 10, fromLease: 0 }]);
    }
  });

  test("also when the disk is full for a while", async () => {
    const phone = await decideAlone(ROW, { outcome: "repeat", from_lease: 0 });
    phone.disk.full = true;
    for (const _ of [1, 2]) await expect(phone.upload()).rejects.toThrow("no room");
    expect([phone.left(), phone.onDisk()]).toEqual([8, { left: 8, fromLease: 2 }]);
    phone.disk.full = false;
    await phone.upload();
    expect([phone.left(), phone.onDisk()]).toEqual([10, { left: 10, fromLease: 0 }]);
  });

  test("less what the door has used for its admission, however the phone learns of that", async () => {
    const used = { outcome: "repeat", from_lease: 1 };
    const green = await decideAlone(ROW);
    await green.reply({ ...ADMITTED, from_lease: 1 });
    const takenBack = await decideAlone(ROW, used, false);
    await takenBack.reply({ ...ADMITTED, from_lease: 1 });
    await takenBack.upload();
    const uploaded = await decideAlone(ROW, used);
    await uploaded.upload();
    await uploaded.reply({ ...ADMITTED, from_lease: 1 });
    for (const phone of [green, takenBack, uploaded])
      expect([phone.left(), phone.onDisk()]).toEqual([9, { left: 9, fromLease: 1 }]);
    expect([green, takenBack, uploaded].map(({ kinds }) => kinds().length)).toEqual([2, 2, 1]);
  });

  test("but not by the outcome of an earlier release, nor for a row of one", async () => {
    const ofDoor = await decideAlone(ROW, { outcome: "repeat" });
    const unknown = await decideAlone(ROW, { outcome: "taken" });
    await unknown.upload();
    expect(unknown.left(), "the door had not seen the scan, so it has used nothing").toBe(10);
    const { isInLease: _, ...row } = ROW;
    const ofRow = await decideAlone(row, { outcome: "repeat", from_lease: 0 });
    for (const phone of [ofDoor, ofRow]) {
      await phone.upload();
      expect(phone.left()).toBe(8);
    }
  });
});

test("[D12] a guest who was let in alone uses the lease, whatever the door says later", async () => {
  const phone = await decideAlone({ ...scannerRow(1, { fromLease: 2 }), shown: SHOWN }, { outcome: "taken" });
  await phone.reply({ ...REFUSED, ...OF_ROW });
  await phone.upload();
  expect([phone.kinds(), phone.left(), phone.onDisk()]).toEqual([["verdict", "late"], 8, { left: 8, fromLease: 2 }]);
});

describe("[D12] what a scan took of the lease and the door did not use comes back by its reply", () => {
  const verdict = (scan: ScanShown): Reply => ({ kind: "verdict", scan });
  const undone = scannerRow(2, { undo: { scanId: scanIdOf("undo"), at: NOW, sent: false } });
  test.each([
    ["it lets in, with one of two", verdict({ ...ADMITTED, from_lease: 1 }), 9],
    ["it lets in without the lease", verdict(ADMITTED), 10],
    ["it does not let in", verdict({ ...REFUSED, ...OF_ROW }), 10],
    ["it is the verdict of another scan", verdict({ ...SHOWN, scan_id: scanIdOf("other"), from_lease: 2 }), 10],
    ["it is of a scan that is being undone", verdict({ ...SHOWN, scan_id: undone.scanId, from_lease: 2 }), 10],
    ["it decides nothing", { kind: "refused", code: "rate_limited" }, 10],
  ] as const)("%s", async (_, reply, left) => {
    const row = { ...ROW, decided: null, shown: null, upload: "none" as const };
    const phone = await openPhoneParts({ rows: [row, undone], lease: LEASE });
    const rows = { ...phone.scanRows, begin: () => Promise.resolve(row) };
    // The cast: only what a reply in time needs is there.
    const sender = { send: () => Promise.resolve(reply), acknowledge: () => {} } as unknown as ScanSender;
    const flow = openScanFlow({ rows, doorCopy: phone.doorCopy, sender, patienceMs: () => 800 });
    await flow.scan(SCANNED, () => {});
    expect([leftOf(phone.lease.now()), leftOf(phone.disk.lease)]).toEqual([left, left]);
  });
});
