// Who holds a socket at a door: how they come, what they send, and how they lose it (rules D23, T5, P2).

import type { CredentialState } from "../db/credentials/credential-watch.ts";
import type { EventTerms } from "../domain/door/event-terms.ts";
import { mayTakeBack } from "../domain/door/may-scan.ts";
import { factsEndAt } from "../domain/door/terms.ts";
import type { Refusal } from "../domain/errors.ts";
import { type EventId, parseId } from "../domain/ids.ts";
import { must, type Result } from "../domain/result.ts";
import { FOLLOWER_HEADER, type NoticeShown } from "../feed/client.ts";
import { answerClose, type Follower } from "../sockets/sessions.ts";
import { withDeadline } from "../shared/deadline.ts";
import { openCredentialWatch, type CredentialWatch } from "../sockets/credential-watch.ts";
import { type DoorSockets, openDoorSockets } from "./door-sockets.ts";
import { actorOf, hearScanner, type ScannerMessagesDeps } from "./scanner-messages.ts";

/** So long a scanner that comes waits for the supervisor's word, ms: the door itself does not need it. */
const NOTICE_MS = 1_000;

export type ScannersDeps = Omit<ScannerMessagesDeps, "onFailure"> & {
  readonly sockets: Parameters<typeof openDoorSockets>[0]["sockets"];
  readonly clock: () => number;
  /** The terms, read from D1 where the door has none yet. */
  readonly ready: (id: EventId) => Promise<Result<EventTerms, Refusal>>;
  readonly readCredentialState: (
    followers: readonly Follower[],
    now: number,
  ) => Promise<ReadonlyMap<string, CredentialState>>;
  /** Null: there is none; undefined: nobody can say. */
  readonly readNotice: (id: EventId) => Promise<NoticeShown | null | undefined>;
  /** The last row of the life before that changed a ticket or a count. */
  readonly lastChange: number;
  /** Up to when the life before has watched, and where this one keeps it. */
  readonly watchUntil: number;
  readonly keepWatch: (until: number) => void;
  readonly setAlarm: (at: number) => void;
  readonly onFailure: (event: "credentials_not_read" | "typed_not_looked_up", fault: unknown) => void;
};

export type Scanners = Pick<DoorSockets, "written" | "notice" | "resend" | "count" | "closeAll"> &
  Pick<CredentialWatch, "watchForRevocation" | "look" | "lookInTime" | "dueAt"> & {
    /** The upgrade; the path names the event. 404 where who comes may not scan there. */
    join(request: Request): Promise<Response>;
    /** The other end of this one is gone. */
    closed(socket: WebSocket, code: number, reason: string): void;
    /** Never rejects. */
    message(socket: WebSocket, message: string | ArrayBuffer): Promise<void>;
  };

export function openScanners(deps: ScannersDeps): Scanners {
  const { book, clock, ready } = deps;
  const mayFollow = (follower: Follower): boolean =>
    book().checkpoint === null && mayTakeBack(book().terms, actorOf(follower), clock()).ok;
  const sockets = openDoorSockets({ sockets: deps.sockets, book, clock, mayFollow, lastChange: deps.lastChange });
  /** What was said while this life of the door lasts: the desk's own answer may be on its way from before. */
  let lastNotice: NoticeShown | null | undefined;
  const watch = openCredentialWatch(deps.watchUntil, {
    ...{ followers: sockets.followers, read: deps.readCredentialState, action: "door.scan", mayFollow, clock },
    keep: () => deps.keepWatch(watch.watchUntil()),
    setAlarm: deps.setAlarm,
    onFailure: (fault) => deps.onFailure("credentials_not_read", fault),
  });

  return {
    ...{ resend: sockets.resend, count: sockets.count },
    written(written) {
      sockets.written(written);
      // What keeps a lost word from mattering, as at the feed; and another end of the event is one of its devices, too.
      if (written.terms) watch.watchForRevocation();
      else watch.lookInTime();
    },
    notice(notice) {
      lastNotice = later(notice, lastNotice) ?? notice;
      sockets.notice(notice);
    },
    closeAll: sockets.closeAll,
    ...{ watchForRevocation: watch.watchForRevocation, lookInTime: watch.lookInTime },
    async look() {
      sockets.closeThoseOver();
      await watch.look();
    },
    dueAt() {
      const endsAt = sockets.count() > 0 ? factsEndAt(book().terms?.rules ?? null) : null;
      // Past it all were told goodbye: nobody is waited for.
      const due = [watch.dueAt(), endsAt !== null && endsAt > clock() ? endsAt : null].filter((each) => each !== null);
      return due.length > 0 ? Math.min(...due) : null;
    },
    async join(request) {
      const [, name = ""] = new URL(request.url).pathname.split("/");
      const id = parseId("evt", name);
      // The one cast: the Worker wrote it from the credential that it had checked.
      const follower = JSON.parse(request.headers.get(FOLLOWER_HEADER) ?? "null") as Follower | null;
      if (!id || !follower) return new Response(null, { status: 404 });
      const terms = await ready(id);
      if (!terms.ok) return new Response(null, { status: terms.refusal.code === "not_found" ? 404 : 503 });
      const notice = later(await withDeadline(deps.readNotice(id), NOTICE_MS, () => undefined), lastNotice);
      if (!mayFollow(follower)) return new Response(null, { status: 404 });
      watch.joined();
      return sockets.join(request, follower, must(book().terms, "it is ready"), notice);
    },
    closed(socket, code, reason) {
      sockets.left();
      answerClose(socket, code, reason);
    },
    message: (socket, message) => hearScanner(deps, socket, message),
  };
}

/** The one that was said later; undefined while neither is known. */
function later(a: NoticeShown | null | undefined, b: NoticeShown | null | undefined): NoticeShown | null | undefined {
  if (!a || !b) return a ?? b ?? (a === null || b === null ? null : undefined);
  return a.version >= b.version ? a : b;
}
