// Defines the door desk of an event on the wire: devices on duty, and the notice to all gates.

import { z } from "@hono/zod-openapi";
import type { Beat } from "../../../app/desk/beat-desk.ts";
import { type DeskState, isOnDuty, type Notice as NoticeRow, type OnDuty } from "../../../desk/desk-state.ts";
import { MAX_NOTES, MAX_QUANTITY } from "../../../domain/limits.ts";
import { saysSomething } from "../../../domain/text/text.ts";
import { idExample, idText, instant, instantText, lines, toIso } from "../common.ts";

export const HeartbeatInput = z
  .strictObject({
    queued_scans: z.int().min(0).max(MAX_QUANTITY).default(0).openapi({
      description: "How many scans, clicks and undos the device has not sent yet.",
      example: 3,
    }),
    queued_since: instant
      .nullable()
      .default(null)
      .openapi({ description: "When the oldest of them was stored; null when none waits." }),
    gate_id: z
      .string()
      .nullable()
      .default(null)
      .openapi({
        description: "Where the device is; a device with a gate of its own may leave it out.",
        example: idExample("gate"),
      }),
  })
  .refine(({ queued_scans, queued_since }) => queued_since === null || queued_scans > 0, {
    path: ["queued_since"],
    error: "Nothing waits",
  })
  .openapi("HeartbeatInput");

export const NoticeInput = z
  .strictObject({
    text: lines(MAX_NOTES).trim().refine(saysSomething, "Empty").nullable().openapi({
      description: "Null removes the notice.",
      example: "Gate 2 is closing, send people to gate 3",
    }),
  })
  .openapi("NoticeInput");

export const Notice = z
  .object({ text: z.string().nullable(), version: z.int(), updated_at: instantText })
  .openapi("Notice");

const DeskDevice = z
  .object({
    id: idText("dev"),
    gate_id: idText("gate")
      .nullable()
      .openapi({ description: "Null when it moves between gates and has not reported one." }),
    queued_scans: z.int(),
    queued_since: instantText.nullable().openapi({ description: "When the oldest of them was stored." }),
    last_heartbeat_at: instantText,
    on_duty: z.boolean().openapi({ description: "Whether its last heartbeat came within 45 seconds." }),
  })
  .openapi("DeskDevice");

export const Heartbeat = z.object({ device: DeskDevice, notice: Notice.nullable() }).openapi("Heartbeat");

export const Desk = z
  .object({
    event_id: idText("evt"),
    at: instantText,
    devices: z.array(DeskDevice),
    notice: Notice.nullable(),
  })
  .openapi("Desk");

export function renderNotice({ text, version, updatedAt }: NoticeRow): z.infer<typeof Notice> {
  return { text, version, updated_at: toIso(updatedAt) };
}

function renderDevice(device: OnDuty, now: number): z.infer<typeof DeskDevice> {
  return {
    id: device.id,
    gate_id: device.gateId,
    queued_scans: device.queuedScans,
    queued_since: device.queuedSince ? toIso(device.queuedSince) : null,
    last_heartbeat_at: toIso(device.lastHeartbeatAt),
    on_duty: isOnDuty(device, now),
  };
}

export function renderBeat({ device, notice }: Beat, now: number): z.infer<typeof Heartbeat> {
  return { device: renderDevice(device, now), notice: notice && renderNotice(notice) };
}

export function renderDesk(eventId: string, { devices, notice }: DeskState, now: number): z.infer<typeof Desk> {
  return {
    event_id: eventId,
    at: toIso(now),
    devices: devices.map((device) => renderDevice(device, now)),
    notice: notice && renderNotice(notice),
  };
}
