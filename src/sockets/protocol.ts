// Defines the frames and close codes of docs/api.md, "Live". Values are absolute, so that a lost frame is repaired by the
// next.

import type { EventStatus } from "../domain/events/event.ts";
import type { EventId } from "../domain/ids.ts";
import type { Occupancy, PublicOccupancy } from "../domain/ledger/command.ts";

export const CLOSE = {
  protocol: 4400,
  notAuthenticated: 4401,
  notAllowed: 4403,
  eventOver: 4410,
  tooLarge: 1009,
  full: 1013,
} as const;

export const SUBPROTOCOL = "voelgoed.v1";
/** The subprotocol by which a browser offers its token; the server never selects it. */
export const BEARER_PROTOCOL = "bearer.";

export type EventShown = { readonly id: EventId; readonly status: EventStatus; readonly version: number };
export type GateShown = {
  readonly id: string;
  readonly gate_code: string;
  readonly status: "open" | "closed";
  readonly version: number;
};
/**
 * A device on duty, as of its last heartbeat. `gate_id` is null when a device that moves between gates has not reported
 * one.
 */
export type DeviceShown = {
  readonly id: string;
  readonly gate_id: string | null;
  readonly queued_scans: number;
  readonly last_heartbeat_at: string;
};
/** The supervisor's notice to all gates; `text` is null when there is none. */
export type NoticeShown = { readonly text: string | null; readonly version: number; readonly updated_at: string };

/** Persons who passed a gate, and persons inside who last came in there. */
export type DoorGateShown = {
  readonly gate_id: string;
  readonly entries: number;
  readonly exits: number;
  readonly inside_by: number;
};
/** What a door has counted, in persons (rule D10), as of row `seq` of its log. */
export type DoorShown = {
  readonly seq: number;
  readonly inside: number;
  readonly admitted: number;
  readonly capacity: { readonly soft: number; readonly hard: number };
  readonly gates: readonly DoorGateShown[];
};

/** `withdrawn` is sent on the scanner channel alone. */
export type OccupancyShown = PublicOccupancy & Partial<Pick<Occupancy, "withdrawn">>;

/**
 * Everything that its reader may see. It comes first, and again when something has left it, and replaces all that was
 * known. `at` is ISO 8601 UTC with milliseconds, here and in every frame. `gates` is empty for the public. The last four
 * are sent on the scanner channel alone; `sockets` is how many follow the event, `door` is null until somebody was at the
 * event's door.
 */
export type SnapshotFrame = {
  readonly type: "snapshot";
  readonly at: string;
  readonly event: Pick<EventShown, "id" | "status"> & { readonly version?: number };
  readonly ticket_types: readonly OccupancyShown[];
  readonly gates?: readonly GateShown[];
  readonly devices?: readonly DeviceShown[];
  readonly notice?: NoticeShown | null;
  readonly sockets?: number;
  readonly door?: DoorShown | null;
};
export type OccupancyFrame = {
  readonly type: "occupancy";
  readonly at: string;
  readonly ticket_types: readonly OccupancyShown[];
  readonly sockets?: number;
};
export type EventFrame = { readonly type: "event"; readonly at: string; readonly event: EventShown };
export type GateFrame = { readonly type: "gate"; readonly at: string; readonly gate: GateShown };
export type DeviceFrame = { readonly type: "device"; readonly at: string; readonly devices: readonly DeviceShown[] };
export type NoticeFrame = { readonly type: "notice"; readonly at: string; readonly notice: NoticeShown };
/** `gates` has only those that changed. */
export type DoorFrame = { readonly type: "door"; readonly at: string; readonly door: DoorShown };
/** `path` names the wrong field of a message; `scan_id` is that of the scan, where the message had one. */
export type ErrorFrame =
  | { readonly type: "error"; readonly code: "unknown_message" }
  | { readonly type: "error"; readonly code: "malformed_message"; readonly path: string; readonly scan_id?: string };
export type ServerFrame =
  | SnapshotFrame
  | OccupancyFrame
  | EventFrame
  | GateFrame
  | DeviceFrame
  | NoticeFrame
  | DoorFrame
  | ErrorFrame;

export function renderNoticeShown({
  text,
  version,
  updatedAt,
}: {
  readonly text: string | null;
  readonly version: number;
  /** Epoch ms. */
  readonly updatedAt: number;
}): NoticeShown {
  return { text, version, updated_at: new Date(updatedAt).toISOString() };
}

export function snapshotFrame(
  now: number,
  event: SnapshotFrame["event"],
  ticketTypes: readonly OccupancyShown[],
): SnapshotFrame {
  return { type: "snapshot", at: new Date(now).toISOString(), event, ticket_types: ticketTypes };
}

export function occupancyFrame(now: number, ticketTypes: readonly OccupancyShown[]): OccupancyFrame {
  return { type: "occupancy", at: new Date(now).toISOString(), ticket_types: ticketTypes };
}

/** Whether a frame of `next` would show what `last` has shown; a new position alone is not visible. */
export function showsTheSame(last: Occupancy | null, next: Occupancy): boolean {
  return (
    last !== null &&
    last.status === next.status &&
    last.total === next.total &&
    last.sold === next.sold &&
    last.held === next.held &&
    last.withdrawn === next.withdrawn
  );
}
