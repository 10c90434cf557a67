// Records a world's doors (theme `door`): what was presented, the replies to scanners and staff, and the terms; and
// checks after each step whether a door's memory equals its rows. log.ts checks its log.

import { isDeepStrictEqual } from "node:util";
import type { SentUpload, UploadedScans } from "../../../../src/app/door/upload-scans.ts";
import type { Bundle } from "../../../../src/domain/door/tickets/bundle.ts";
import type { ScanResult, UndoResult } from "../../../../src/domain/door/command.ts";
import type { EventTerms } from "../../../../src/domain/door/event-terms.ts";
import type { Direction, ScannerId } from "../../../../src/domain/door/scan.ts";
import type { EventId, GateId, ScanId } from "../../../../src/domain/ids.ts";
import type { EventDoor as DoorInside } from "../../../../src/door/event-door.ts";
import { openDoorStore } from "../../../../src/door/storage/door-store.ts";
import type { DoorHost } from "../../platform/objects/kinds.ts";
import type { ShownCode } from "../../platform/stand-ins/ticket-signer.ts";

/** A scan as it was about to be sent. */
export type AskedScan = {
  readonly eventId: EventId;
  readonly by: ScannerId;
  readonly shown: ShownCode;
  readonly direction: Direction;
  readonly gateId: GateId;
  readonly overrides: boolean;
};
/** What a scanner did alone, and the outcome of its upload; null: there was no reply. */
export type AloneScan = { readonly by: string; readonly sent: SentUpload; outcome: Outcome | null };
type Outcome = UploadedScans["uploads"][number]["outcome"];
/** A click, or a correction where `count` is null. */
export type Counted = { readonly eventId: EventId; readonly count: number | null };

export type Heard = {
  readonly asked: ReadonlyMap<ScanId, AskedScan>;
  readonly answers: ReadonlyMap<ScanId, ScanResult>;
  /** Verdicts given once more to another scan: of each, to whom. */
  readonly again: readonly { readonly asked: AskedScan; readonly answer: ScanResult }[];
  readonly acked: ReadonlySet<ScanId>;
  readonly alone: ReadonlyMap<ScanId, AloneScan>;
  readonly undone: ReadonlyMap<ScanId, { readonly eventId: EventId; readonly answer: UndoResult }>;
  readonly counted: ReadonlyMap<ScanId, Counted>;
  readonly terms: ReadonlyMap<string, EventTerms>;
  /** The last one that was read. */
  readonly bundles: ReadonlyMap<EventId, Bundle>;
};

export type DoorWatch = {
  /** A door has begun a life. */
  lives(door: DoorInside): void;
  termsSent(terms: EventTerms | null): void;
  asked(scanId: ScanId, asked: AskedScan): void;
  answered(scanId: ScanId, answer: ScanResult): void;
  /** An acknowledgement of these verdicts is about to be sent to the door. */
  acked(scanIds: readonly ScanId[]): void;
  alone(by: string, sent: SentUpload): void;
  uploaded(scanId: ScanId, outcome: Outcome): void;
  undone(eventId: EventId, answer: UndoResult): void;
  counted(eventId: EventId, scanId: ScanId, count: number | null): void;
  bundled(bundle: Bundle): void;
  /** After a step in which a door wrote, or tried to. */
  afterStep(): void;
  readonly heard: Heard;
};

type Watching = {
  readonly hosts: ReadonlyMap<EventId, DoorHost>;
  readonly fail: (what: string) => void;
  readonly note: (what: string) => void;
};

export function openDoorWatch({ hosts, fail, note }: Watching): DoorWatch {
  const heard = {
    ...{ asked: new Map<ScanId, AskedScan>(), answers: new Map<ScanId, ScanResult>(), acked: new Set<ScanId>() },
    again: new Array<Heard["again"][number]>(),
    ...{ alone: new Map<ScanId, AloneScan>(), counted: new Map<ScanId, Counted>() },
    undone: new Map<ScanId, { eventId: EventId; answer: UndoResult }>(),
    terms: new Map<string, EventTerms>(),
    bundles: new Map<EventId, Bundle>(),
  };
  const known = (terms: EventTerms): void => void heard.terms.set(nameOf(terms), terms);
  const lastRows = new Map<EventId, LastRow>();

  return {
    lives(door) {
      const { readTerms, ...ports } = door.ports;
      door.ports = {
        ...ports,
        async readTerms(id) {
          const terms = await readTerms(id);
          if (terms) known(terms);
          return terms;
        },
      };
    },
    termsSent: (terms) => void (terms && known(terms)),
    asked: (scanId, asked) => void heard.asked.set(scanId, asked),
    answered(scanId, answer) {
      const { scanId: decidedAs, verdict } = answer;
      note(`verdict: ${verdict.verdict}`);
      if (answer.again) note("a verdict is given again");
      const asked = heard.asked.get(scanId);
      if (asked && answer.again) heard.again.push({ asked, answer });
      if (answer.again) return;
      const before = heard.answers.get(scanId);
      if (decidedAs !== scanId) fail(`[D4] ${scanId} got the reply of ${decidedAs}`);
      if (before && !isDeepStrictEqual(before, answer) && !("alone" in verdict))
        fail(`[D4] ${scanId} got the reply ${JSON.stringify(before)}, and then ${JSON.stringify(answer)}`);
      if (!before) heard.answers.set(scanId, answer);
    },
    acked(scanIds) {
      for (const scanId of scanIds) heard.acked.add(scanId);
    },
    alone: (by, sent) => void heard.alone.set(sent.scan_id, { by, sent, outcome: null }),
    uploaded(scanId, outcome) {
      note(`upload: ${outcome}`);
      const known = heard.alone.get(scanId);
      if (known) known.outcome ??= outcome;
    },
    undone(eventId, answer) {
      note(`undo: ${answer.outcome}`);
      heard.undone.set(answer.scanId, { eventId, answer });
    },
    bundled: (bundle) => void heard.bundles.set(bundle.terms.eventId, bundle),
    counted: (eventId, scanId, count) => void heard.counted.set(scanId, { eventId, count }),
    afterStep() {
      for (const host of hosts.values()) {
        if (!host.storage.takeTouched()) continue;
        compareMemory(host, fail);
        const last = lastRowOf(host);
        compareMark(host, lastRows.get(host.id) ?? last, fail);
        if (last) lastRows.set(host.id, last);
      }
    },
    heard,
  };
}

/** Terms of one number may be others in two histories of D1 (rule X6). */
export function nameOf({ epoch, version, hash }: Pick<EventTerms, "epoch" | "version" | "hash">): string {
  return `${epoch} ${version} ${hash}`;
}

/**
 * Rule H11: memory is as the rows are, whatever has just happened. All of it now and then, since that reads all rows.
 */
function compareMemory(host: DoorHost, fail: (what: string) => void): void {
  const book = host.inside()?.ledger.book();
  if (!book) return;
  const { seq, hash, counts } = book.head;
  const inMemory = { seq, inside: counts.inside, admitted: counts.admitted, hash };
  const inRows = lastRowOf(host) ?? { seq: 0, inside: 0, admitted: 0, hash: "" };
  if (!isDeepStrictEqual(inMemory, inRows))
    return fail(`[H11] ${host.id}: memory says ${JSON.stringify(inMemory)}, the rows ${JSON.stringify(inRows)}`);
  if (seq % 16 !== 1) return;
  const stored = openDoorStore(host.storage.rows).load();
  if (!isDeepStrictEqual(stored.head, book.head)) fail(`[H11] ${host.id}: memory has other counts than the rows`);
  const barriers = book.barriers.map(({ scanId }) => scanId);
  if (
    !isDeepStrictEqual(
      stored.barriers.map(({ scanId }) => scanId),
      barriers,
    )
  )
    fail(`[H11] ${host.id}: memory has other barriers than the rows`);
  if (!isDeepStrictEqual(stored.terms, JSON.parse(JSON.stringify(book.terms))))
    fail(`[H11] ${host.id}: memory has other terms than the rows`);
}

/** Rule D25: what stays of a door that is emptied in a step is its last row before that. */
function compareMark(host: DoorHost, before: LastRow | null, fail: (what: string) => void): void {
  const mark = markOf(host);
  if (mark && before && mark.seq === before.seq && !isDeepStrictEqual(mark, before))
    fail(`[D25] ${host.id} was emptied as of ${JSON.stringify(mark)}, its last row was ${JSON.stringify(before)}`);
}

type LastRow = { readonly seq: number; readonly inside: number; readonly admitted: number; readonly hash: string };

/** Of the log of a door, or what is left of it; null where there is none. */
export function lastRowOf(host: DoorHost): LastRow | null {
  const [row, mark] = [rowOf(host, "log"), markOf(host)];
  return mark && mark.seq >= (row?.seq ?? 0) ? mark : row;
}

/** What is left of the log of a door that was emptied; null while it was not. */
export function markOf(host: DoorHost): LastRow | null {
  return rowOf(host, "emptied");
}

function rowOf({ storage }: DoorHost, of: "emptied" | "log"): LastRow | null {
  const { sql } = storage.rows;
  if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'log'").toArray().length === 0) return null;
  const [row] = sql.exec(`SELECT seq, inside, admitted, hash FROM ${of} ORDER BY seq DESC LIMIT 1`).toArray();
  // The one cast: the columns of a log.
  return row ? ({ ...row } as LastRow) : null;
}
