// A door and its scanners behind a network that loses, repeats, delays and exchanges messages: what the leases of rule D12
// must hold under. Every guest has a ticket of their own; a scanner decides alone whatever it has had no answer to.

import fc from "fast-check";
import { type Counts, NO_COUNTS, addCounts, subtractCounts } from "../../src/domain/door/counts.ts";
import type { DoorLease, LeaseNotice, LeaseReport, ScannerLease } from "../../src/domain/door/lease.ts";
import type { PassRow, TicketRow } from "../../src/domain/door/rows.ts";
import type { DoorTerms } from "../../src/domain/door/terms.ts";
import type { DeviceId, ScanId } from "../../src/domain/ids.ts";
import { must } from "../../src/domain/result.ts";
import { MINUTE, START } from "./builders.ts";
import type { Door } from "./door-harness.ts";
import { DEVICES, GATES, scanIdOf } from "./door-histories.ts";

export type Act = {
  readonly act:
    | "scan"
    | "alone"
    | "deliver"
    | "deliver twice"
    | "lose"
    | "grant"
    | "call back"
    | "upload"
    | "leave"
    | "gate";
  readonly who: number;
  readonly pick: number;
};

export const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.record({
    act: fc.constantFrom<Act["act"][]>(
      ...(["scan", "scan", "scan", "alone", "alone", "deliver", "deliver", "deliver", "deliver twice"] as const),
      ...(["lose", "grant", "grant", "call back", "upload", "upload", "leave", "gate"] as const),
    ),
    who: fc.nat({ max: DEVICES.length - 1 }),
    pick: fc.nat({ max: 30 }),
  }),
  { minLength: 10, maxLength: 120 },
);

/** A guest's scan at its scanner. `shown`: what the scanner has told the guest; `settled`: it knows the door's verdict. */
type Guest = {
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
  /** The gate as the door has it; scanners alone have heard of no change. */
  isGateOpen: boolean;
};

const [GATE] = GATES;
const NOW = START;

export function openNetwork(door: Door, capacity: number): Network {
  const rules = {
    entry: "once",
    gates: null,
    windows: null,
    per_day: null,
    max_entries: null,
    gap_minutes: null,
  } as const;
  return {
    door,
    terms: {
      ...{
        eventStatus: "live",
        doorsOpen: START,
        endTime: START + 60 * MINUTE,
        endedAt: null,
        archivedAt: null,
        days: [],
      },
      ...{ softCapacity: capacity, hardCapacity: capacity, gates: [{ id: GATE, status: "open", capacity: null }] },
      types: [1, 2, 3].map((admits) => ({ number: admits, admission: { ...rules, admits } })),
    },
    guests: [],
    rows: new Map(),
    answers: new Map(),
    leases: new Map(DEVICES.map((id) => [id, door.noLease])),
    scanners: new Map(DEVICES.map((id) => [id, door.noScannerLease])),
    messages: [],
    counts: NO_COUNTS,
    isGateOpen: true,
  };
}

export function play(network: Network, { act, who, pick }: Act): void {
  const device = must(DEVICES[who], "an act is of a device");
  const { messages, door } = network;
  const at = messages.length === 0 ? 0 : pick % messages.length;
  switch (act) {
    case "scan":
      scan(network, device, 1 + (pick % 3));
      return;
    case "alone":
      decideAlone(
        network,
        pickOf(
          network.guests.filter((guest) => guest.shown === "nothing"),
          pick,
        ),
      );
      return;
    case "deliver":
    case "deliver twice":
    case "lose": {
      const message = messages[at];
      if (act !== "deliver twice") network.messages = messages.filter((_, index) => index !== at);
      if (message && act !== "lose") deliver(network, message);
      return;
    }
    case "grant":
      grant(network, device);
      return;
    case "call back":
      for (const id of door.whomToCall(network.leases, 1 + (pick % 5), device)) callBack(network, id);
      return;
    case "upload":
      for (const guest of network.guests) if (guest.device === device) upload(network, guest);
      return;
    case "gate":
      network.isGateOpen = !network.isGateOpen;
      return;
    case "leave":
      leave(
        network,
        pickOf(
          network.guests.filter(({ isInside }) => isInside),
          pick,
        ),
      );
  }
}

/** Everything arrives, every scanner asks again what it has not heard, and reports; then all leases are called back. */
export function settle(network: Network): void {
  const rounds = 4;
  for (let round = 0; round < rounds; round++) {
    for (const guest of network.guests) {
      if (guest.shown === "nothing") decideAlone(network, guest);
      network.messages.push({ to: "door", kind: "scan", guest });
      upload(network, guest);
    }
    for (const id of DEVICES) if (round > 0) callBack(network, id);
    deliverAll(network);
  }
}

function deliverAll(network: Network): void {
  while (network.messages.length > 0) {
    const [message, ...rest] = network.messages;
    network.messages = rest;
    if (message) deliver(network, message);
  }
}

/** The door lets in one after the other for a scanner that has no lease, until it refuses. */
export function fill(network: Network): void {
  network.isGateOpen = true;
  for (;;) {
    const guest = guestOf(network, DEVICES[0], 1, 0);
    atDoor(network, guest);
    deliverAll(network);
    if (!guest.isInside) return;
  }
}

export const insideReally = ({ guests }: Network): number =>
  guests.filter(({ isInside }) => isInside).reduce((sum, { admits }) => sum + admits, 0);

function guestOf(network: Network, device: DeviceId, admits: number, taken: number): Guest {
  const scanId = scanIdOf(network.guests.length);
  const state = { shown: "nothing", alone: false, settled: false, undone: false, isInside: false } as const;
  const guest: Guest = { scanId, device, admits, taken, ...state };
  network.guests.push(guest);
  return guest;
}

function scan(network: Network, device: DeviceId, admits: number): void {
  const { lease, taken } = network.door.takeForScan(must(network.scanners.get(device), "each device"), admits);
  network.scanners.set(device, lease);
  const guest = guestOf(network, device, admits, taken);
  network.messages.push({ to: "door", kind: "scan", guest });
}

function verdictOf(network: Network, guest: Guest, alone: boolean): { passed: boolean; drawn: number } {
  const { door, leases, counts } = network;
  const status = alone || network.isGateOpen ? "open" : "closed";
  const terms: DoorTerms = { ...network.terms, gates: [{ id: GATE, status, capacity: null }] };
  const serial = Number(guest.scanId.slice(4));
  const own = alone
    ? guest.taken
    : Math.min(guest.taken, door.reservedFor(must(leases.get(guest.device), "each device")));
  const out = alone ? own : door.leasesOut(leases.values());
  const view = { inside: alone ? 0 : counts.inside, insideBy: 0, leases: { out, own } };
  const { state } = door.foldTicket(network.rows.get(guest.scanId) ?? [], [], []);
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

function decideAlone(network: Network, guest: Guest | null): void {
  if (guest === null) return;
  guest.alone = true;
  guest.isInside = verdictOf(network, guest, true).passed;
  guest.shown = guest.isInside ? "in" : "red";
}

function upload(network: Network, guest: Guest): void {
  if (guest.alone && guest.shown === "in") network.messages.push({ to: "door", kind: "upload", guest });
  if (guest.undone) network.messages.push({ to: "door", kind: "undo", guest });
}

function grant(network: Network, id: DeviceId): void {
  const { door, leases, counts, terms } = network;
  const lease = must(leases.get(id), "each device");
  const out = door.leasesOut(leases.values());
  const granted = door.grant(lease, {
    capacity: terms.hardCapacity,
    inside: counts.inside,
    out,
    scanners: DEVICES.length,
  });
  leases.set(id, granted);
  network.messages.push({ to: "scanner", kind: "notice", device: id, notice: granted });
}

function callBack(network: Network, id: DeviceId): void {
  const called = network.door.callBack(must(network.leases.get(id), "each device"));
  network.leases.set(id, called);
  network.messages.push({ to: "scanner", kind: "notice", device: id, notice: called });
}

function leave(network: Network, guest: Guest | null): void {
  if (guest === null) return;
  guest.isInside = false;
  add(network, guest, {
    ...passRow(guest),
    kind: "exit",
    scanId: scanIdOf(5_000 + Number(guest.scanId.slice(4))),
    at: NOW + 2,
  });
}

function deliver(network: Network, message: Message): void {
  switch (message.kind) {
    case "scan":
      return atDoor(network, message.guest);
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
      const lease = network.door.hearNotice(must(network.scanners.get(message.device), "each device"), message.notice);
      network.scanners.set(message.device, lease);
      network.messages.push({ to: "door", kind: "report", device: message.device, report: lease });
    }
  }
}

function atDoor(network: Network, guest: Guest): void {
  let known = network.answers.get(guest.scanId);
  if (known === undefined) {
    known = { ...verdictOf(network, guest, false), overruled: false };
    network.answers.set(guest.scanId, known);
    if (known.passed) admit(network, guest, passRow(guest), known.drawn);
  }
  network.messages.push({ to: "scanner", kind: "verdict", guest, passed: known.passed, drawn: known.drawn });
}

/** What a scanner did is a fact. */
function uploadAtDoor(network: Network, guest: Guest): void {
  const known = network.answers.get(guest.scanId);
  if (known?.passed || known?.overruled) return;
  network.answers.set(guest.scanId, {
    passed: known === undefined,
    overruled: known !== undefined,
    drawn: guest.taken,
  });
  admit(network, guest, { ...passRow(guest), decided: "alone" }, guest.taken);
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

function add(network: Network, guest: Guest, row: TicketRow): void {
  const before = network.rows.get(guest.scanId) ?? [];
  const after = [...before, row];
  const partOf = (rows: TicketRow[]): Counts => network.door.foldTicket(rows, [], []).part;
  network.counts = addCounts(network.counts, subtractCounts(partOf(after), partOf(before)));
  network.rows.set(guest.scanId, after);
}

function passRow({ scanId, device, admits }: Guest): PassRow {
  const who = { scanId, at: NOW, deviceId: device, counter: 0 };
  return {
    ...{ ...who, kind: "entry", gateId: GATE, decided: "door", generation: 1, entry: "once" },
    ...{ persons: admits, breaches: [] },
  };
}

function pickOf<T>(list: readonly T[], pick: number): T | null {
  return list.length === 0 ? null : (list[pick % list.length] ?? null);
}
