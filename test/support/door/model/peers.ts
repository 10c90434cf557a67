// Implements both ends of a network of doors and scanners (network.ts): what each does with a message, and what it
// sends.

import { addCounts, type Counts, subtractCounts } from "../../../../src/domain/door/rows/counts.ts";
import type { DoorLease, LeaseNotice, LeaseReport, ScannerLease } from "../../../../src/domain/door/leases/lease.ts";
import type { PassRow, TicketRow } from "../../../../src/domain/door/rows/rows.ts";
import type { DoorTerms } from "../../../../src/domain/door/terms.ts";
import type { DeviceId, ScanId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { START } from "../../builders.ts";
import type { Door } from "./harness.ts";
import { GATES, scanIdOf } from "./histories.ts";

/** A guest's scan at its scanner. `shown`: the verdict that the scanner showed; `settled`: it knows the door's verdict. */
export type Guest = {
  readonly scanId: ScanId;
  readonly device: DeviceId;
  readonly admits: number;
  readonly taken: number;
  shown: "nothing" | "in" | "red";
  alone: boolean;
  settled: boolean;
  undone: boolean;
  isInside: boolean;
};

type Message =
  | { readonly to: "door"; readonly kind: "scan" | "upload" | "undo"; readonly guest: Guest }
  | { readonly to: "door"; readonly kind: "report"; readonly device: DeviceId; readonly report: LeaseReport }
  | {
      readonly to: "scanner";
      readonly kind: "verdict";
      readonly guest: Guest;
      readonly passed: boolean;
      readonly drawn: number;
    }
  | { readonly to: "scanner"; readonly kind: "notice"; readonly device: DeviceId; readonly notice: LeaseNotice };

export type Network = {
  readonly door: Door;
  readonly terms: DoorTerms;
  readonly guests: Guest[];
  readonly rows: Map<ScanId, TicketRow[]>;
  readonly answers: Map<ScanId, { passed: boolean; overruled: boolean; drawn: number }>;
  readonly leases: Map<DeviceId, DoorLease>;
  readonly scanners: Map<DeviceId, ScannerLease>;
  messages: Message[];
  counts: Counts;
  /** The gate as the door has it; scanners on their own have received no change. */
  isGateOpen: boolean;
};

export const [GATE] = GATES;
const NOW = START;

export function guestOf(network: Network, device: DeviceId, admits: number, taken: number): Guest {
  const scanId = scanIdOf(network.guests.length);
  const state = { shown: "nothing", alone: false, settled: false, undone: false, isInside: false } as const;
  const guest: Guest = { scanId, device, admits, taken, ...state };
  network.guests.push(guest);
  return guest;
}

function verdictOf(network: Network, guest: Guest, alone: boolean): { passed: boolean; drawn: number } {
  const { door, leases, counts } = network;
  const status = alone || network.isGateOpen ? "open" : "closed";
  const terms: DoorTerms = { ...network.terms, gates: [{ id: GATE, status, capacity: null }] };
  const serial = serialOf(guest);
  const own = alone
    ? guest.taken
    : Math.min(guest.taken, door.reservedFor(must(leases.get(guest.device), "each device")));
  const out = alone ? own : door.leasesOut(leases.values());
  const view = { inside: alone ? 0 : counts.inside, insideBy: 0, leases: { out, own } };
  // A scanner on its own does not know whether the door has decided this scan.
  const rows = alone ? [] : (network.rows.get(guest.scanId) ?? []);
  const { state } = door.foldTicket(rows, [], []);
  const decision = door.decide(
    { ticket: state, view, recent: null },
    {
      code: { kind: "code", key: "active", signed: true, other: null, serial, typeNumber: guest.admits, generation: 1 },
      ...{ direction: "in", gateId: GATE, deviceId: guest.device, alone, overrides: false },
    },
    terms,
    NOW,
  );
  const passed = decision.kind === "decided" && decision.verdict.verdict === "admitted";
  return { passed, drawn: passed && decision.verdict.verdict === "admitted" ? decision.verdict.fromLease : 0 };
}

export function decideAlone(network: Network, guest: Guest | null): void {
  if (guest === null) return;
  guest.alone = true;
  guest.isInside = verdictOf(network, guest, true).passed;
  guest.shown = guest.isInside ? "in" : "red";
}

export function upload(network: Network, guest: Guest): void {
  if (guest.alone && guest.shown === "in") network.messages.push({ to: "door", kind: "upload", guest });
  if (guest.undone) network.messages.push({ to: "door", kind: "undo", guest });
}

export function recallLease(network: Network, id: DeviceId): void {
  const called = network.door.recallLease(must(network.leases.get(id), "each device"));
  network.leases.set(id, called);
  network.messages.push({ to: "scanner", kind: "notice", device: id, notice: called });
}

export function deliver(network: Network, message: Message): void {
  switch (message.kind) {
    case "scan":
      atDoor(network, message.guest);
      return;
    case "upload":
      return uploadAtDoor(network, message.guest);
    case "undo": {
      const { scanId, device } = message.guest;
      const row = { at: NOW, deviceId: device, counter: 1, ref: scanId, bySupervisor: false } as const;
      return add(network, message.guest, { ...row, kind: "undo", scanId: scanIdOf(8_000 + Number(scanId.slice(4))) });
    }
    case "report": {
      const lease = must(network.leases.get(message.device), "each device");
      network.leases.set(message.device, network.door.takeReport(lease, message.report));
      return;
    }
    case "verdict":
      return hear(network, message);
    case "notice": {
      const lease = network.door.takeNotice(must(network.scanners.get(message.device), "each device"), message.notice);
      network.scanners.set(message.device, lease);
      network.messages.push({ to: "door", kind: "report", device: message.device, report: lease });
    }
  }
}

/** Whether the guest may pass, as the scanner will receive it. */
export function atDoor(network: Network, guest: Guest): boolean {
  let known = network.answers.get(guest.scanId);
  if (known === undefined) {
    known = { ...verdictOf(network, guest, false), overruled: false };
    network.answers.set(guest.scanId, known);
    if (known.passed) admit(network, guest, passRow(guest), known.drawn);
  }
  network.messages.push({ to: "scanner", kind: "verdict", guest, passed: known.passed, drawn: known.drawn });
  return known.passed;
}

/** What a scanner did is a fact. */
function uploadAtDoor(network: Network, guest: Guest): void {
  const { scanId, device, admits, taken } = guest;
  const subject = { serial: serialOf(guest), generation: 1, gateId: GATE, direction: "in" } as const;
  const answer = network.answers.get(scanId);
  const row = { scanId, at: NOW, deviceId: device, counter: 0, typeNumber: admits, passed: true, clockUnsure: false };
  const arrival = { receivedAt: NOW, lastOnline: null };
  const known = answer ? { ...subject, ...answer } : null;
  const upload = network.door.takeUpload({ ...subject, ...row }, known, network.terms, arrival);
  if (upload.kind !== "new" || upload.pass === null) return;
  network.answers.set(scanId, { passed: known === null, overruled: known !== null, drawn: taken });
  admit(network, guest, upload.pass, taken);
}

function admit(network: Network, guest: Guest, row: PassRow, drawn: number): void {
  add(network, guest, row);
  const lease = must(network.leases.get(guest.device), "each device");
  network.leases.set(guest.device, network.door.draw(lease, drawn));
}

function hear(network: Network, { guest, passed, drawn }: Extract<Message, { kind: "verdict" }>): void {
  if (guest.shown === "nothing") {
    guest.shown = passed ? "in" : "red";
    guest.isInside = passed;
  }
  guest.undone = passed && guest.shown === "red";
  const hasUsedIt = !passed && guest.shown === "in";
  if (guest.settled || hasUsedIt) return;
  guest.settled = true;
  const lease = must(network.scanners.get(guest.device), "each device");
  network.scanners.set(guest.device, network.door.settleScan(lease, guest.taken, drawn));
}

export function add(network: Network, guest: Guest, row: TicketRow): void {
  const before = network.rows.get(guest.scanId) ?? [];
  const after = [...before, row];
  const partOf = (rows: TicketRow[]): Counts => network.door.foldTicket(rows, [], []).part;
  network.counts = addCounts(network.counts, subtractCounts(partOf(after), partOf(before)));
  network.rows.set(guest.scanId, after);
}

export function passRow({ scanId, device, admits }: Guest): PassRow {
  const who = { scanId, at: NOW, deviceId: device, counter: 0 };
  return {
    ...{ ...who, kind: "entry", gateId: GATE, decided: "door", generation: 1, entry: "once" },
    ...{ persons: admits, breaches: [] },
  };
}

const serialOf = ({ scanId }: Guest): number => Number(scanId.slice(4));

/** What a scanner may still let in without the door: its lease, and what it took for scans that the door has not counted. */
export function mayLetIn({ door, scanners, guests, answers }: Network, device: DeviceId): number {
  const open = guests.filter((guest) => guest.device === device && !guest.settled && guest.shown !== "red");
  const uncounted = open.filter(({ scanId }) => !answers.get(scanId)?.passed && !answers.get(scanId)?.overruled);
  const taken = uncounted.reduce((sum, guest) => sum + guest.taken, 0);
  return door.leftOf(must(scanners.get(device), "each device")) + taken;
}
