// Has what the verbs of the door desk share: the check who may use the desk of an event, and the push of its changes to
// the feed.

import { readEvent } from "../../db/events/events.ts";
import { isPublic } from "../../domain/events/event.ts";
import type { EventId } from "../../domain/ids.ts";
import { type Actor, can } from "../../domain/people/policy.ts";
import type { OnDuty } from "../../desk/desk-state.ts";
import type { DeskUpdate, DeviceShown } from "../../feed/client.ts";
import type { Context } from "../context.ts";
import { logError } from "../../shared/log.ts";

type DeskActor = Extract<Actor, { kind: "user" | "api_key" | "device" }>;

/**
 * Returns whether this actor may use the desk of the event (T3, table P). An organiser may for each event of the
 * organisation, a device for those that are listed at its venue, and a member who may only scan for those that are public.
 */
export async function mayUseDesk(
  { actor, db, now }: Pick<Context<DeskActor>, "actor" | "db" | "now">,
  id: EventId,
): Promise<boolean> {
  const event = await readEvent(db, actor, id, now);
  if (!event) return false;
  return actor.kind === "device" || can(actor, "catalogue.read") || isPublic(event.status);
}

export function renderDeviceShown({ id, gateId, queuedScans, lastHeartbeatAt }: OnDuty): DeviceShown {
  const last_heartbeat_at = new Date(lastHeartbeatAt).toISOString();
  return { id, gate_id: gateId, queued_scans: queuedScans, last_heartbeat_at };
}

/** Returns whether the feed has taken the update; logs why it has not. */
export async function pushDeskUpdate({ feeds, requestId }: Context, id: EventId, update: DeskUpdate): Promise<boolean> {
  try {
    await feeds(id).desk(update);
    return true;
  } catch (fault) {
    logError({ event: "feed_unreachable", event_id: id, request_id: requestId }, fault);
    return false;
  }
}
