// What a late reply of the door shows, to a phone that has refused the guest alone meanwhile.

import { expect, test } from "vitest";
import type { DoorCopy } from "../../../src/ui/scanner/door/copy/door-copy.ts";
import type { LeaseBook } from "../../../src/ui/scanner/door/copy/lease-book.ts";
import type { ScanRows } from "../../../src/ui/scanner/door/rows/scan-rows.ts";
import type { ScanRow } from "../../../src/ui/scanner/door/rows/rows.ts";
import { openScanFlow, type Outcome } from "../../../src/ui/scanner/door/scan-flow.ts";
import type { Reply, ScanSender } from "../../../src/ui/scanner/door/scan-sender.ts";
import { NORTH, NOW } from "../../support/door/cases.ts";
import { scanIdOf, scannerRow, SHOWN } from "../../support/door/scanner-rows.ts";

const REFUSED = { ...SHOWN, verdict: "already_inside", let_in: false } as const;
const ROW = { ...scannerRow(1, { passed: null }), shown: REFUSED };

/** `undo`: of the row by the time that the door's admission comes. */
async function admittedLate(undo: ScanRow["undo"]) {
  let reply: (reply: Reply) => void = () => {};
  const acknowledged: string[] = [];
  // The casts: only what a late reply needs is there.
  const rows = {
    begin: () => Promise.resolve(ROW),
    decide: () => Promise.resolve({ row: ROW, scan: REFUSED }),
    answer: (row: ScanRow) => Promise.resolve({ kind: "new", row }),
  } as unknown as ScanRows;
  const sender = {
    send: () => new Promise<Reply>((settle) => (reply = settle)),
    acknowledge: (id: string) => void acknowledged.push(id),
  } as unknown as ScanSender;
  const doorCopy = { row: () => ({ ...ROW, undo }) } as unknown as DoorCopy;
  const lease = { settle: () => {} } as unknown as LeaseBook;
  const shown: Outcome[] = [];
  const flow = openScanFlow({ rows, doorCopy, lease, sender, patienceMs: () => 0 });
  const scanned = { text: "VG1", source: "camera", direction: "in", gateId: NORTH, isLast: () => true } as const;
  await flow.scan(scanned, (outcome) => void shown.push(outcome));
  reply({ kind: "verdict", scan: { ...SHOWN, scan_id: ROW.scanId } });
  await new Promise((settle) => setTimeout(settle));
  return { kinds: shown.map(({ kind }) => kind), acknowledged };
}

test("[D18] a guest refused alone turns green by the door's late admission, but not once that is undone", async () => {
  expect(await admittedLate(null)).toEqual({ kinds: ["verdict", "late"], acknowledged: [ROW.scanId] });
  const undo = { scanId: scanIdOf("undo"), at: NOW, sent: false };
  expect(await admittedLate(undo)).toEqual({ kinds: ["verdict"], acknowledged: [] });
  expect(await admittedLate({ ...undo, sent: true })).toEqual({ kinds: ["verdict"], acknowledged: [] });
});
