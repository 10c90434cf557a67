// Defines what the door desk of an event stores, and how that changes. Plain data; times are epoch ms.

import type { DeviceId, GateId } from "../domain/ids.ts";

/** A device as of its last heartbeat. */
export type OnDuty = {
  readonly id: DeviceId;
  /** Null for a device without a gate of its own that did not report one. */
  readonly gateId: GateId | null;
  readonly queuedScans: number;
  /**
   * When the oldest scan that it has not sent yet was stored; null when none waits. Absent when an earlier release
   * reported.
   */
  readonly queuedSince?: number | null;
  readonly lastHeartbeatAt: number;
};
export type Notice = { readonly text: string | null; readonly version: number; readonly updatedAt: number };
export type DeskState = { readonly devices: readonly OnDuty[]; readonly notice: Notice | null };

export const HEARTBEAT_MS = 15_000;
/** After three missed heartbeats a device is no longer on duty. */
export const OFF_DUTY_MS = 3 * HEARTBEAT_MS;
const FORGOTTEN_MS = 24 * 60 * 60 * 1_000;
/** The most devices that a desk stores; beyond this the one that was silent longest is dropped. */
export const MAX_DEVICES = 500;

export function isOnDuty({ lastHeartbeatAt }: OnDuty, now: number): boolean {
  return now < lastHeartbeatAt + OFF_DUTY_MS;
}

/**
 * Adds a device's heartbeat and returns the devices, newest first. A report that is older than the known one changes
 * nothing.
 */
export function withHeartbeat(devices: readonly OnDuty[], beat: OnDuty): OnDuty[] {
  const current = devices.find(({ id }) => id === beat.id);
  const latest = current && current.lastHeartbeatAt > beat.lastHeartbeatAt ? current : beat;
  const others = devices.filter(
    ({ id, lastHeartbeatAt }) => id !== beat.id && lastHeartbeatAt > beat.lastHeartbeatAt - FORGOTTEN_MS,
  );
  return [latest, ...others].sort((a, b) => b.lastHeartbeatAt - a.lastHeartbeatAt).slice(0, MAX_DEVICES);
}

export function nextNotice(current: Notice | null, text: string | null, now: number): Notice {
  return { text, version: (current?.version ?? 0) + 1, updatedAt: now };
}
