// A door on node:sqlite, with an event, its gates and its types, and scans that a test changes in one place.

import type { DoorActor, DoorReply, ScanCommand, ScanReply } from "../../src/domain/door/command.ts";
import type { EventTerms } from "../../src/domain/door/event-terms.ts";
import type { ScanId } from "../../src/domain/ids.ts";
import { must } from "../../src/domain/result.ts";
import { type DoorLedger, openDoorLedger } from "../../src/door/door-ledger.ts";
import { type DoorStore, openDoorStore } from "../../src/door/door-store.ts";
import { idOf, ORGANIZATION } from "./builders.ts";
import { CODE, type Code, NORTH, NOW, OTHER_PHONE, PHONE, SOUTH } from "./door-cases.ts";
import { eventTerms, VENUE } from "./event-terms.ts";
import { type NodeSqlite, openNodeSqlite } from "./node-sqlite.ts";

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

export const codeOf = (serial: number, code: Partial<Code> = {}): Code => ({ ...CODE, serial, ...code });

export type DoorOnDisk = {
  readonly storage: NodeSqlite;
  now: number;
  readonly acked: Set<ScanId>;
  readonly right: Set<string>;
  ledger(): DoorLedger;
  store(): DoorStore;
  /** Each scan in a batch of its own. */
  scan(parts?: ScanParts): ScanReply;
  /** All in one batch. */
  batch(parts: readonly ScanParts[]): ScanReply[];
  take(terms: EventTerms): DoorReply;
  /** What the rows say is all that is left. */
  restart(): void;
};

/** With terms, unless `terms` is null. */
export function openDoorOnDisk(terms: EventTerms | null = eventTerms()): DoorOnDisk {
  const storage = openNodeSqlite();
  let store: DoorStore;
  let ledger: DoorLedger;
  const replyOf = (outcome: ReturnType<DoorLedger["run"]>[number] | undefined): DoorReply => {
    const known = must(outcome, "a batch has an outcome for each command");
    if ("bug" in known) throw known.bug;
    return known.reply;
  };
  const door: DoorOnDisk = {
    ...{ storage, now: NOW, acked: new Set(), right: new Set() },
    ledger: () => ledger,
    store: () => store,
    scan: (parts) => must(door.batch([parts ?? {}])[0], "one scan"),
    // The cast: scans are answered as scans.
    batch: (parts) => ledger.run(parts.map(scanCommand)).map(replyOf) as ScanReply[],
    take: (next) => replyOf(ledger.run([{ kind: "terms", terms: next, requestId: "terms" }])[0]),
    restart() {
      store = openDoorStore(storage);
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
