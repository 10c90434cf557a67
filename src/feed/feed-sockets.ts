// The sockets of a feed by audience: what is sent to whom and when, and who is closed (rules L3 to L6, T5).

import { isPublic } from "../domain/event.ts";
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

/** How long a frame waits that could not be sent, since what it shows could not be stored. */
const AFTER_FAILURE_MS = 1_000;

export type FeedSockets = {
  /** 101 with the snapshot sent; 503 when it could not be stored. The caller has seen that the event may be followed. */
  join(request: Request, audience: Audience, follower: Follower | null): Response;
  /** Sends what changed, conflated. */
  changed(changes: Changes): void;
  /** Sends all that the feed state holds, once. */
  resend(): void;
  count(): number;
  /** The other end of this one is gone. */
  left(socket: WebSocket): void;
  /** Those who follow by a credential, each socket with it. */
  followers(): { readonly socket: WebSocket; readonly follower: Follower }[];
  closeAll(code: number, reason: string): void;
};

/** What belongs to one audience. */
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
   * Called before anything is sent to anybody: what is shown is stored first (rule L1). False when it could not be: then
   * nothing is sent, or a feed that slept before it could would show less than it had shown (rule L2).
   */
  readonly keep: () => boolean;
  /** Sockets of the other shards. */
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
      // Why a snapshot: what hid, left or came while nobody was shown it is in it, and so is the event as it stands.
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

/** `count`: of all sockets, those of the other shards included. */
function openAudience(audience: Audience, deps: FeedSocketsDeps, count: () => number): Shown {
  const { sockets, state, clock, keep } = deps;
  const pending: Pending = nothingPending();
  const open = openCountedSockets(() => sockets.getWebSockets(audience));
  const conflation = openConflation(clock, send);
  let isLater = false;

  /** By a timer, so that the feed does not sleep before. */
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
    // Why also then: an event that ended while its feed slept is told of by a snapshot.
    if (frame.type === "event" || frame.type === "snapshot") closeThoseOver(viewers, state());
    // Why not here and now: the next one has to wait its time.
    if (isPending(pending)) queueMicrotask(() => conflation.changed());
    return viewers.length;
  }
  return { audience, pending, open, conflation };
}

/** The event has gone on: whoever may not see it in this state is told goodbye. */
function closeThoseOver(viewers: readonly WebSocket[], state: FeedState): void {
  for (const viewer of viewers) {
    if (!mayFollow(state, followerOf(viewer))) closeSocket(viewer, CLOSE.eventOver, "the event is over");
  }
}

/**
 * Whether who joined by this (null: the public) may see the event as it stands (rules P3, T2, T5). Devices see
 * what is published at their own venue, or of it their own event, until it is archived (D9); who may only scan what the public sees; other members
 * their event until it is archived.
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
