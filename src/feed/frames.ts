// Keeps what an audience has still to be shown, and composes the next frame of it (rules L2, L4). A frame is composed when
// it is sent, so that it carries the latest state.

import type { TicketTypeId } from "../domain/ids.ts";
import { publicOccupancy } from "../domain/ledger/memory/book.ts";
import type { Occupancy } from "../domain/ledger/command.ts";
import { must } from "../domain/result.ts";
import type { FeedState, Changes } from "./feed-state.ts";
import type { OccupancyShown, ServerFrame, SnapshotFrame } from "../sockets/protocol.ts";

/** The public sees the types that are not hidden; scanners see all, with gates, devices, the notice and the door. */
export const AUDIENCES = ["public", "scanner"] as const;
export type Audience = (typeof AUDIENCES)[number];

export type Pending = {
  snapshot: boolean;
  event: boolean;
  notice: boolean;
  readonly gates: Set<string>;
  readonly types: Set<TicketTypeId>;
  readonly devices: Set<string>;
  /** The ids of the door's gates that changed; null when nothing of the door changed. */
  door: Set<string> | null;
  /** Kinds of frames take turns, so that none waits for ever: the first kind here that is pending is sent next. */
  turns: readonly FrameKind[];
};
type FrameKind = "types" | "door" | "devices";

/** This many devices keep a frame under 1 KB (rule L4). */
const DEVICES_A_FRAME = 5;
/**
 * When more gates than this change at once they are sent as one snapshot, since one frame each would take over half a
 * second.
 */
const GATE_FRAMES = 3;

export function nothingPending(): Pending {
  return {
    snapshot: false,
    event: false,
    notice: false,
    gates: new Set(),
    types: new Set(),
    devices: new Set(),
    door: null,
    turns: ["types", "door", "devices"],
  };
}

export function isPending({ snapshot, event, notice, gates, types, devices, door }: Pending): boolean {
  return snapshot || event || notice || gates.size > 0 || types.size > 0 || devices.size > 0 || door !== null;
}

/** Notes what this audience has to be shown of the changes. */
export function notePending(pending: Pending, audience: Audience, state: FeedState, changes: Changes): void {
  const gone = audience === "public" ? changes.hid : changes.gateLeft;
  if (changes.left || gone) pending.snapshot = true;
  if (changes.event) pending.event = true;
  for (const id of changes.types ?? []) if (isShown(audience, state.types.get(id))) pending.types.add(id);
  if (audience === "public") return;
  if (changes.notice) pending.notice = true;
  for (const id of changes.gates ?? []) pending.gates.add(id);
  for (const id of changes.devices ?? []) pending.devices.add(id);
  if (changes.door) pending.door = new Set([...(pending.door ?? []), ...changes.door]);
}

/**
 * Takes the next frame from what is pending; null when nothing is. `now` is epoch ms. `sockets` is called for scanners
 * alone.
 */
export function takeFrame(
  pending: Pending,
  audience: Audience,
  state: FeedState,
  now: number,
  sockets: () => number,
): ServerFrame | null {
  const at = new Date(now).toISOString();
  const { catalogue } = state;
  if (!catalogue) return null;
  if (pending.event) {
    pending.event = false;
    return { type: "event", at, event: catalogue.event };
  }
  if (pending.snapshot || pending.gates.size > GATE_FRAMES) {
    Object.assign(pending, nothingPending());
    return composeSnapshot(audience, state, now, sockets);
  }
  if (pending.notice) {
    pending.notice = false;
    return { type: "notice", at, notice: must(state.notice, "a notice that is pending is known") };
  }
  for (const id of pending.gates) {
    pending.gates.delete(id);
    const gate = catalogue.gates.find((each) => each.id === id);
    if (gate) return { type: "gate", at, gate };
  }
  return takeCounts(pending, audience, state, at, sockets);
}

function takeCounts(
  pending: Pending,
  audience: Audience,
  state: FeedState,
  at: string,
  sockets: () => number,
): ServerFrame | null {
  for (const kind of pending.turns) {
    const frame = takeKind(kind, pending, audience, state, at, sockets);
    if (!frame) continue;
    pending.turns = [...pending.turns.filter((each) => each !== kind), kind];
    return frame;
  }
  return null;
}

/** Null when nothing of this kind is pending. */
function takeKind(
  kind: FrameKind,
  pending: Pending,
  audience: Audience,
  state: FeedState,
  at: string,
  sockets: () => number,
): ServerFrame | null {
  switch (kind) {
    case "types": {
      const ticketTypes = [...pending.types].flatMap((id) => state.types.get(id) ?? []);
      pending.types.clear();
      const shown = shownTo(audience, ticketTypes);
      if (shown.length === 0) return null;
      return { type: "occupancy", at, ticket_types: shown, ...(audience === "scanner" && { sockets: sockets() }) };
    }
    case "door": {
      const { door: changed } = pending;
      pending.door = null;
      if (!changed || !state.door) return null;
      const gates = state.door.gates.filter(({ gate_id }) => changed.has(gate_id));
      return { type: "door", at, door: { ...state.door, gates } };
    }
    case "devices": {
      if (pending.devices.size === 0) return null;
      const ids = [...pending.devices].slice(0, DEVICES_A_FRAME);
      for (const id of ids) pending.devices.delete(id);
      return { type: "device", at, devices: ids.flatMap((id) => state.devices.get(id) ?? []) };
    }
  }
}

export function composeSnapshot(
  audience: Audience,
  state: FeedState,
  now: number,
  sockets: () => number,
): SnapshotFrame {
  const { event, gates } = must(state.catalogue, "a feed has its catalogue before it has sockets");
  const shown = shownTo(audience, [...state.types.values()]);
  const common = { type: "snapshot", at: new Date(now).toISOString(), event, ticket_types: shown } as const;
  if (audience === "public") return { ...common, gates: [] };
  const { notice, door } = state;
  return { ...common, gates, devices: [...state.devices.values()], notice, sockets: sockets(), door };
}

function shownTo(audience: Audience, types: readonly Occupancy[]): OccupancyShown[] {
  const shown = types.filter((type) => isShown(audience, type));
  return audience === "public" ? shown.map(publicOccupancy) : shown;
}

function isShown(audience: Audience, type: Occupancy | undefined): boolean {
  return type !== undefined && (audience === "scanner" || type.status !== "hidden");
}
