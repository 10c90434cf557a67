// Connects a door and its scanners by a network that loses, repeats, delays and reorders messages, under which the
// leases of rule D12 must hold. Every guest has an own ticket; a scanner decides alone whatever got no reply.

import fc from "fast-check";
import { NO_COUNTS } from "../../../../src/domain/door/rows/counts.ts";
import type { DeviceId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { MINUTE, START } from "../../builders.ts";
import type { Door } from "./harness.ts";
import { DEVICES, scanIdOf } from "./histories.ts";
import {
  add,
  atDoor,
  recallLease,
  decideAlone,
  deliver,
  GATE,
  type Guest,
  guestOf,
  type Network,
  passRow,
  upload,
} from "./peers.ts";

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
    | "gate"
    | "crowd";
  readonly who: number;
  readonly pick: number;
};

const KINDS: readonly Act["act"][] = [
  ...(["scan", "scan", "scan", "scan", "alone", "alone", "deliver", "deliver", "deliver", "deliver twice"] as const),
  ...(["lose", "grant", "grant", "call back", "upload", "leave", "gate", "crowd"] as const),
];
export const acts: fc.Arbitrary<Act[]> = fc.noBias(
  fc.array(
    fc.record({
      act: fc.constantFrom(...KINDS),
      who: fc.nat({ max: DEVICES.length - 1 }),
      pick: fc.nat({ max: 60 }),
    }),
    { minLength: 10, maxLength: 100, size: "max" },
  ),
);
/** How many persons a ticket lets in, by its type. */
const ADMITS = [1, 2, 3, 20] as const;

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
      types: ADMITS.map((admits) => ({ number: admits, admission: { ...rules, admits } })),
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
  const { messages } = network;
  const at = messages.length === 0 ? 0 : pick % messages.length;
  switch (act) {
    case "scan":
      scan(network, device, ADMITS[pick % ADMITS.length] ?? 1);
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
      callOthers(network, device, 1 + (pick % 5));
      return;
    case "crowd":
      while (atDoor(network, guestOf(network, device, pick % 2 === 0 ? 20 : 3, 0)));
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

/** Everything arrives, every scanner repeats requests without a reply, and reports; then all leases are recalled. */
export function settle(network: Network): void {
  const rounds = 4;
  for (let round = 0; round < rounds; round++) {
    for (const guest of network.guests) {
      if (guest.shown === "nothing") decideAlone(network, guest);
      network.messages.push({ to: "door", kind: "scan", guest });
      upload(network, guest);
    }
    for (const id of DEVICES) if (round > 0) recallLease(network, id);
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
  while (atDoor(network, guestOf(network, DEVICES[0], 1, 0)));
  deliverAll(network);
}

export const insideReally = ({ guests }: Network): number =>
  guests.filter(({ isInside }) => isInside).reduce((sum, { admits }) => sum + admits, 0);

function scan(network: Network, device: DeviceId, admits: number): void {
  const before = must(network.scanners.get(device), "each device");
  const { lease, taken } = network.door.takeForScan(before, admits);
  if (taken !== Math.min(admits, network.door.leftOf(before))) throw new Error("a scan does not take what it needs");
  network.scanners.set(device, lease);
  const guest = guestOf(network, device, admits, taken);
  network.messages.push({ to: "door", kind: "scan", guest });
}

/** Rule D12 says how much a scanner may hold, and it holds that once it has used up half of it. */
function grant(network: Network, id: DeviceId): void {
  const { door, leases, counts, terms } = network;
  const lease = must(leases.get(id), "each device");
  const before = door.reservedFor(lease);
  const [out, inside, capacity] = [door.leasesOut(leases.values()), counts.inside, terms.hardCapacity];
  const granted = door.grant(lease, { capacity, inside, out, scanners: DEVICES.length });
  const after = door.reservedFor(granted);
  const most = Math.min(50, Math.floor((capacity - inside) / (4 * DEVICES.length)));
  const isCalled = lease.calls > lease.answered;
  if (after > Math.max(before, most)) throw new Error(`${after} are leased where at most ${most} may be`);
  const isDue = !isCalled && before * 2 <= most && capacity - inside - out >= most;
  if (isDue && after < most) throw new Error(`${after} are leased where ${most} may be`);
  if (isCalled && after !== before) throw new Error("a lease is granted while it is called back");
  leases.set(id, granted);
  network.messages.push({ to: "scanner", kind: "notice", device: id, notice: granted });
}

/** Scanners that have not replied are not recalled again; of the others, as many as keep the missing places. */
function callOthers(network: Network, asking: DeviceId, missing: number): void {
  const { door, leases } = network;
  const called = door.leasesToRecall(leases, missing, asking);
  const left = [...leases].filter(([id, { calls, answered }]) => id !== asking && calls === answered);
  const reserved = (ids: readonly DeviceId[]): number =>
    door.leasesOut(left.filter(([id]) => ids.includes(id)).map(([, lease]) => lease));
  const all = reserved(left.map(([id]) => id));
  const [smallest] = [...called].sort((a, b) => reserved([a]) - reserved([b]));
  if (reserved(called) < Math.min(missing, all)) throw new Error("too few are called back");
  if (smallest && reserved(called) - reserved([smallest]) >= missing) throw new Error("too many are called back");
  for (const id of called) recallLease(network, id);
}

function leave(network: Network, guest: Guest | null): void {
  if (guest === null) return;
  guest.isInside = false;
  add(network, guest, {
    ...passRow(guest),
    kind: "exit",
    scanId: scanIdOf(5_000 + Number(guest.scanId.slice(4))),
    at: START + 2,
  });
}

function pickOf<T>(list: readonly T[], pick: number): T | null {
  return list.length === 0 ? null : (list[pick % list.length] ?? null);
}
