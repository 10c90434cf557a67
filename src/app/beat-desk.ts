// A device says that it is on duty, every 15 s. No audit row: nothing of the organisation's is changed by it.

import type { Refusal } from "../domain/errors.ts";
import type { EventId } from "../domain/ids.ts";
import { type Actor, can } from "../domain/policy.ts";
import { accept, assert, refuse, type Result } from "../domain/result.ts";
import type { Notice, OnDuty } from "../desk/desk-state.ts";
import type { Context } from "./context.ts";
import { shownNotice } from "../live/client.ts";
import { hasDesk, shownDevice, tellDeskNews } from "./desk.ts";

export type Beat = { readonly device: OnDuty; readonly notice: Notice | null };

/** Answers the device as the desk has it now, and the notice. */
export async function beatDesk(
  context: Context<Extract<Actor, { kind: "device" }>>,
  id: EventId,
  queuedScans: number,
): Promise<Result<Beat, Refusal>> {
  const { actor, desks, now } = context;
  assert(can(actor, "desk.heartbeat"), "the route has checked the permission");
  if (!(await hasDesk(context, id))) return refuse({ code: "not_found" });
  const device = { id: actor.id, gateId: actor.gateId, queuedScans };
  const taken = await desks(id).heartbeat(device, now);
  if (!taken.ok) return taken;
  const { devices, notice } = taken.value;
  const known = devices.find((each) => each.id === actor.id) ?? { ...device, lastHeartbeatAt: now };
  // Why the notice too: a feed that missed it hears of it now.
  const news = { device: shownDevice(known), ...(notice && { notice: shownNotice(notice) }) };
  context.waitUntil(tellDeskNews(context, id, news));
  return accept({ device: known, notice });
}
