// The frames and close codes of docs/api.md, "Live". Values are absolute, so that a lost frame is repaired by the next.

import type { EventStatus } from "../domain/event.ts";
import type { EventId } from "../domain/ids.ts";
import type { Occupancy } from "../domain/ledger/command.ts";

export const CLOSE = {
  protocol: 4400,
  notAuthenticated: 4401,
  notAllowed: 4403,
  eventOver: 4410,
  full: 1013,
} as const;

/** `at` is ISO 8601 UTC with milliseconds. */
export type SnapshotFrame = {
  readonly type: "snapshot";
  readonly at: string;
  readonly event: { readonly id: EventId; readonly status: EventStatus };
  readonly ticket_types: readonly Occupancy[];
};
export type OccupancyFrame = {
  readonly type: "occupancy";
  readonly at: string;
  readonly ticket_types: readonly Occupancy[];
};
export type ErrorFrame = { readonly type: "error"; readonly code: "unknown_message" };
export type ServerFrame = SnapshotFrame | OccupancyFrame | ErrorFrame;

export function snapshotFrame(
  now: number,
  event: SnapshotFrame["event"],
  ticketTypes: readonly Occupancy[],
): SnapshotFrame {
  return { type: "snapshot", at: new Date(now).toISOString(), event, ticket_types: ticketTypes };
}

export function occupancyFrame(now: number, ticketTypes: readonly Occupancy[]): OccupancyFrame {
  return { type: "occupancy", at: new Date(now).toISOString(), ticket_types: ticketTypes };
}

/** Whether a frame of `next` would show what `last` has shown: its position alone is nothing to see. */
export function showsTheSame(last: Occupancy | null, next: Occupancy): boolean {
  return (
    last !== null &&
    last.status === next.status &&
    last.total === next.total &&
    last.sold === next.sold &&
    last.held === next.held
  );
}
