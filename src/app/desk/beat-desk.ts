// A device says that it is on duty, every 15 s. No audit row: nothing of the organisation's is changed by it.

import type { Refusal } from "../../domain/errors.ts";
import { readGate } from "../../db/gates/gates.ts";
import { type EventId, type GateId, parseId } from "../../domain/ids.ts";
import { can, type Device } from "../../domain/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import type { Notice, OnDuty } from "../../desk/desk-state.ts";
import type { Context } from "../context.ts";
import { shownNotice } from "../../feed/client.ts";
import { hasDesk, shownDevice, pushDeskUpdate } from "./desk.ts";

export type Beat = { readonly device: OnDuty; readonly notice: Notice | null };

/**
 * What a device says of itself. `queuedSince`: when the oldest of what it has not sent was stored, epoch ms; null: nothing
 * waits, or it does not say. `gateId`: where it is, which one with a gate of its own need not say; null: it does not.
 */
export type Report = {
  readonly queuedScans: number;
  readonly queuedSince: number | null;
  readonly gateId: string | null;
};

/**
 * Answers the device as the desk has it now, and the notice. A gate that the device may not scan at is an
 * `unknown_reference`. A time that lies ahead is taken as now: a clock that is wrong takes no device off duty.
 */
export async function beatDesk(
  context: Context<Device>,
  id: EventId,
  { queuedScans, queuedSince, gateId }: Report,
): Promise<Result<Beat, Refusal>> {
  const { actor, desks, now } = context;
  assert(can(actor, "desk.heartbeat"), "the route has checked the permission");
  const [isThere, at] = await Promise.all([hasDesk(context, id), gateOf(context, gateId)]);
  if (!isThere) return refuse({ code: "not_found" });
  if (!at.ok) return at;
  const since = queuedSince === null ? null : Math.min(queuedSince, now);
  const device = { id: actor.id, gateId: at.value, queuedScans, queuedSince: since };
  const taken = await desks(id).heartbeat(device, now);
  if (!taken.ok) return taken;
  const { devices, notice } = taken.value;
  const known = devices.find((each) => each.id === actor.id) ?? { ...device, lastHeartbeatAt: now };
  // Why the notice too: a feed that missed it hears of it now.
  const news = { device: shownDevice(known), ...(notice && { notice: shownNotice(notice) }) };
  context.waitUntil(pushDeskUpdate(context, id, news));
  return accept({ device: known, notice });
}

/** Where the device is: at its own gate, or else where it says. D1 is asked only by one that moves. */
async function gateOf({ actor, db }: Context<Device>, said: string | null): Promise<Result<GateId | null, Refusal>> {
  if (said === null || said === actor.gateId) return accept(actor.gateId);
  const id = actor.gateId === null ? parseId("gate", said) : null;
  const gate = id && (await readGate(db, actor, id));
  return gate ? accept(gate.id) : refuse({ code: "unknown_reference", path: "/gate_id" });
}
