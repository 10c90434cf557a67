// Opens a door on node:sqlite with an event, its gates and types, and builds scans that a test changes in one place.

import type {
  ClickCommand,
  CorrectCommand,
  DoorActor,
  DoorCommand,
  DoorReply,
  ScanCommand,
  ScanReply,
  UndoCommand,
} from "../../../src/domain/door/command.ts";
import type { DoorRow } from "../../../src/domain/door/rows/door-log.ts";
import type { EventTerms } from "../../../src/domain/door/event-terms.ts";
import type { ScanId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { type DoorLedger, openDoorLedger } from "../../../src/door/door-ledger.ts";
import { type DoorStore, openDoorStore } from "../../../src/door/storage/door-store.ts";
import { DOOR_STEPS } from "../../../src/door/storage/schema.ts";
import { idOf, ORGANIZATION } from "../builders.ts";
import { CODE, type Code, NORTH, NOW, OTHER_PHONE, PHONE, SOUTH } from "./cases.ts";
import { eventTerms, VENUE } from "./event-terms.ts";
import { type NodeSqlite, openNodeSqlite } from "../sqlite/node-sqlite.ts";

const at = (gateId: typeof NORTH): DoorActor["device"] => ({ venueId: VENUE, gateId });
export const AT_NORTH: DoorActor = { id: PHONE, organizationId: ORGANIZATION, device: at(NORTH) };
export const AT_SOUTH: DoorActor = { id: OTHER_PHONE, organizationId: ORGANIZATION, device: at(SOUTH) };
export const SUPERVISOR: DoorActor = { id: idOf("usr", "supervisor"), organizationId: ORGANIZATION, device: null };

export const scanIdOf = (name: string | number): ScanId => idOf("scn", String(name));

export type ScanParts = Partial<Omit<ScanCommand, "kind">> & { readonly as?: string | number };

/** In at the north gate; `as` names its scan id. */
export function scanCommand({ as = 1, ...parts }: ScanParts = {}): ScanCommand {
  return {
    ...{ kind: "scan", by: AT_NORTH, requestId: "request", scanId: scanIdOf(as), code: CODE, direction: "in" },
    ...{ gateId: NORTH, source: "camera", override: null, acked: [] },
    ...parts,
  };
}

const BY = { by: AT_NORTH, requestId: "request" };

/** Takes back the scan that `ref` names; `as` names its own id. */
export function undoCommand(
  ref: string | number,
  { as = `undo ${ref}`, ...parts }: Partial<Omit<UndoCommand, "kind" | "ref">> & { readonly as?: string } = {},
): UndoCommand {
  return { kind: "undo", ...BY, scanId: scanIdOf(as), ref: scanIdOf(ref), ...parts };
}

export function clickCommand(count: number, as: string | number, by: DoorActor = AT_NORTH): ClickCommand {
  return { kind: "click", ...BY, by, scanId: scanIdOf(as), gateId: by.device?.gateId ?? NORTH, count };
}

export function correctCommand(to: CorrectCommand["to"], as: string | number): CorrectCommand {
  return { kind: "correct", ...BY, by: SUPERVISOR, scanId: scanIdOf(as), to, reason: "counted by hand" };
}

export const codeOf = (serial: number, code: Partial<Code> = {}): Code => ({ ...CODE, serial, ...code });

export type DoorOnDisk = {
  readonly storage: NodeSqlite;
  now: number;
  /** The steps that it knows from the next restart on. */
  schema: readonly string[];
  readonly acked: Set<ScanId>;
  readonly right: Set<string>;
  ledger(): DoorLedger;
  store(): DoorStore;
  /** Each scan in a batch of its own. */
  scan(parts?: ScanParts): ScanReply;
  /** All in one batch. */
  batch(parts: readonly ScanParts[]): ScanReply[];
  /** In one batch. */
  run(commands: readonly DoorCommand[]): DoorReply[];
  take(terms: EventTerms): DoorReply;
  /** All rows of its log. */
  rows(): readonly DoorRow[];
  /** What the rows say is all that is left. */
  restart(): void;
};

/** With terms, unless `terms` is null. */
export function openDoorOnDisk(terms: EventTerms | null = eventTerms(), schema = DOOR_STEPS): DoorOnDisk {
  const storage = openNodeSqlite();
  let store: DoorStore;
  let ledger: DoorLedger;
  const replyOf = (outcome: ReturnType<DoorLedger["run"]>["outcomes"][number] | undefined): DoorReply => {
    const known = must(outcome, "a batch has an outcome for each command");
    if ("bug" in known) throw known.bug;
    return known.reply;
  };
  const door: DoorOnDisk = {
    ...{ storage, now: NOW, schema, acked: new Set(), right: new Set() },
    ledger: () => ledger,
    store: () => store,
    scan: (parts) => must(door.batch([parts ?? {}])[0], "one scan"),
    run: (commands) => ledger.run(commands).outcomes.map(replyOf),
    // The cast: the replies to scans are scan replies.
    batch: (parts) => door.run(parts.map(scanCommand)) as ScanReply[],
    take: (next) => must(door.run([{ kind: "terms", terms: next, requestId: "terms" }])[0], "one command"),
    rows: () =>
      store.log({ afterSeq: 0, limit: 100_000, decided: null, verdict: null, gateId: null, deviceId: null }).rows,
    restart() {
      store = openDoorStore(storage, door.schema);
      ledger = openDoorLedger(store, () => door.now, {
        isAcked: (scanId) => door.acked.has(scanId),
        isTypedCode: ({ serial, check }, generation) => door.right.has(`${serial} ${check} ${generation}`),
      });
    },
  };
  door.restart();
  if (terms) door.take(terms);
  return door;
}

/** The name of the verdict, or the code of the refusal. */
export function said(reply: ScanReply): string {
  return reply.ok ? reply.value.verdict.verdict : reply.refusal.code;
}
