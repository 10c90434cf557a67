// How the rest of the Worker calls a door desk: the one place that speaks to itty-durable's proxy, and types it.

import { proxyDurable } from "itty-durable/proxy-durable.js";
import type { DeviceId, EventId, GateId } from "../domain/ids.ts";
import type { DeskState } from "./desk-state.ts";

export type DeskNamespace = Env["DOOR_DESK"];
export type Heartbeat = { readonly id: DeviceId; readonly gateId: GateId; readonly queuedScans: number };

/** Each rejects when the desk cannot be reached. `now` epoch ms. A notice may be repeated; it is then a newer one. */
export type Desk = {
  heartbeat(beat: Heartbeat, now: number): Promise<DeskState>;
  putNotice(text: string | null, now: number): Promise<DeskState>;
  read(): Promise<DeskState>;
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
    // The two casts: the library has no types; door-desk.ts has these methods, and answers each with its state.
    const proxy = desks.get(eventId) as Proxy;
    const state = async (answer: Promise<unknown>) => (await answer) as DeskState;
    return {
      heartbeat: (beat, now) => state(proxy.heartbeat({ ...beat, lastHeartbeatAt: now })),
      putNotice: (text, now) => state(proxy.putNotice(text === null ? null : encodeURIComponent(text), now)),
      read: () => state(proxy.read()),
    };
  };
}
