// Takes a scan from the code that was read to its verdict (rules D3 to D5, D18, W1, W7). The door has 800 ms; after
// that the phone decides alone, while the request stays open.

import type { Direction } from "../../../domain/door/scan.ts";
import type { GateId } from "../../../domain/ids.ts";
import type { ScanShown } from "../../../sockets/door-protocol.ts";
import type { ScanSender, SentScan, Reply } from "./scan-sender.ts";
import type { DoorCopy } from "./copy/door-copy.ts";
import { isPassage, type LateOutcome, judgeLateVerdict } from "./late-verdict.ts";
import { type CodeSource, hasPassedBy, type ScanRow, type Source } from "./rows/rows.ts";
import type { DecidedAlone, ScanRows } from "./rows/scan-rows.ts";

/** The outcome of a scan. `late`: the door's reply differs from what was shown (rule D18). */
export type Outcome =
  | { readonly kind: "verdict"; readonly row: ScanRow; readonly scan: ScanShown; readonly isAlone: boolean }
  | { readonly kind: "shown_before"; readonly scan: ScanShown }
  | { readonly kind: "trouble"; readonly code: string }
  | {
      readonly kind: "late";
      readonly late: Exclude<LateOutcome, "agrees">;
      readonly row: ScanRow;
      readonly scan: ScanShown;
    };

export type FlowOptions = {
  readonly rows: ScanRows;
  readonly doorCopy: DoorCopy;
  readonly sender: ScanSender;
  readonly patienceMs: () => number;
};

export type Scanned = {
  readonly text: string;
  readonly source: Source;
  readonly direction: Direction;
  readonly gateId: GateId;
  /** Whether no other code was read since. Called when a late reply arrives. */
  readonly isLast: () => boolean;
};
/** A scan of a code, and not of a ticket of the same order (rule D13). */
export type ScannedCode = Scanned & { readonly source: CodeSource };
type Show = (outcome: Outcome) => void;

export type ScanFlow = {
  /** Calls `show` with the verdict, and again when the door's differs later. */
  scan(scanned: ScannedCode, show: Show): Promise<void>;
  /** Lets in another ticket of an order, without its code (rule D13): `text` is its serial. Only the door decides. */
  scanBeside(scanned: Omit<Scanned, "source" | "direction">, ticketId: string, show: Show): Promise<void>;
  takeBack(scanId: string): Promise<void>;
  /**
   * Lets a guest in for a supervisor: calls `ask`, which makes the request with their session, once the scan is on
   * disk. With `begun`, the row of an earlier try that had no reply, it is the same scan.
   */
  overrule(scanned: ScannedCode, ask: AskOverride, begun: ScanRow | null): Promise<Overruled>;
};

/** Resolves to the verdict, or to the code of the reason why there is none. */
type AskOverride = (scanId: string) => Promise<ScanShown | string>;
type Overruled = { readonly row: ScanRow; readonly answer: ScanShown | string };

/** How long to wait for the door if the phone cannot decide by itself. */
const NO_ANSWER_MS = 5_000;

export function openScanFlow({ rows, doorCopy, sender, patienceMs }: FlowOptions): ScanFlow {
  async function settle(row: ScanRow, reply: Reply, show: Show): Promise<void> {
    if (reply.kind !== "verdict") {
      // A refused scan was not decided. Without a reply nobody has passed: what the door decides is taken back.
      if (reply.kind === "refused") await rows.free(row);
      else await rows.takeBack(row);
      return show({ kind: "trouble", code: reply.kind === "refused" ? reply.code : "no_answer" });
    }
    const { scan } = reply;
    const answered = await rows.answer(row, scan);
    // The scan of this verdict is being undone, since nobody passed by it, so it must not let this guest pass.
    if (answered.kind === "taken_back") return show({ kind: "trouble", code: "no_answer" });
    show(
      answered.kind === "shown_before"
        ? { kind: "shown_before", scan }
        : { kind: "verdict", row: answered.row, scan, isAlone: false },
    );
    if (isPassage(scan)) sender.acknowledge(scan.scan_id);
  }

  async function late({ row }: DecidedAlone, scanned: ScannedCode, reply: Reply, show: Show): Promise<void> {
    if (reply.kind !== "verdict") return;
    const { scan } = reply;
    const outcome = judgeLateVerdict(row.shown, scan, scanned.isLast());
    if (outcome === "turns_green") {
      const answered = await rows.answer(row, scan);
      if (answered.kind !== "new") return;
      show({ kind: "late", late: outcome, row: answered.row, scan });
      return sender.acknowledge(scan.scan_id);
    }
    // The guest has passed by this verdict at a second scan, so nothing is taken back.
    const isPassed = outcome === "take_back" && hasPassedBy(doorCopy.rows(), row.scanId);
    if (outcome === "agrees" || isPassed) return;
    const noted = await rows.noteAgainst(row, scan);
    const next = outcome === "take_back" ? await rows.takeBack(noted) : noted;
    show({ kind: "late", late: outcome, row: next, scan });
  }

  return {
    async scan(scanned, show) {
      const row = await rows.begin(scanned);
      const reply = sender.send(questionOf(row, scanned));
      const first = await within(reply, patienceMs());
      if (first !== null && first.kind !== "none") return settle(row, first, show);
      const alone = await rows.decide(row, scanned.text);
      if (alone === null) {
        const last = first ?? (await within(reply, NO_ANSWER_MS)) ?? { kind: "none" as const };
        return settle(row, last, show);
      }
      show({ kind: "verdict", ...alone, isAlone: true });
      void reply.then((later) => late(alone, scanned, later, show));
    },
    async scanBeside(scanned, ticketId, show) {
      const row = await rows.begin({ ...scanned, ...BESIDE });
      const { scanId: scan_id, gateId: gate_id, fromLease: from_lease } = row;
      const reply = await sender.send({ ...BESIDE, scan_id, ticket_id: ticketId, gate_id, from_lease });
      return settle(row, reply, show);
    },
    async takeBack(scanId) {
      const row = doorCopy.row(scanId);
      if (row !== null && row.undo === null) await rows.takeBack(row);
    },
    async overrule(scanned, ask, begun) {
      const row = begun ?? (await rows.begin(scanned, true));
      const answer = await ask(row.scanId);
      if (typeof answer !== "string") await rows.answer(row, answer);
      return { row, answer };
    },
  };
}

const BESIDE = { direction: "in", source: "party" } as const;

function questionOf(
  { scanId: scan_id, gateId: gate_id, fromLease: from_lease }: ScanRow,
  scanned: ScannedCode,
): SentScan {
  const { text: code, direction, source } = scanned;
  return { scan_id, code, direction, source, gate_id, from_lease };
}

function within(reply: Promise<Reply>, ms: number): Promise<Reply | null> {
  return Promise.race([reply, new Promise<null>((settle) => setTimeout(settle, ms, null))]);
}
