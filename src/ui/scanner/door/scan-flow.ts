// From a code that is read to a verdict on the screen (rules D3 to D5, D18, W1, W7). The row is on disk before its verdict is
// shown; the door has 800 ms, then the scanner decides alone, and the question goes on.

import { renderScan } from "../../../door/shown-scan.ts";
import type { Direction, Verdict } from "../../../domain/door/scan.ts";
import { UNSEEN } from "../../../domain/door/ticket-state.ts";
import { type DeviceId, type GateId, idFrom, type ScanId } from "../../../domain/ids.ts";
import type { ScanShown } from "../../../sockets/door-protocol.ts";
import type { Kept } from "../phone/kept.ts";
import { type Alone, decideAlone, passedBy, personsOf, ticketOf } from "./alone.ts";
import type { Asking, Reply } from "./asking.ts";
import type { KnownDoor } from "./known-door.ts";
import { isPassage, type Late, lateAnswer } from "./late-answer.ts";
import type { LeaseBook } from "./lease-book.ts";
import { presentAlone, saidBy } from "./presented-code.ts";
import type { ScanRow, Source } from "./rows.ts";

/** How a scan came out. `late`: what was shown before is other by now (rule D18). */
export type Outcome =
  | { readonly kind: "verdict"; readonly row: ScanRow; readonly scan: ScanShown; readonly isAlone: boolean }
  | { readonly kind: "shown_before"; readonly scan: ScanShown }
  | { readonly kind: "trouble"; readonly code: string }
  | { readonly kind: "late"; readonly late: Exclude<Late, "agrees">; readonly row: ScanRow; readonly scan: ScanShown };

export type FlowOptions = {
  readonly deviceId: DeviceId;
  readonly kept: Kept;
  readonly known: KnownDoor;
  readonly lease: LeaseBook;
  readonly asking: Asking;
  readonly verifies: boolean;
  /** Of the door, epoch ms; `unsure`: by the phone's own clock. */
  readonly clock: () => { readonly now: number; readonly unsure: boolean };
  readonly patienceMs: () => number;
  /** `counter` and `lastAnswered` as they were kept. */
  readonly counter: number;
  readonly lastAnswered: ScanId | null;
  readonly onChanged: () => void;
};

export type Scanned = {
  readonly text: string;
  readonly source: Source;
  readonly direction: Direction;
  readonly gateId: GateId;
  /** Whether no other code was read since: asked when a late answer comes. */
  readonly isLast: () => boolean;
};

export type ScanFlow = {
  /** Calls `show` when there is a verdict, and again when the door says another one later. */
  scan(scanned: Scanned, show: (outcome: Outcome) => void): Promise<void>;
  takeBack(scanId: string): Promise<void>;
};

/** Without a bundle nobody can decide but the door. */
const NO_ANSWER_MS = 5_000;

export function openScanFlow(options: FlowOptions): ScanFlow {
  const { deviceId, kept, known, lease, asking, onChanged } = options;
  let { counter, lastAnswered } = options;

  async function keep(row: ScanRow): Promise<void> {
    await kept.put({ lease: lease.now(), counter, ...(lastAnswered !== null && { lastAnswered }) }, [row]);
    known.takeRows([row]);
    onChanged();
  }

  async function begin({ text, source, direction, gateId }: Scanned): Promise<ScanRow> {
    const said = saidBy(text, source);
    const alone = known.alone();
    const isOurs = direction === "in" && said.serial !== null && alone !== null;
    const fromLease = isOurs ? lease.take(personsOf(alone, said.typeNumber)) : 0;
    counter += 1;
    const { now, unsure } = options.clock();
    const row: ScanRow = {
      ...{ scanId: newScanId(), counter, ...said, direction, source, gateId, at: now, clockUnsure: unsure },
      ...{
        fromLease,
        lastAnswered,
        decided: null,
        shown: null,
        against: null,
        upload: "none",
        passed: null,
        undo: null,
      },
    };
    await keep(row);
    return row;
  }

  async function decided(row: ScanRow, text: string): Promise<{ row: ScanRow; scan: ScanShown } | null> {
    const alone = known.alone();
    if (alone === null || !options.verifies) return null;
    const code = await presentAlone(text, row.source, alone);
    const { now, unsure } = options.clock();
    const asked = { ...row, code, deviceId };
    const { verdict, passed } = decideAlone(alone, asked, now);
    const scan = shownAlone(row, verdict, now, code, alone.bundle.terms.typeIds);
    const next: ScanRow = {
      ...row,
      at: now,
      clockUnsure: unsure,
      decided: "alone",
      shown: scan,
      passed,
      upload: "waiting",
    };
    await keep(next);
    return { row: next, scan };
  }

  /** The door's verdict. Null: it is one that this phone has shown before. */
  async function answered(row: ScanRow, scan: ScanShown): Promise<ScanRow | null> {
    const isOwn = scan.scan_id === row.scanId;
    lease.settle(row.fromLease, isOwn ? (scan.from_lease ?? 0) : 0);
    lastAnswered = row.scanId;
    const first = isOwn ? null : known.row(scan.scan_id);
    const next: ScanRow = {
      ...{ ...row, decided: "door", shown: scan, passed: passedAtDoor(known, row, scan), upload: "none", undo: null },
    };
    await keep(next);
    return first !== null && first.shown !== null && first.undo === null ? null : next;
  }

  async function late(row: ScanRow, scanned: Scanned, reply: Reply, show: (outcome: Outcome) => void): Promise<void> {
    if (reply.kind !== "verdict" || row.shown === null) return;
    const { scan } = reply;
    const now = known.row(row.scanId) ?? row;
    const what = lateAnswer(row.shown, scan, scanned.isLast());
    if (!row.shown.let_in) lease.settle(row.fromLease, scan.from_lease ?? 0);
    if (what === "agrees") return;
    if (what === "turns_green") {
      const next = await answered({ ...now, fromLease: scan.from_lease ?? 0 }, scan);
      if (next !== null) show({ kind: "late", late: what, row: next, scan });
      return asking.acknowledge(scan.scan_id);
    }
    const undo = { scanId: newScanId(), at: options.clock().now, sent: false };
    const next = what === "alarm" ? { ...now, against: scan } : { ...now, against: scan, undo };
    await keep(next);
    show({ kind: "late", late: what, row: next, scan });
  }

  return {
    async scan(scanned, show) {
      const row = await begin(scanned);
      const { scanId, direction, source, gateId, fromLease } = row;
      const question = {
        scan_id: scanId,
        code: scanned.text,
        direction,
        source,
        gate_id: gateId,
        from_lease: fromLease,
      };
      const reply = asking.ask({ ...question, override: null });
      const first = await within(reply, options.patienceMs());
      if (first !== null && first.kind !== "none") return settle(row, first, show);
      const alone = await decided(row, scanned.text);
      if (alone !== null) {
        show({ kind: "verdict", ...alone, isAlone: true });
        return void reply.then((later) => late(alone.row, scanned, later, show));
      }
      const last = first ?? (await within(reply, NO_ANSWER_MS)) ?? { kind: "none" as const };
      await settle(row, last, show);
    },
    async takeBack(scanId) {
      const row = known.row(scanId);
      if (row === null || row.undo !== null) return;
      await keep({ ...row, undo: { scanId: newScanId(), at: options.clock().now, sent: false } });
    },
  };

  async function settle(row: ScanRow, reply: Reply, show: (outcome: Outcome) => void): Promise<void> {
    if (reply.kind !== "verdict") {
      // What was refused was not decided; of the rest, whatever the door makes of it later, nobody has passed.
      if (reply.kind === "refused") lease.settle(row.fromLease, 0);
      else await keep({ ...row, undo: { scanId: newScanId(), at: options.clock().now, sent: false } });
      return show({ kind: "trouble", code: reply.kind === "refused" ? reply.code : "no_answer" });
    }
    const { scan } = reply;
    const next = await answered(row, scan);
    show(next === null ? { kind: "shown_before", scan } : { kind: "verdict", row: next, scan, isAlone: false });
    if (isPassage(scan)) asking.acknowledge(scan.scan_id);
  }
}

function newScanId(): ScanId {
  return idFrom("scn", crypto.getRandomValues(new Uint8Array(16)));
}

function within(reply: Promise<Reply>, ms: number): Promise<Reply | null> {
  return Promise.race([reply, new Promise<null>((settle) => setTimeout(settle, ms, null))]);
}

type TypeIds = NonNullable<ReturnType<KnownDoor["bundle"]>>["terms"]["typeIds"];
type Code = Parameters<typeof decideAlone>[1]["code"];

/** As the door would say it. */
function shownAlone(row: ScanRow, verdict: Alone["verdict"], at: number, code: Code, typeIds: TypeIds): ScanShown {
  const typeNumber = code.kind === "unreadable" ? null : code.typeNumber;
  const ticketTypeId = typeIds.find(({ number }) => number === typeNumber)?.id ?? null;
  return renderScan({ scanId: row.scanId, at, again: false, verdict, serial: row.serial, ticketTypeId });
}

function passedAtDoor(known: KnownDoor, row: ScanRow, scan: ScanShown): ScanRow["passed"] {
  if (row.serial === null || !isPassage(scan)) return null;
  const alone = known.alone();
  const before = alone === null ? UNSEEN : ticketOf(alone, row.serial);
  // The casts: the answer has the names of the domain, and this is all of it that a passage needs.
  const verdict = { verdict: scan.verdict, adds: scan.persons ?? 1, persons: scan.persons ?? 1 } as unknown as Verdict;
  const passage = { at: Date.parse(scan.at), gateId: row.gateId, deviceId: null };
  const after = passedBy(before, verdict, passage, row.scanId);
  return after && { before, after };
}
