// Tests that only one of two concurrent messages decides: the door's late admission, or the reply to the scan's upload.

import { expect, test } from "vitest";
import type { Call } from "../../../src/ui/scanner/door/link/call.ts";
import type { ScanRow } from "../../../src/ui/scanner/door/rows/rows.ts";
import { NOW } from "../../support/door/cases.ts";
import { NEW_UNDO, openPhoneParts } from "../../support/door/scanner/phone.ts";
import { scannerRow, SHOWN } from "../../support/door/scanner/rows.ts";

/** The row of a guest who was refused alone; it is not sent yet. */
const REFUSED = scannerRow(1, { passed: null, shown: { ...SHOWN, verdict: "already_inside", let_in: false } });

/** A scan of the same ticket afterwards, without a verdict yet. */
const AGAIN = scannerRow(2, { decided: null, shown: null, passed: null, upload: "none", serial: REFUSED.serial });
/** The door's admission by the first scan, which it gives to the second one again (rule D5). */
const ADMITTED = { ...SHOWN, scan_id: REFUSED.scanId, again: true };

/**
 * Opens a phone with these rows, whose disk writes once `write` is called. The door has admitted the guest by the first
 * scan.
 */
async function openPhone(row: ScanRow, ...others: readonly ScanRow[]) {
  const undone: string[] = [];
  let [write, noteBegun] = [() => {}, () => {}];
  const written = new Promise<void>((settle) => (write = settle));
  const begun = new Promise<void>((settle) => (noteBegun = settle));
  const call = ((_: string, { body }: { readonly body: { readonly uploads?: unknown; readonly scan_id?: string } }) => {
    if (body.uploads === undefined) undone.push(String(body.scan_id));
    const uploads = [{ scan_id: row.scanId, outcome: "repeat" }];
    return Promise.resolve({ kind: "done", body: { at: new Date(NOW).toISOString(), uploads, outcome: "undone" } });
    // The cast: nothing else of a reply is read.
  }) as unknown as Call;
  const beforeWrite = () => {
    noteBegun();
    return written;
  };
  return { ...(await openPhoneParts({ rows: [row, ...others], call, beforeWrite })), undone, begun, write };
}

test("[D18] a late admission is not taken while the undo of its scan is being written", async () => {
  const { doorCopy, outbox, scanRows, undone, begun, write } = await openPhone(REFUSED);
  const flushed = outbox.flush();
  await begun;
  expect(doorCopy.row(REFUSED.scanId)?.undo, "not yet on the disk").toBeNull();
  const answered = scanRows.answer(REFUSED, { ...SHOWN, scan_id: REFUSED.scanId });
  write();
  expect(await answered).toEqual({ kind: "taken_back" });
  await flushed;
  expect(undone).toEqual([NEW_UNDO.scanId]);
  expect(doorCopy.row(REFUSED.scanId)).toMatchObject({ shown: { let_in: false }, undo: { ...NEW_UNDO, sent: true } });
});

test("[D18] a verdict that is given again is not taken while the undo of its scan is being written", async () => {
  const { outbox, scanRows, undone, begun, write } = await openPhone(REFUSED, AGAIN);
  const flushed = outbox.flush();
  await begun;
  const answered = scanRows.answer(AGAIN, ADMITTED);
  write();
  expect(await answered).toEqual({ kind: "taken_back" });
  await flushed;
  expect(undone).toEqual([NEW_UNDO.scanId]);
});

test("[D5] [D18] an admission by which the guest has passed at the second scan is not undone", async () => {
  const undecided = { ...REFUSED, decided: null, shown: null, upload: "none" } as const;
  const { doorCopy, keeping, outbox, scanRows, undone, write } = await openPhone(undecided, AGAIN);
  write();
  expect(await scanRows.answer(AGAIN, ADMITTED)).toMatchObject({ kind: "new", row: { shown: { let_in: true } } });
  await keeping.keep(() => [REFUSED]);
  await outbox.flush();
  expect([undone, doorCopy.row(REFUSED.scanId)?.upload]).toEqual([[], "done"]);
});

test("[D14] a scan that is undone is not undone again", async () => {
  const undo = { ...NEW_UNDO, sent: true };
  const { scanRows, write } = await openPhone({ ...REFUSED, undo });
  write();
  expect((await scanRows.takeBack({ ...REFUSED, undo })).undo).toEqual(undo);
});
