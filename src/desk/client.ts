// Calls a door desk for the rest of the Worker. It is the only place that calls itty-durable's proxy, and it gives the
// calls types.

import { proxyDurable } from "itty-durable/proxy-durable.js";
import type { Refusal } from "../domain/errors.ts";
import type { EventId } from "../domain/ids.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import { callObject } from "../shared/objects/call-object.ts";
import type { DeskState, OnDuty } from "./desk-state.ts";
import { logError } from "../shared/log.ts";
import { UNAVAILABLE } from "../domain/errors.ts";

export type DeskNamespace = Env["DOOR_DESK"];
export type Heartbeat = Omit<OnDuty, "lastHeartbeatAt">;

type DeskReply = Promise<Result<DeskState, Refusal>>;

/**
 * When a desk cannot be reached, each call returns `temporarily_unavailable` within 5 s. `now` is epoch ms. A repeated
 * notice counts as a newer one.
 */
export type Desk = {
  heartbeat(beat: Heartbeat, now: number): DeskReply;
  putNotice(text: string | null, now: number): DeskReply;
  read(): DeskReply;
};
/** A port, so that tests can inject faults. */
export type Desks = (eventId: EventId) => Desk;

type Proxy = {
  heartbeat(beat: object): Promise<unknown>;
  putNotice(text: string | null, now: number): Promise<unknown>;
  read(): Promise<unknown>;
};

export function openDesks(namespace: DeskNamespace): Desks {
  const desks = proxyDurable(namespace, { name: "DOOR_DESK", parse: true });
  return (eventId) => {
    const call = async (request: (proxy: Proxy) => Promise<unknown>): DeskReply => {
      try {
        // Two casts are needed, since the library has no types. They hold because door-desk.ts has these methods and each
        // returns its state.
        return accept((await callObject(() => request(desks.get(eventId) as Proxy))) as DeskState);
      } catch (fault) {
        logError({ event: "desk_unreachable", event_id: eventId }, fault);
        return refuse(UNAVAILABLE);
      }
    };
    return {
      heartbeat: (beat, now) => call((desk) => desk.heartbeat({ ...beat, lastHeartbeatAt: now })),
      putNotice: (text, now) => call((desk) => desk.putNotice(text === null ? null : encodeURIComponent(text), now)),
      read: () => call((desk) => desk.read()),
    };
  };
}
