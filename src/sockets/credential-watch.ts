// Whether those who follow by a credential still may (rules T5, P2). Looked at when the word comes that one is taken away,
// by the alarm for a while after the word that one will be and when a session runs out, and beside news for them; never
// by a standing timer (L5).

import type { CredentialState } from "../db/credentials/credential-watch.ts";
import { notBefore } from "../domain/backoff.ts";
import { credentialOf } from "../domain/credential.ts";
import { type Action, type Actor, can } from "../domain/policy.ts";
import { CLOSE } from "./protocol.ts";
import { closeSocket, type Follower, keepFollower } from "./sessions.ts";

/** Credentials that were looked at within this time are taken to stand. */
const STANDING_MS = 4_000;
/** After the word that a credential goes, it is looked for at these intervals, up to that time. */
const WATCH_EVERY_MS = 2_500;
const WATCH_MS = 10_000;
/** Who has just come may have been let in by what an isolate remembered of a credential, for 5 s at most (rule P2). */
const REMEMBERED_MS = 5_000;

const GONE = {
  device: "the credential is revoked",
  api_key: "the credential is revoked",
  user: "the session has ended",
} as const satisfies Record<Follower["kind"], string>;

export type CredentialWatchDeps = {
  /** Of open sockets alone. */
  readonly followers: () => readonly { readonly socket: WebSocket; readonly follower: Follower }[];
  /** Whose credentials stand, by `credentialOf`. Rejects when D1 is away. */
  readonly read: (followers: readonly Follower[], now: number) => Promise<ReadonlyMap<string, CredentialState>>;
  /** What a follower must be allowed. */
  readonly action: Action;
  /** Whether who has this permission may see the event as it stands. */
  readonly mayFollow: (follower: Follower) => boolean;
  readonly clock: () => number;
  /** Stores `watchUntil`. */
  readonly keep: () => void;
  /** An alarm that stands for earlier is left. */
  readonly setAlarm: (at: number) => void;
  readonly onFailure: (fault: unknown) => void;
};

export type CredentialWatch = {
  /** A credential is about to be taken away: the look is the alarm's, so that it comes whatever becomes of the caller. */
  watchForRevocation(): void;
  /** Closes those whose credential stands no more (4401), or who may no longer follow by it (4403). Never rejects. */
  look(): Promise<void>;
  /** What keeps a lost word from mattering: no news is told for long to a credential that is gone. */
  lookInTime(): void;
  /** Somebody came: the credential is looked at by the alarm within 5 s, and not again unless there is a reason. */
  joined(): void;
  /** Epoch ms up to which the alarm looks. */
  watchUntil(): number;
  /** When the alarm has to look next; null when it need not. */
  dueAt(): number | null;
};

export function openCredentialWatch(
  watchedUntil: number,
  { followers, read, clock, keep, setAlarm, onFailure, ...may }: CredentialWatchDeps,
): CredentialWatch {
  let watchUntil = watchedUntil;
  let checkedAt = 0;
  /**
   * When the first of the sessions and keys runs out that stood at the last look; null: none will. Why not stored: who comes is
   * looked at by the alarm, which is set anew after every look of its own, and is stored itself.
   */
  let runsOutAt: number | null = null;

  const watchedTo = (now: number): number => notBefore(watchUntil, now, WATCH_MS);

  function watchFor(ms: number): void {
    const now = clock();
    watchUntil = Math.max(watchedTo(now), now + ms);
    keep();
    setAlarm(now + WATCH_EVERY_MS);
  }

  async function look(): Promise<void> {
    const all = followers();
    if (all.length === 0) return;
    const askedAt = clock();
    const asked = new Map(all.map(({ follower }) => [credentialOf(follower), follower]));
    try {
      const standing = await read([...asked.values()], askedAt);
      checkedAt = askedAt;
      const ends: number[] = [];
      for (const { socket, follower } of all) {
        const stands = standing.get(credentialOf(follower));
        if (!stands) closeSocket(socket, CLOSE.notAuthenticated, GONE[follower.kind]);
        else if (!stands.actor) closeSocket(socket, CLOSE.notAllowed, "no longer a member");
        else if (!stays(socket, follower, stands.actor, may))
          closeSocket(socket, CLOSE.notAllowed, "no longer allowed");
        else if (stands.endsAt !== null) ends.push(stands.endsAt);
      }
      runsOutAt = ends.length > 0 ? Math.min(...ends) : null;
    } catch (fault) {
      // Why no one is closed: while D1 is away nothing can be revoked either, and the doors must go on (rule X3).
      onFailure(fault);
      // Why: a session or key whose time has passed would have the alarm come again at once, until D1 is back.
      runsOutAt = null;
      watchFor(2 * WATCH_EVERY_MS);
    }
  }

  return {
    look,
    watchForRevocation() {
      if (followers().length > 0) watchFor(WATCH_MS);
    },
    lookInTime() {
      const isLately = notBefore(checkedAt + STANDING_MS, clock(), STANDING_MS) > clock();
      if (isLately || followers().length === 0) return;
      checkedAt = clock();
      void look();
    },
    joined: () => watchFor(REMEMBERED_MS),
    watchUntil: () => watchUntil,
    dueAt() {
      const now = clock();
      if (followers().length === 0) return null;
      const due = now < watchedTo(now) ? now + WATCH_EVERY_MS : null;
      return runsOutAt === null ? due : Math.min(runsOutAt, due ?? runsOutAt);
    },
  };
}

/**
 * Whether the socket may stay, now that this is what its actor may do. With another role somebody sees less of the event's
 * life, or more: the socket keeps that from now on. Why not asked without one: what the event's end closes is the object's.
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
