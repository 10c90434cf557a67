// Follows the feed of an event while a screen shows it. Numbers are painted at most four times a second however much is sold,
// and the screen knows whether they are still live (rule C6).

import { type Signal, signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { LiveState } from "../../../client/client.ts";
import { paintDelay } from "../decisions/event/amounts.ts";
import { client, sessionEnded } from "./api.ts";
import { PingedSocket } from "./pinged-socket.ts";
import { checkSession } from "./session.ts";

export type Liveness = "connecting" | "live" | "lost" | "over";
export type LiveEvent = { readonly state: Signal<LiveState | null>; readonly liveness: Signal<Liveness> };

/** Follows the event until the screen is left. */
export function useLiveEvent(eventId: string): LiveEvent {
  const [live] = useState<LiveEvent>(() => ({ state: signal(null), liveness: signal("connecting") }));
  const isOver = sessionEnded.value;
  useEffect(() => {
    if (!isOver) return follow(eventId, live);
    // The feed closes the socket of a session that ended; once somebody is signed in it is followed again.
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
    WebSocket: PingedSocket,
    onState: (known) => {
      newest = known;
      liveness.value = "live";
      waiting ??= setTimeout(paint, paintDelay(paintedAt, performance.now()));
    },
    onConnection: (connection) => {
      if (connection.state === "waiting") liveness.value = "lost";
      if (connection.state !== "ended" || isLeft) return;
      liveness.value = connection.code === 4410 ? "over" : "lost";
      // It ended for good, as when the session is over: read the session, which opens the sign-in.
      if (liveness.value === "lost") void checkSession();
    },
  });
  return () => {
    isLeft = true;
    if (waiting !== null) clearTimeout(waiting);
    followed.close();
  };
}
