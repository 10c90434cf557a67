// Follows the counts of an event: by one socket for all elements of a page that show it, and where no socket opens, by polls
// with growing pauses while the page is seen (rule S11).

import { openCaller } from "../../client/client.ts";
import { type Connection, followFrames, type Frames } from "../../client/live.ts";
import { type CountsById, countsAfter, pollPauseMs, shouldPoll } from "./polling.ts";

type Listener = (counts: CountsById) => void;
type Followed = { readonly listeners: Set<Listener>; counts: CountsById; stop: () => void };

/** After every so many polls a socket is tried once more. */
const SOCKET_EVERY = 8;

const followed = new Map<string, Followed>();

/** Calls `listener` with the counts until the returned function is called. */
export function followCounts(origin: string, eventId: string, listener: Listener): () => void {
  const key = `${origin} ${eventId}`;
  const feed = followed.get(key);
  const own: Followed = feed ?? { listeners: new Set(), counts: new Map(), stop: () => undefined };
  own.listeners.add(listener);
  if (feed) listener(feed.counts);
  else {
    followed.set(key, own);
    own.stop = follow(origin, eventId, (counts) => {
      own.counts = counts;
      for (const each of own.listeners) each(counts);
    });
  }
  return () => {
    own.listeners.delete(listener);
    // An element that is moved is taken out and put in again at once: its socket stays.
    setTimeout(() => {
      if (own.listeners.size > 0 || followed.get(key) !== own) return;
      followed.delete(key);
      own.stop();
    });
  };
}

function follow(origin: string, eventId: string, changed: Listener): () => void {
  const client = openCaller({ baseUrl: origin });
  let live: Frames | null = null;
  let counts: CountsById = new Map();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let polls = 0;

  function connect(): void {
    try {
      live = openFrames();
    } catch {
      // The browser throws when the host's Content-Security-Policy forbids the socket.
      if (timer === undefined) void poll();
    }
  }

  function openFrames(): Frames {
    return followFrames({
      baseUrl: origin,
      path: `/v1/events/${eventId}/live`,
      onFrame(frame) {
        polls = 0;
        clearTimeout(timer);
        timer = undefined;
        counts = countsAfter(counts, frame);
        changed(counts);
      },
      onConnection: (connection) => fallBack(connection),
    });
  }

  function fallBack(connection: Connection): void {
    if (!shouldPoll(connection)) return;
    const own = live;
    live = null;
    // Closed only once this call has returned to the follower, which still uses the socket.
    queueMicrotask(() => own?.close());
    if (timer === undefined) void poll();
  }

  async function poll(): Promise<void> {
    polls += 1;
    timer = setTimeout(() => void poll(), pollPauseMs(polls - 1, Math.random()));
    if (document.hidden) return;
    if (polls % SOCKET_EVERY === 0 && live === null) return connect();
    try {
      const answer = await client.call("GET /v1/public/events/{id}/availability", { id: eventId });
      if (answer.ok) changed(new Map(answer.body.ticket_types.map((each) => [each.id, each])));
    } catch {
      // The next poll may succeed.
    }
  }

  connect();
  return () => {
    live?.close();
    clearTimeout(timer);
  };
}
