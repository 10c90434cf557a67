// Defines what a feed knows of its event, and how updates change it: the later one wins, by its own position. Plain data,
// no I/O.

import { type EventStatus, isPublic } from "../domain/events/event.ts";
import type { GateId, OrganizationId, TicketTypeId, VenueId } from "../domain/ids.ts";
import type { Occupancy } from "../domain/ledger/command.ts";
import {
  type DeviceShown,
  type DoorShown,
  type EventShown,
  type GateShown,
  type NoticeShown,
  showsTheSame,
} from "../sockets/protocol.ts";

/**
 * D1's state of the event as of one `position` in D1's history. `epoch` is when D1 was last restored, epoch ms, 0 when
 * never; a newer epoch counts before `position` (rule X6). `hash` covers everything else. Earlier releases stored and sent
 * neither.
 */
export type Catalogue = {
  readonly position: number;
  readonly epoch?: number;
  readonly hash?: string;
  readonly organizationId: OrganizationId;
  readonly venueId: VenueId;
  readonly event: EventShown;
  readonly gates: readonly (GateShown & { readonly id: GateId })[];
  readonly ticketTypeIds: readonly TicketTypeId[];
};

/** An update from the door desk: one device's heartbeat, the notice, or both. */
export type DeskUpdate = { readonly device?: DeviceShown; readonly notice?: NoticeShown | null };

export type FeedState = {
  catalogue: Catalogue | null;
  readonly types: Map<TicketTypeId, Occupancy>;
  /**
   * Types that were deleted while this feed has been running. Counts of them that were already on their way are ignored.
   */
  readonly deleted: Set<TicketTypeId>;
  readonly devices: Map<string, DeviceShown>;
  notice: NoticeShown | null;
  /** Null until the event's door has pushed its counts; before its first scan there is no door. */
  door: DoorShown | null;
  /**
   * On a shard, the last turn that it has taken; on the first feed, a turn that it has not reached yet (shard-update.ts).
   */
  turn: number;
};

/**
 * What an update has changed of what is shown, ids by kind. `left`: a type is gone. `hid`: a type is gone for the public.
 * `gateLeft`: a gate, or the door, is gone. `door`: its counts changed, with the ids of the gates whose counts did.
 * `moved`: nothing visible but a later position; it is stored too, since frames carry it (rule L2).
 */
export type Changes = {
  readonly moved?: true;
  readonly event?: true;
  readonly notice?: true;
  readonly left?: true;
  readonly hid?: true;
  readonly gateLeft?: true;
  readonly gates?: readonly string[];
  readonly types?: readonly TicketTypeId[];
  readonly devices?: readonly string[];
  readonly door?: readonly string[];
};

/** A device that has been silent for so long is no longer shown. */
const FORGOTTEN_MS = 24 * 60 * 60 * 1_000;

export function newFeedState(): FeedState {
  return {
    catalogue: null,
    types: new Map(),
    deleted: new Set(),
    devices: new Map(),
    notice: null,
    door: null,
    turn: 0,
  };
}

/** Takes nothing older than what is known (rule L2). */
export function takeOccupancy(state: FeedState, id: TicketTypeId, next: Occupancy): Changes {
  if (state.deleted.has(id)) return {};
  const current = state.types.get(id) ?? null;
  if (current && next.seq <= current.seq) return {};
  state.types.set(id, next);
  if (showsTheSame(current, next)) return { moved: true };
  // The public has to be sent a frame without the type, since a hidden type is not shown to it.
  const hides = current !== null && current.status !== "hidden" && next.status === "hidden";
  return { types: [id], ...(hides && { hid: true }) };
}

/** Removes a deleted type for good; its id is never used again. */
export function dropType(state: FeedState, id: TicketTypeId): Changes {
  state.deleted.add(id);
  return state.types.delete(id) ? { left: true } : {};
}

/**
 * Whether `next` is later than what the feed state has, or the same. An older position, or the same position with other
 * content, comes from a history of D1 that a restore has ended (rule X6).
 */
export function isCurrent({ catalogue: current }: FeedState, next: Catalogue): boolean {
  if (!current) return true;
  const [epoch, before] = [next.epoch ?? 0, current.epoch ?? 0];
  if (epoch !== before) return epoch > before;
  if (next.position !== current.position) return next.position > current.position;
  return next.hash === undefined || current.hash === undefined || next.hash === current.hash;
}

/** Changes nothing unless the catalogue is current. */
export function takeCatalogue(state: FeedState, next: Catalogue): Changes {
  const current = state.catalogue;
  if (!isCurrent(state, next)) return {};
  state.catalogue = next;
  if (!current) return { event: true };
  const before = new Map(current.gates.map((gate) => [gate.id, gate]));
  const gates = next.gates.filter((gate) => !isSameGate(before.get(gate.id), gate)).map(({ id }) => id);
  const isGateGone = current.gates.some(({ id }) => next.gates.every((gate) => gate.id !== id));
  return {
    ...(current.event.status !== next.event.status && { event: true }),
    ...(gates.length > 0 && { gates }),
    ...(isGateGone && { gateLeft: true }),
  };
}

function isSameGate(known: GateShown | undefined, next: GateShown): boolean {
  return known !== undefined && known.gate_code === next.gate_code && known.status === next.status;
}

export function takeDeskUpdate(state: FeedState, { device, notice }: DeskUpdate): Changes {
  const current = device && state.devices.get(device.id);
  const fresh = device && !(current && current.last_heartbeat_at > device.last_heartbeat_at);
  if (fresh) {
    state.devices.set(device.id, device);
    const oldest = Date.parse(device.last_heartbeat_at) - FORGOTTEN_MS;
    for (const [id, each] of state.devices) if (Date.parse(each.last_heartbeat_at) < oldest) state.devices.delete(id);
  }
  const isNewer = notice && notice.version > (state.notice?.version ?? 0);
  if (isNewer) state.notice = notice;
  return { ...(fresh && { devices: [device.id] }), ...(isNewer && { notice: true }) };
}

/** Takes the door's counts if their log row is later than what is known (rule L2). */
export function takeDoor(state: FeedState, next: DoorShown): Changes {
  const current = state.door;
  if (current && next.seq <= current.seq) return {};
  state.door = next;
  const before = new Map(current?.gates.map((gate) => [gate.gate_id, JSON.stringify(gate)]));
  const gates = next.gates.filter((gate) => before.get(gate.gate_id) !== JSON.stringify(gate));
  const isSeen = gates.length > 0 || !current || totalsOf(current) !== totalsOf(next);
  return isSeen ? { door: gates.map(({ gate_id }) => gate_id) } : { moved: true };
}

function totalsOf({ inside, admitted, capacity: { soft, hard } }: DoorShown): string {
  return [inside, admitted, soft, hard].join();
}

/** Removes the door: it has nothing stored any more, since its event is deleted. */
export function dropDoor(state: FeedState): Changes {
  if (!state.door) return {};
  state.door = null;
  return { gateLeft: true };
}

/** Whether the counts of every type that D1 names are known. */
export function knowsAllTypes({ catalogue, types }: FeedState): boolean {
  return (catalogue?.ticketTypeIds ?? []).every((id) => types.has(id));
}

/** Whether the public may see the event (rule P3). */
export function isOpenToAll({ catalogue }: FeedState): boolean {
  return catalogue !== null && isPublic(catalogue.event.status);
}

/** Members see their event in every status but the last (rule T5). */
export function isOpenToMembers(status: EventStatus): boolean {
  return status !== "archived";
}
