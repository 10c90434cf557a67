// The door desk of an event on the wire: devices on duty, and the notice to all gates.

import { z } from "@hono/zod-openapi";
import type { Beat } from "../../app/beat-desk.ts";
import { type DeskState, isOnDuty, type Notice as NoticeRow, type OnDuty } from "../../desk/desk-state.ts";
import { MAX_NOTES, MAX_QUANTITY } from "../../domain/limits.ts";
import { saysSomething } from "../../domain/text.ts";
import { idText, instantText, lines, toIso } from "./common.ts";

export const HeartbeatInput = z
  .strictObject({
    queued_scans: z.int().min(0).max(MAX_QUANTITY).default(0).openapi({
      description: "Scans that wait on the device to be sent.",
      example: 0,
    }),
  })
  .openapi("HeartbeatInput");

export const NoticeInput = z
  .strictObject({
    text: lines(MAX_NOTES).trim().refine(saysSomething, "Empty").nullable().openapi({
      description: "Null takes the notice down.",
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
    gate_id: idText("gate"),
    queued_scans: z.int(),
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
