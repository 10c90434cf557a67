// Tests what a scanner has yet to send to its door: a refused row blocks no other, and rows that the door lacks are
// kept.

import { expect, test } from "vitest";
import type { EventId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import type { Call } from "../../../src/ui/scanner/door/link/call.ts";
import { adoptLeft, withLeft } from "../../../src/ui/scanner/door/rows/leftover.ts";
import { asRequests, isUnsent, type ScanRow } from "../../../src/ui/scanner/door/rows/rows.ts";
import { openScanFlow, type Outcome } from "../../../src/ui/scanner/door/scan-flow.ts";
import type { Reply, ScanSender } from "../../../src/ui/scanner/door/scan-sender.ts";
import { letInAll } from "../../../src/ui/scanner/reading/let-in-all.ts";
import { NORTH, NOW } from "../../support/door/cases.ts";
import { NEW_UNDO, openPhoneParts } from "../../support/door/scanner/phone.ts";
import { scanIdOf, scannerRow, SHOWN } from "../../support/door/scanner/rows.ts";

const EVENT = "evt_1" as EventId;

/**
 * `reply`: for the ids of a batch, the status that refuses all of it, or the outcomes of its rows. `undone`: the
 * outcome of an undo; null refuses it.
 */
async function openBox(
  rows: readonly ScanRow[],
  reply: (ids: readonly string[]) => number | readonly string[],
  undone: "undone" | "nothing" | null = null,
) {
  const sent: string[][] = [];
  const call = ((route: string, { body }: { readonly body: { readonly uploads?: readonly { scan_id: string }[] } }) => {
    if (body.uploads === undefined && undone !== null)
      return Promise.resolve({ kind: "done", body: { outcome: undone } });
    if (body.uploads === undefined)
      return Promise.resolve({ kind: "refused", problem: { status: 409, code: "undo_too_late" } });
    const ids = body.uploads.map(({ scan_id }) => scan_id);
    sent.push(ids);
    const outcomes = reply(ids);
    if (typeof outcomes === "number")
      return Promise.resolve({ kind: "refused", problem: { status: outcomes, code: "invalid_request" } });
    const uploads = ids.map((scan_id, index) => ({ scan_id, outcome: outcomes[index], conflicts: [] }));
    return Promise.resolve({ kind: "done", body: { at: new Date(NOW).toISOString(), uploads }, route });
    // The cast: nothing else of a reply is read.
  }) as unknown as Call;
  const { outbox, doorCopy: known } = await openPhoneParts({ rows, call });
  return { outbox, known, sent };
}

const uploads = (rows: readonly ScanRow[]) => rows.map(({ upload, refusal }) => refusal ?? upload);

test("[W6] [D19] a row that makes its batch malformed is set aside by itself, and all others are sent", async () => {
  const rows = Array.from({ length: 9 }, (_, index) => scannerRow(index + 1));
  const bad = must(rows[3], "the fourth").scanId as string;
  const { outbox, known, sent } = await openBox(rows, (ids) => (ids.includes(bad) ? 400 : ids.map(() => "taken")));
  await outbox.flush();
  expect(uploads(known.rows())).toEqual([
    ...["done", "done", "done", "invalid_request", "done", "done", "done", "done", "done"],
  ]);
  expect(known.unsent()).toEqual([]);
  expect(sent.length, "as many requests as halving takes").toBeLessThan(12);
});

test("[W6] [D19] a row that the door does not take is set aside with the reason, and not counted as sent", async () => {
  const { outbox, known } = await openBox([scannerRow(1), scannerRow(2), scannerRow(3)], () => [
    ...["taken", "forbidden", "repeat"],
  ]);
  await outbox.flush();
  expect(uploads(known.rows())).toEqual(["done", "forbidden", "done"]);
  expect(known.rows()[1]).toMatchObject({ upload: "refused", shown: SHOWN });
});

test("[W6] rows stay unsent when the refusal concerns the phone or the moment, and not their content", async () => {
  for (const status of [401, 403, 404, 409, 429, 503]) {
    const { outbox, known, sent } = await openBox([scannerRow(1), scannerRow(2)], () => status);
    await outbox.flush();
    expect([uploads(known.rows()), sent.length]).toEqual([["waiting", "waiting"], 1]);
  }
});

test("[D18] the door's admission in a lost reply is undone for a guest whom the phone refused alone", async () => {
  const shown = { ...SHOWN, verdict: "already_inside", let_in: false } as const;
  const rows = [scannerRow(1, { shown, passed: null }), scannerRow(2)];
  const admitted = await openBox(rows, (ids) => ids.map(() => "repeat"), "undone");
  await admitted.outbox.flush();
  const undos = admitted.known.rows().map(({ undo }) => undo);
  expect(undos, "a guest who was let in stays in").toEqual([{ ...NEW_UNDO, sent: true }, null]);
  const refused = await openBox(rows, (ids) => ids.map(() => "repeat"), "nothing");
  await refused.outbox.flush();
  expect(refused.known.rows().map(({ undo }) => undo)).toEqual([null, null]);
  const taken = await openBox(rows, (ids) => ids.map(() => "taken"), "undone");
  await taken.outbox.flush();
  expect(taken.known.rows().map(({ undo }) => undo)).toEqual([null, null]);
});

test("[D14] an undo that the door refuses is kept as refused, and is not sent again", async () => {
  const undo = { scanId: scanIdOf("undo"), at: NOW, sent: false };
  const { outbox, known } = await openBox([scannerRow(1, { upload: "done", undo })], () => []);
  await outbox.flush();
  expect(known.rows()[0]?.undo).toEqual({ ...undo, sent: true, refused: "undo_too_late" });
});

test("[W6] an undo that is pressed while the row's upload is written is not lost", async () => {
  const { doorCopy: known, keeping } = await openPhoneParts({ rows: [scannerRow(1)] });
  const own = must(known.rows()[0], "the row").scanId;
  const change = (part: Partial<ScanRow>) => keeping.keep(() => [{ ...must(known.row(own), "it is there"), ...part }]);
  const undo = { scanId: scanIdOf("undo"), at: NOW, sent: false };
  await Promise.all([change({ upload: "done" }), change({ undo })]);
  expect(known.row(own)).toMatchObject({ upload: "done", undo });
});

test("[W6] rows unsent when a phone is paired again stay with their event, and are sent by the new device", () => {
  const rows = [
    scannerRow(7),
    scannerRow(8, { upload: "done" }),
    scannerRow(9, { upload: "refused", refusal: "forbidden" }),
  ];
  const left = withLeft([], { eventId: EVENT, event: "Show", rows });
  expect(left[0]?.rows.map(({ counter }) => counter)).toEqual([7, 9]);
  expect(withLeft(left, { eventId: EVENT, event: "Show", rows }), "once, however often it is pressed").toEqual(left);
  expect(adoptLeft(left, "evt_2" as EventId)).toBeNull();
  const adopted = adoptLeft(left, EVENT);
  expect(adopted?.others).toEqual([]);
  expect(adopted?.rows.map(({ counter, upload, fromLease, refusal }) => [counter, upload, fromLease, refusal])).toEqual(
    [
      [1, "waiting", 0, undefined],
      [2, "waiting", 0, undefined],
    ],
  );
});

test("[W6] [N6] rows are handed over as requests that the door takes, without a code or a lease", () => {
  const undo = { scanId: scanIdOf("undo"), at: NOW, sent: false };
  const text = asRequests(EVENT, [
    scannerRow(1),
    scannerRow(2, { upload: "done" }),
    scannerRow(3, { upload: "none", undo }),
  ]);
  const [upload, undone, ...more] = text.split("\n");
  expect(more).toEqual([]);
  expect(upload).toMatch(/^POST \/v1\/events\/evt_1\/scans \{"uploads":\[\{"scan_id":"scn_.*"from_lease":0\}\]\}$/);
  expect(undone).toBe(`POST /v1/events/evt_1/scans/${scannerRow(3).scanId}/undo {"scan_id":"${undo.scanId}"}`);
  expect(text).not.toContain("VG1");
});

async function openFlow(rows: readonly ScanRow[], reply: Reply) {
  const { disk, doorCopy: known, scanRows } = await openPhoneParts({ rows });
  const acked: string[] = [];
  const sender: ScanSender = {
    send: () => Promise.resolve(reply),
    acknowledge: (id: string) => void acked.push(id),
    ...{ takeFrame: () => {}, socketLost: () => {} },
  };
  return {
    disk,
    known,
    acked,
    flow: openScanFlow({ rows: scanRows, doorCopy: known, sender, patienceMs: () => 800 }),
  };
}

const SCANNED = { text: "VG1", source: "camera", direction: "in", gateId: NORTH, isLast: () => true } as const;
const taken = (id: string): Reply => ({ kind: "verdict", scan: { ...SHOWN, scan_id: id, again: true } });

test("[D5] [D18] an admission that this phone is taking back turns nobody green", async () => {
  const undo = { scanId: scanIdOf("undo"), at: NOW, sent: false };
  const first = scannerRow(1, { decided: null, shown: null, upload: "none", passed: null, undo });
  const { flow, known, acked } = await openFlow([first], taken(first.scanId));
  const shown: Outcome[] = [];
  await flow.scan(SCANNED, (outcome) => void shown.push(outcome));
  expect(shown).toEqual([{ kind: "trouble", code: "no_answer" }]);
  expect(acked).toEqual([]);
  expect(known.rows()[1]).toMatchObject({ shown: null, passed: null });
});

test("[D5] the verdict of a scan that was shown before is a repeat in the list, not a second guest", async () => {
  const first = scannerRow(1, { decided: "door", upload: "none" });
  const { flow, known } = await openFlow([first], taken(first.scanId));
  await flow.scan(SCANNED, () => {});
  expect(known.rows()[1]).toMatchObject({ shown: { verdict: "repeat", let_in: false }, passed: null });
});

test("[W7] no green is shown for a scan that the phone cannot store", async () => {
  const { flow, disk } = await openFlow([], { kind: "verdict", scan: SHOWN });
  const shown: Outcome[] = [];
  disk.full = true;
  await expect(flow.scan(SCANNED, (outcome) => void shown.push(outcome))).rejects.toThrow("no room");
  expect(shown).toEqual([]);
});

test("[W7] [D15] a supervisor's scan is on disk before its request, and a retry is the same scan", async () => {
  const { flow, disk, known } = await openFlow([], { kind: "none" });
  const requests: string[] = [];
  const silent = (id: string) => {
    requests.push(id);
    expect(disk.rows.get(id)).toMatchObject({ isOverride: true, shown: null, fromLease: 0 });
    return Promise.resolve("no_answer");
  };
  const { row } = await flow.overrule(SCANNED, silent, null);
  const again = await flow.overrule(SCANNED, (id) => Promise.resolve({ ...SHOWN, scan_id: id }), row);
  expect(requests).toEqual([row.scanId]);
  expect(again.row.scanId).toBe(row.scanId);
  expect(disk.rows.get(row.scanId)).toMatchObject({ decided: "door", shown: { let_in: true } });
  expect(known.rows().filter(isUnsent)).toEqual([]);
});

test("[D13] the party is let in without codes, one scan per ticket, up to the first that is refused", async () => {
  const { flow, known } = await openFlow([], { kind: "verdict", scan: SHOWN });
  const tickets = ["7KQ2M-9XA4T-R", "2GPSK-SFJ5J-M", "2GPSK-SFJ5J-N"].map((serial, index) => ({
    ...{ ticket_id: `tkt_${index}`, serial, ticket_type_id: "tt_1", entered: false },
  }));
  const beside: (typeof flow)["scanBeside"] = async (scanned, id, show) => {
    if (id === "tkt_2") return show({ kind: "trouble", code: "not_found" });
    await flow.scanBeside(scanned, id, show);
  };
  const at = { gateId: NORTH, isLast: () => true };
  const two = await letInAll({ scanBeside: beside }, tickets.slice(0, 2), at);
  expect([two.persons, two.outcome?.kind]).toEqual([2, "verdict"]);
  expect(known.rows().map(({ source, serial, upload }) => [source, serial !== null, upload])).toEqual([
    ["party", true, "none"],
    ["party", true, "none"],
  ]);
  expect(new Set(known.rows().map(({ scanId }) => scanId)).size).toBe(2);
  const three = await letInAll({ scanBeside: beside }, tickets, at);
  expect([three.persons, three.outcome, three.before?.source]).toEqual([
    ...[2, { kind: "trouble", code: "not_found" }, "party"],
  ]);
});

test("[D14] an undo names the earlier scan when the door replied with an earlier scan's verdict", async () => {
  const { flow, known } = await openFlow([], taken(scanIdOf("elsewhere")));
  await flow.scan(SCANNED, () => {});
  const [row] = known.rows();
  expect(row?.shown?.scan_id).toBe(scanIdOf("elsewhere"));
  await flow.takeBack(row?.scanId ?? "");
  expect(asRequests(EVENT, known.rows())).toContain(`/scans/${scanIdOf("elsewhere")}/undo`);
});
