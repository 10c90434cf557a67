// An event as its feed tells it, for as long as a screen shows it: what is known, painted at most four times a second however
// much is sold, and whether the numbers are still live (rule C6).

import { type Signal, signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { LiveState } from "../../../client/client.ts";
import { paintDelay } from "../decisions/amounts.ts";
import { client } from "./api.ts";
import { HeardSocket } from "./heard-socket.ts";

export type Liveness = "connecting" | "live" | "lost" | "over";
export type LiveEvent = { readonly state: Signal<LiveState | null>; readonly liveness: Signal<Liveness> };

/** Follows the event until the screen is left. */
export function useLiveEvent(eventId: string): LiveEvent {
  const [live] = useState<LiveEvent>(() => ({ state: signal(null), liveness: signal("connecting") }));
  useEffect(() => follow(eventId, live), [eventId]);
  return live;
}

function follow(eventId: string, { state, liveness }: LiveEvent): () => void {
  let paintedAt: number | null = null;
  let waiting: ReturnType<typeof setTimeout> | null = null;
  let newest: LiveState | null = null;
  const paint = (): void => {
    waiting = null;
    paintedAt = performance.now();
    state.value = newest;
  };
  state.value = null;
  liveness.value = "connecting";
  const followed = client.follow(`/v1/events/${eventId}/scanner`, {
    WebSocket: HeardSocket,
    onState: (known) => {
      newest = known;
      liveness.value = "live";
      waiting ??= setTimeout(paint, paintDelay(paintedAt, performance.now()));
    },
    onConnection: (connection) => {
      if (connection.state === "waiting") liveness.value = "lost";
      if (connection.state === "ended") liveness.value = connection.code === 4410 ? "over" : "lost";
    },
  });
  return () => {
    if (waiting !== null) clearTimeout(waiting);
    followed.close();
  };
}
