// How the rest of the Worker calls a door desk: the one place that speaks to itty-durable's proxy, and types it.

import { proxyDurable } from "itty-durable/proxy-durable.js";
import type { Refusal } from "../domain/errors.ts";
import type { EventId } from "../domain/ids.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import { callObject } from "../shared/call-object.ts";
import type { DeskState, OnDuty } from "./desk-state.ts";
import { logError } from "../shared/log.ts";
import { UNAVAILABLE } from "../domain/errors.ts";

export type DeskNamespace = Env["DOOR_DESK"];
export type Heartbeat = Omit<OnDuty, "lastHeartbeatAt">;

type Answer = Promise<Result<DeskState, Refusal>>;

/** A desk that cannot be reached answers `temporarily_unavailable`, 5 s later at the latest. `now` epoch ms. A repeated notice is a newer one. */
export type Desk = {
  heartbeat(beat: Heartbeat, now: number): Answer;
  putNotice(text: string | null, now: number): Answer;
  read(): Answer;
};
/** A port, so that tests can put faults in between. */
export type Desks = (eventId: EventId) => Desk;

type Proxy = {
  heartbeat(beat: object): Promise<unknown>;
  putNotice(text: string | null, now: number): Promise<unknown>;
  read(): Promise<unknown>;
};

export function openDesks(namespace: DeskNamespace): Desks {
  const desks = proxyDurable(namespace, { name: "DOOR_DESK", parse: true });
  return (eventId) => {
    const call = async (ask: (proxy: Proxy) => Promise<unknown>): Answer => {
      try {
        // The two casts: the library has no types; door-desk.ts has these methods, and answers each with its state.
        return accept((await callObject(() => ask(desks.get(eventId) as Proxy))) as DeskState);
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
