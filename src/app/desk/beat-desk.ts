// Takes the heartbeat of a device on duty, sent every 15 s. It writes no audit row, since it changes nothing of the
// organisation.

import type { Refusal } from "../../domain/errors.ts";
import { readGate } from "../../db/gates/gates.ts";
import { type EventId, type GateId, parseId } from "../../domain/ids.ts";
import { can, type Device } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import type { Notice, OnDuty } from "../../desk/desk-state.ts";
import type { Context } from "../context.ts";
import { renderNoticeShown } from "../../feed/client.ts";
import { mayUseDesk, renderDeviceShown, pushDeskUpdate } from "./desk.ts";

export type Beat = { readonly device: OnDuty; readonly notice: Notice | null };

/**
 * What a device reports. `queuedSince`: when the oldest scan that it has not sent was stored, epoch ms; null when none
 * waits, or it does not report it. `gateId`: where it is, null when it does not say; a device with a gate of its own need
 * not.
 */
export type Report = {
  readonly queuedScans: number;
  readonly queuedSince: number | null;
  readonly gateId: string | null;
};

/**
 * Returns the device as the desk now has it, and the notice. Refuses a gate at which the device may not scan as
 * `unknown_reference`. A time that lies ahead counts as now, so that a wrong clock takes no device off duty.
 */
export async function beatDesk(
  context: Context<Device>,
  id: EventId,
  { queuedScans, queuedSince, gateId }: Report,
): Promise<Result<Beat, Refusal>> {
  const { actor, desks, now } = context;
  assert(can(actor, "desk.heartbeat"), "the route has checked the permission");
  const [isThere, at] = await Promise.all([mayUseDesk(context, id), gateOf(context, gateId)]);
  if (!isThere) return refuse({ code: "not_found" });
  if (!at.ok) return at;
  const since = queuedSince === null ? null : Math.min(queuedSince, now);
  const device = { id: actor.id, gateId: at.value, queuedScans, queuedSince: since };
  const taken = await desks(id).heartbeat(device, now);
  if (!taken.ok) return taken;
  const { devices, notice } = taken.value;
  const shownAs = devices.find((each) => each.id === actor.id) ?? { ...device, lastHeartbeatAt: now };
  // The notice is pushed as well, in case the feed has missed it.
  const update = { device: renderDeviceShown(shownAs), ...(notice && { notice: renderNoticeShown(notice) }) };
  context.waitUntil(pushDeskUpdate(context, id, update));
  return accept({ device: shownAs, notice });
}

/** The device's own gate, or else the one that it reports. D1 is queried only for a device that moves between gates. */
async function gateOf(
  { actor, db }: Context<Device>,
  reported: string | null,
): Promise<Result<GateId | null, Refusal>> {
  if (reported === null || reported === actor.gateId) return accept(actor.gateId);
  const id = actor.gateId === null ? parseId("gate", reported) : null;
  const gate = id && (await readGate(db, actor, id));
  return gate ? accept(gate.id) : refuse({ code: "unknown_reference", path: "/gate_id" });
}
