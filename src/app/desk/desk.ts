// What the verbs of the door desk share: which events have one for whom, and telling the feed of what changed there.

import { readEvent } from "../../db/events/events.ts";
import { isPublic } from "../../domain/event.ts";
import type { EventId } from "../../domain/ids.ts";
import { type Actor, can } from "../../domain/policy.ts";
import type { OnDuty } from "../../desk/desk-state.ts";
import type { DeskUpdate, DeviceShown } from "../../feed/client.ts";
import type { Context } from "../context.ts";
import { logError } from "../../shared/log.ts";

type DeskActor = Extract<Actor, { kind: "user" | "api_key" | "device" }>;

/**
 * Whether the event is there for this actor: its organisation's; for a device what it sees of its venue, and for who
 * may only scan what is under way (T3, table P).
 */
export async function hasDesk(
  { actor, db, now }: Pick<Context<DeskActor>, "actor" | "db" | "now">,
  id: EventId,
): Promise<boolean> {
  const event = await readEvent(db, actor, id, now);
  if (!event) return false;
  return actor.kind === "device" || can(actor, "catalogue.read") || isPublic(event.status);
}

export function shownDevice({ id, gateId, queuedScans, lastHeartbeatAt }: OnDuty): DeviceShown {
  const last_heartbeat_at = new Date(lastHeartbeatAt).toISOString();
  return { id, gate_id: gateId, queued_scans: queuedScans, last_heartbeat_at };
}

/** Whether the feed has taken it. */
export async function pushDeskUpdate({ feeds, requestId }: Context, id: EventId, news: DeskUpdate): Promise<boolean> {
  try {
    await feeds(id).desk(news);
    return true;
  } catch (fault) {
    logError({ event: "feed_unreachable", event_id: id, request_id: requestId }, fault);
    return false;
  }
}
