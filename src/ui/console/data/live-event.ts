// An event as its feed tells it, for as long as a screen shows it: what is known, painted at most four times a second however
// much is sold, and whether the numbers are still live (rule C6).

import { type Signal, signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { LiveState } from "../../../client/client.ts";
import { paintDelay } from "../decisions/amounts.ts";
import { client, sessionEnded } from "./api.ts";
import { HeardSocket } from "./heard-socket.ts";
import { lookAgain } from "./session.ts";

export type Liveness = "connecting" | "live" | "lost" | "over";
export type LiveEvent = { readonly state: Signal<LiveState | null>; readonly liveness: Signal<Liveness> };

/** Follows the event until the screen is left. */
export function useLiveEvent(eventId: string): LiveEvent {
  const [live] = useState<LiveEvent>(() => ({ state: signal(null), liveness: signal("connecting") }));
  const isOver = sessionEnded.value;
  useEffect(() => {
    if (!isOver) return follow(eventId, live);
    // The feed has let go of whoever is signed out; once they are back it is followed anew.
    live.liveness.value = "lost";
    return undefined;
  }, [eventId, isOver]);
  return live;
}

function follow(eventId: string, { state, liveness }: LiveEvent): () => void {
  let paintedAt: number | null = null;
  let waiting: ReturnType<typeof setTimeout> | null = null;
  let newest: LiveState | null = null;
  let isLeft = false;
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
      if (connection.state !== "ended" || isLeft) return;
      liveness.value = connection.code === 4410 ? "over" : "lost";
      // For good, as when the session is over, which is then asked for again.
      if (liveness.value === "lost") void lookAgain();
    },
  });
  return () => {
    isLeft = true;
    if (waiting !== null) clearTimeout(waiting);
    followed.close();
  };
}
