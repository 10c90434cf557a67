// Checks whether followers with a credential may still follow (rules T5, P2). It checks when a credential was revoked, by
// the alarm for a while after a revocation was announced and when a session or key expires, and when something is sent to
// them; never by a timer that is always set (L5).

import type { CredentialState } from "../db/credentials/credential-watch.ts";
import { notBefore } from "../domain/time/backoff.ts";
import { credentialOf } from "../domain/people/credential.ts";
import { type Action, type Actor, can } from "../domain/people/policy.ts";
import { CLOSE } from "./protocol.ts";
import { closeSocket, type Follower, keepFollower } from "./sessions.ts";

/** Credentials that were checked within this time are taken to be valid. */
const VALID_MS = 4_000;
/** After a revocation is announced, credentials are checked at these intervals, for this long. */
const WATCH_EVERY_MS = 2_500;
const WATCH_MS = 10_000;
/** A new follower may have been admitted by an isolate's credential cache, which is at most 5 s old (rule P2). */
const CACHED_MS = 5_000;

const GONE = {
  device: "the credential is revoked",
  api_key: "the credential is revoked",
  user: "the session has ended",
} as const satisfies Record<Follower["kind"], string>;

export type CredentialWatchDeps = {
  /** Lists open sockets alone. */
  readonly followers: () => readonly { readonly socket: WebSocket; readonly follower: Follower }[];
  /** Reads the state of those credentials that are still valid, by `credentialOf`. Rejects when D1 is away. */
  readonly read: (followers: readonly Follower[], now: number) => Promise<ReadonlyMap<string, CredentialState>>;
  /** The action that a follower must be allowed to do. */
  readonly action: Action;
  /** Whether a follower that is allowed the action may see the event in its present status. */
  readonly mayFollow: (follower: Follower) => boolean;
  readonly clock: () => number;
  /** Stores `watchUntil`. */
  readonly keep: () => void;
  /** Sets the alarm, unless an earlier one is set. */
  readonly setAlarm: (at: number) => void;
  readonly onFailure: (fault: unknown) => void;
};

export type CredentialWatch = {
  /** To be called before a credential is revoked. The alarm then checks, so that it happens even if the caller dies. */
  watchForRevocation(): void;
  /** Closes those whose credential is no longer valid (4401), or no longer allows following (4403). Never rejects. */
  check(): Promise<void>;
  /**
   * To be called when something is sent: checks unless that was done lately. So a revoked credential is not sent updates
   * for long, even when the call after its revocation was lost.
   */
  checkIfStale(): void;
  /** To be called when a follower joins: the alarm checks its credential within 5 s, and not again without a reason. */
  joined(): void;
  /** Epoch ms until which the alarm checks. */
  watchUntil(): number;
  /** When the alarm has to check next; null when it need not. */
  dueAt(): number | null;
};

export function openCredentialWatch(
  watchedUntil: number,
  { followers, read, clock, keep, setAlarm, onFailure, ...may }: CredentialWatchDeps,
): CredentialWatch {
  let watchUntil = watchedUntil;
  let checkedAt = 0;
  /**
   * When the first session or key that was valid at the last check expires; null when none does. It is not stored: the
   * alarm checks new followers, is set again after each check, and is itself stored.
   */
  let nextExpiryAt: number | null = null;

  const watchedTo = (now: number): number => notBefore(watchUntil, now, WATCH_MS);

  function watchFor(ms: number): void {
    const now = clock();
    watchUntil = Math.max(watchedTo(now), now + ms);
    keep();
    setAlarm(now + WATCH_EVERY_MS);
  }

  async function check(): Promise<void> {
    const all = followers();
    if (all.length === 0) return;
    const startedAt = clock();
    const checked = new Map(all.map(({ follower }) => [credentialOf(follower), follower]));
    try {
      const states = await read([...checked.values()], startedAt);
      checkedAt = startedAt;
      const ends: number[] = [];
      for (const { socket, follower } of all) {
        const state = states.get(credentialOf(follower));
        if (!state) closeSocket(socket, CLOSE.notAuthenticated, GONE[follower.kind]);
        else if (!state.actor) closeSocket(socket, CLOSE.notAllowed, "no longer a member");
        else if (!stays(socket, follower, state.actor, may)) closeSocket(socket, CLOSE.notAllowed, "no longer allowed");
        else if (state.endsAt !== null) ends.push(state.endsAt);
      }
      nextExpiryAt = ends.length > 0 ? Math.min(...ends) : null;
    } catch (fault) {
      // Nobody is closed: while D1 is away nothing can be revoked either, and the doors must go on (rule X3).
      onFailure(fault);
      // Otherwise an expired session or key would make the alarm run again at once, until D1 is back.
      nextExpiryAt = null;
      watchFor(2 * WATCH_EVERY_MS);
    }
  }

  return {
    check,
    watchForRevocation() {
      if (followers().length > 0) watchFor(WATCH_MS);
    },
    checkIfStale() {
      const isLately = notBefore(checkedAt + VALID_MS, clock(), VALID_MS) > clock();
      if (isLately || followers().length === 0) return;
      checkedAt = clock();
      void check();
    },
    joined: () => watchFor(CACHED_MS),
    watchUntil: () => watchUntil,
    dueAt() {
      const now = clock();
      if (followers().length === 0) return null;
      const due = now < watchedTo(now) ? now + WATCH_EVERY_MS : null;
      return nextExpiryAt === null ? due : Math.min(nextExpiryAt, due ?? nextExpiryAt);
    },
  };
}

/**
 * Whether the socket may stay, given what its actor is allowed now. A new role may let the actor see the event in fewer
 * statuses, or in more; the socket keeps that from now on. Without a new role `mayFollow` is not called, since the object
 * itself closes sockets when the event ends.
 */
function stays(
  socket: WebSocket,
  follower: Follower,
  actor: Actor,
  { action, mayFollow }: Pick<CredentialWatchDeps, "action" | "mayFollow">,
): boolean {
  if (!can(actor, action)) return false;
  const scansAlone = !can(actor, "catalogue.read");
  if (follower.kind === "device" || follower.scansAlone === scansAlone) return true;
  const changed = { ...follower, scansAlone };
  keepFollower(socket, changed);
  return mayFollow(changed);
}
