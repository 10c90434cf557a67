// The door's late admission and the reply to the upload of the same scan come together: one of them decides.

import { expect, test } from "vitest";
import type { Call } from "../../../src/ui/scanner/door/link/call.ts";
import { openDoorCopy } from "../../../src/ui/scanner/door/copy/door-copy.ts";
import { openLeaseBook } from "../../../src/ui/scanner/door/copy/lease-book.ts";
import { openOutbox } from "../../../src/ui/scanner/door/rows/outbox.ts";
import { openRowKeeping } from "../../../src/ui/scanner/door/rows/row-keeping.ts";
import { openScanRows } from "../../../src/ui/scanner/door/rows/scan-rows.ts";
import type { ScanRow } from "../../../src/ui/scanner/door/rows/rows.ts";
import type { PhoneStore } from "../../../src/ui/scanner/phone/phone-store.ts";
import { NOW, PHONE } from "../../support/door/cases.ts";
import { scanIdOf, scannerRow, SHOWN } from "../../support/door/scanner-rows.ts";

const UNDO = { scanId: scanIdOf("undo"), at: NOW, sent: false };
/** Refused alone, and not sent. */
const REFUSED = scannerRow(1, { passed: null, shown: { ...SHOWN, verdict: "already_inside", let_in: false } });

/** A phone with one row, whose disk writes once `write` is called. The door has let in by that scan. */
async function openPhone(row: ScanRow) {
  const undone: string[] = [];
  let [write, noteBegun] = [() => {}, () => {}];
  const written = new Promise<void>((settle) => (write = settle));
  const begun = new Promise<void>((settle) => (noteBegun = settle));
  const put = () => {
    noteBegun();
    return written;
  };
  // The casts: only what is used here is there.
  const store = {
    ...{ get: () => Promise.resolve(null), rows: () => Promise.resolve([row]) },
    ...{ newerTickets: () => Promise.resolve([]), put },
  } as unknown as PhoneStore;
  const call = ((_: string, { body }: { readonly body: { readonly uploads?: unknown; readonly scan_id?: string } }) => {
    if (body.uploads === undefined) undone.push(String(body.scan_id));
    const uploads = [{ scan_id: row.scanId, outcome: "repeat" }];
    return Promise.resolve({ kind: "done", body: { at: new Date(NOW).toISOString(), uploads, outcome: "undone" } });
  }) as unknown as Call;
  const doorCopy = await openDoorCopy(store);
  const keeping = openRowKeeping(store, doorCopy);
  const lease = await openLeaseBook(store, () => {});
  const outbox = openOutbox({
    ...{ eventId: "evt_1", keeping, doorCopy, call, onSent: () => {}, onUnused: () => {} },
    newUndo: () => UNDO,
  });
  const rows = openScanRows({
    ...{ deviceId: PHONE, keeping, doorCopy, lease, verifies: true, counter: 1, lastAnswered: null },
    ...{ clock: () => ({ now: NOW, unsure: false }), onChanged: () => {} },
  });
  return { doorCopy, outbox, rows, undone, begun, write };
}

test("[D18] a late admission is not taken while the undo of its scan is being written", async () => {
  const { doorCopy, outbox, rows, undone, begun, write } = await openPhone(REFUSED);
  const flushed = outbox.flush();
  await begun;
  expect(doorCopy.row(REFUSED.scanId)?.undo, "not yet on the disk").toBeNull();
  const answered = rows.answer(REFUSED, { ...SHOWN, scan_id: REFUSED.scanId });
  write();
  expect(await answered).toEqual({ kind: "taken_back" });
  await flushed;
  expect(undone).toEqual([UNDO.scanId]);
  expect(doorCopy.row(REFUSED.scanId)).toMatchObject({ shown: { let_in: false }, undo: { ...UNDO, sent: true } });
});

test("[D14] a scan that is undone is not undone again", async () => {
  const undo = { ...UNDO, sent: true };
  const { rows, write } = await openPhone({ ...REFUSED, undo });
  write();
  expect((await rows.takeBack({ ...REFUSED, undo })).undo).toEqual(undo);
});
