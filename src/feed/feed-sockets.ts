// Owns the sockets of a feed by audience: decides what is sent to whom and when, and who is closed (rules L3 to L6, T5).

import { isPublic } from "../domain/events/event.ts";
import { MAX_SOCKETS, SOCKETS_FOR_SCANNERS } from "../domain/limits.ts";
import { type FeedState, type Changes, isOpenToAll, isOpenToMembers } from "./feed-state.ts";
import { openConflation } from "../sockets/conflation.ts";
import { type CountedSockets, openCountedSockets } from "../sockets/counted-sockets.ts";
import {
  type Audience,
  AUDIENCES,
  composeSnapshot,
  isPending,
  notePending,
  nothingPending,
  type Pending,
  takeFrame,
} from "./frames.ts";
import { viewerOf } from "./client.ts";
import { CLOSE } from "../sockets/protocol.ts";
import { closeSocket, type Follower, followerOf, followersOf, joinSocket, sendFrame } from "../sockets/sessions.ts";

type Sockets = Pick<DurableObjectState, "acceptWebSocket" | "getWebSockets" | "getTags">;

/** When the state could not be stored, how long its frame waits before the next try. */
const AFTER_FAILURE_MS = 1_000;

export type FeedSockets = {
  /**
   * Returns 101 with the snapshot sent, or 503 when the state could not be stored. The caller has checked that the follower
   * may follow.
   */
  join(request: Request, audience: Audience, follower: Follower | null): Response;
  /** Sends what changed, conflated. */
  changed(changes: Changes): void;
  /** Sends all that the feed state holds, once. */
  resend(): void;
  count(): number;
  /** To be called when the other end of this socket has closed. */
  left(socket: WebSocket): void;
  /** The open sockets that came by a credential, each with its follower. */
  followers(): { readonly socket: WebSocket; readonly follower: Follower }[];
  closeAll(code: number, reason: string): void;
};

/** The sockets of one audience and what is still to be sent to them. */
type Shown = {
  readonly audience: Audience;
  readonly pending: Pending;
  readonly open: CountedSockets;
  readonly conflation: ReturnType<typeof openConflation>;
};

export type FeedSocketsDeps = {
  readonly sockets: Sockets;
  readonly state: () => FeedState;
  readonly clock: () => number;
  /**
   * Called before anything is sent: stores what is shown first (rule L1). When it returns false nothing is sent; otherwise
   * a feed that was evicted before storing would show less than it had shown (rule L2).
   */
  readonly keep: () => boolean;
  /** The number of sockets on the other shards. */
  readonly elsewhere: () => number;
};

export function openFeedSockets(deps: FeedSocketsDeps): FeedSockets {
  const { sockets, state, clock, keep, elsewhere } = deps;
  const own = () => [...audiences.values()].reduce((sum, { open }) => sum + open.count(), 0);
  const count = () => own() + elsewhere();
  const audiences = new Map(
    AUDIENCES.map((audience): [string, Shown] => [audience, openAudience(audience, deps, count)]),
  );

  function show(note: (pending: Pending, audience: Audience) => void): void {
    for (const { audience, pending, conflation } of audiences.values()) {
      note(pending, audience);
      if (isPending(pending)) conflation.changed();
    }
  }

  return {
    join(request, audience, follower) {
      if (!keep()) return new Response(null, { status: 503 });
      const limit = audience === "public" ? MAX_SOCKETS - SOCKETS_FOR_SCANNERS : MAX_SOCKETS;
      const full = own() >= limit;
      audiences.get(audience)?.open.joined();
      const snapshot = composeSnapshot(audience, state(), clock(), count);
      const from = follower ? { follower } : { viewer: viewerOf(request) };
      return joinSocket(sockets, request, { snapshot, full, tags: [audience], ...from });
    },
    changed: (changes) => show((pending, audience) => notePending(pending, audience, state(), changes)),
    resend() {
      // A snapshot also covers what hid, left or came while nobody was shown it, and the event's present status.
      show((pending) => {
        pending.snapshot = true;
      });
    },
    count: own,
    left(socket) {
      for (const tag of sockets.getTags(socket)) audiences.get(tag)?.open.left();
    },
    followers() {
      const scanners = audiences.get("scanner")?.open;
      if (!scanners?.count()) return [];
      return followersOf(scanners.list());
    },
    closeAll(code, reason) {
      for (const socket of sockets.getWebSockets()) closeSocket(socket, code, reason);
    },
  };
}

/** `count` is the number of all sockets, with those of the other shards. */
function openAudience(audience: Audience, deps: FeedSocketsDeps, count: () => number): Shown {
  const { sockets, state, clock, keep } = deps;
  const pending: Pending = nothingPending();
  const open = openCountedSockets(() => sockets.getWebSockets(audience));
  const conflation = openConflation(clock, send);
  let isLater = false;

  /** Uses a timer rather than an alarm, so that the feed does not sleep before the next try. */
  function sendLater(): number {
    if (!isLater)
      setTimeout(() => {
        isLater = false;
        conflation.changed();
      }, AFTER_FAILURE_MS);
    isLater = true;
    return 0;
  }

  function send(): number {
    const viewers = open.list();
    if (viewers.length > 0 && !keep()) return sendLater();
    const frame = takeFrame(pending, audience, state(), clock(), count);
    if (!frame) return 0;
    const text = JSON.stringify(frame);
    for (const viewer of viewers) sendFrame(viewer, text);
    // A snapshot may be the first frame to show that the event has ended, namely when the feed slept meanwhile.
    if (frame.type === "event" || frame.type === "snapshot") closeThoseOver(viewers, state());
    // The next frame has to wait its interval, so it is not sent here.
    if (isPending(pending)) queueMicrotask(() => conflation.changed());
    return viewers.length;
  }
  return { audience, pending, open, conflation };
}

/** The event's status has changed: closes the sockets of those who may not see the event in its new status. */
function closeThoseOver(viewers: readonly WebSocket[], state: FeedState): void {
  for (const viewer of viewers) {
    if (!mayFollow(state, followerOf(viewer))) closeSocket(viewer, CLOSE.eventOver, "the event is over");
  }
}

/**
 * Whether this follower (null: the public) may see the event in its present status (rules P3, T2, T5). A device sees
 * published events of its own venue, or its own event alone if it has one, until they are archived (D9). A member who may
 * only scan sees what the public sees. Other members see their event until it is archived.
 */
export function mayFollow(state: FeedState, follower: Follower | null): boolean {
  if (!follower) return isOpenToAll(state);
  const { catalogue } = state;
  if (!catalogue || catalogue.organizationId !== follower.organizationId) return false;
  const { status } = catalogue.event;
  if (!isOpenToMembers(status)) return false;
  if (follower.kind === "device") {
    const { eventId = null, venueId } = follower;
    const isIts = venueId === catalogue.venueId && (eventId === null || eventId === catalogue.event.id);
    return status !== "draft" && isIts;
  }
  return !follower.scansAlone || isPublic(status);
}
