// Keeps what a follower has been sent, and applies frames to it: the highest position wins (docs/api.md, "Live").

import type {
  DeviceShown,
  DoorGateShown,
  DoorShown,
  GateShown,
  NoticeShown,
  OccupancyFrame,
  ServerFrame,
  SnapshotFrame,
} from "../sockets/protocol.ts";

export type Occupancy = OccupancyFrame["ticket_types"][number];

/** Tickets that were returned and are not for sale again; public frames do not have them. */
export function withdrawnOf({
  total,
  sold,
  held,
  available,
}: Pick<Occupancy, "total" | "sold" | "held" | "available">): number {
  return total - sold - held - available;
}
export type LiveEvent = SnapshotFrame["event"];

/** The persons inside, and the gates by their ids. */
export type LiveDoor = Omit<DoorShown, "gates"> & { readonly gates: ReadonlyMap<string, DoorGateShown> };

/** `at`: the server's time of the last frame. What a channel does not send stays empty, null or undefined. */
export type LiveState = {
  readonly at: string | null;
  readonly event: LiveEvent | null;
  readonly ticketTypes: ReadonlyMap<string, Occupancy>;
  readonly gates: ReadonlyMap<string, GateShown>;
  readonly devices: ReadonlyMap<string, DeviceShown>;
  readonly notice: NoticeShown | null;
  readonly sockets: number | undefined;
  readonly door: LiveDoor | null;
};

export const NOTHING_KNOWN: LiveState = {
  at: null,
  event: null,
  ticketTypes: new Map(),
  gates: new Map(),
  devices: new Map(),
  notice: null,
  sockets: undefined,
  door: null,
};

/**
 * The state after a frame. A snapshot replaces everything, but nothing with what is older; an unknown frame changes
 * nothing.
 */
export function afterFrame(state: LiveState, frame: ServerFrame): LiveState {
  switch (frame.type) {
    case "snapshot":
      return {
        at: frame.at,
        event: newerEvent(state.event, frame.event),
        ticketTypes: latest(state.ticketTypes, frame.ticket_types, isOlderType, true),
        gates: latest(state.gates, frame.gates ?? [], isOlderVersion, true),
        devices: latest(state.devices, frame.devices ?? [], isOlderBeat, true),
        notice: frame.notice ?? null,
        sockets: frame.sockets,
        door: frame.door ? newerDoor(state.door, frame.door, []) : null,
      };
    case "occupancy": {
      const ticketTypes = latest(state.ticketTypes, frame.ticket_types, isOlderType);
      return { ...state, at: frame.at, ticketTypes, sockets: frame.sockets ?? state.sockets };
    }
    case "event":
      return { ...state, at: frame.at, event: newerEvent(state.event, frame.event) };
    case "gate":
      return { ...state, at: frame.at, gates: latest(state.gates, [frame.gate], isOlderVersion) };
    case "device":
      return { ...state, at: frame.at, devices: latest(state.devices, frame.devices, isOlderBeat) };
    case "notice": {
      const older = frame.notice.version < (state.notice?.version ?? 0);
      return older ? state : { ...state, at: frame.at, notice: frame.notice };
    }
    case "door":
      return { ...state, at: frame.at, door: newerDoor(state.door, frame.door, state.door?.gates ?? []) };
    case "error":
    default:
      // Unknown frames are ignored rather than `never`, since v1 may add frames.
      return state;
  }
}

type Versioned = { readonly version?: number };
const isOlderVersion = (next: Versioned, known: Versioned) => (next.version ?? 0) < (known.version ?? 0);
const isOlderType = (next: Occupancy, known: Occupancy) => next.seq < known.seq;
const isOlderBeat = (next: DeviceShown, known: DeviceShown) => next.last_heartbeat_at < known.last_heartbeat_at;

function newerEvent(known: LiveEvent | null, next: LiveEvent): LiveEvent {
  return known && known.id === next.id && isOlderVersion(next, known) ? known : next;
}

/** `others`: what is known of gates that the frame does not name. */
function newerDoor(known: LiveDoor | null, next: DoorShown, others: Iterable<[string, DoorGateShown]>): LiveDoor {
  if (known && next.seq < known.seq) return known;
  return { ...next, gates: new Map([...others, ...next.gates.map((gate) => [gate.gate_id, gate] as const)]) };
}

function latest<T extends { readonly id: string }>(
  known: ReadonlyMap<string, T>,
  updates: readonly T[],
  isOlder: (next: T, known: T) => boolean,
  replaces = false,
): ReadonlyMap<string, T> {
  const after = new Map(replaces ? [] : known);
  for (const next of updates) {
    const before = known.get(next.id);
    after.set(next.id, before && isOlder(next, before) ? before : next);
  }
  return after;
}
