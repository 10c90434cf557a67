// Owns who holds a socket at a door: how they join, what they send, and how they lose it (rules D23, T5, P2).

import type { CredentialState } from "../../db/credentials/credential-watch.ts";
import type { EventTerms } from "../../domain/door/event-terms.ts";
import { mayTakeBack } from "../../domain/door/decisions/may-scan.ts";
import { factsEndAt } from "../../domain/door/terms.ts";
import type { Refusal } from "../../domain/errors.ts";
import { type EventId, parseId } from "../../domain/ids.ts";
import { must, type Result } from "../../domain/result.ts";
import { FOLLOWER_HEADER, type NoticeShown } from "../../feed/client.ts";
import { completeClose, type Follower } from "../../sockets/sessions.ts";
import { withDeadline } from "../../shared/deadline.ts";
import { openCredentialWatch, type CredentialWatch } from "../../sockets/credential-watch.ts";
import { type DoorSockets, openDoorSockets } from "./door-sockets.ts";
import { actorOf, handleScannerMessage, type ScannerMessagesDeps } from "./scanner-messages.ts";

/** How long a scanner that joins waits for the supervisor's notice, ms; the door itself does not need it. */
const NOTICE_MS = 1_000;

export type ScannersDeps = Omit<ScannerMessagesDeps, "onFailure"> & {
  readonly sockets: Parameters<typeof openDoorSockets>[0]["sockets"];
  readonly clock: () => number;
  /** Returns the terms; reads them from D1 if the door has none yet. */
  readonly ready: (id: EventId) => Promise<Result<EventTerms, Refusal>>;
  readonly readCredentialState: (
    followers: readonly Follower[],
    now: number,
  ) => Promise<ReadonlyMap<string, CredentialState>>;
  /** Null when there is no notice, undefined when the desk is away. */
  readonly readNotice: (id: EventId) => Promise<NoticeShown | null | undefined>;
  /** The last row of an earlier run of the object that changed a ticket or a count. */
  readonly lastChange: number;
  /** Until when the earlier run watched credentials, and where this one stores that. */
  readonly watchUntil: number;
  readonly keepWatch: (until: number) => void;
  readonly setAlarm: (at: number) => void;
  readonly onFailure: (event: "credentials_not_read" | "typed_not_looked_up", fault: unknown) => void;
};

export type Scanners = Pick<DoorSockets, "written" | "notice" | "resend" | "count" | "closeAll"> &
  Pick<CredentialWatch, "watchForRevocation" | "check" | "checkIfStale" | "dueAt"> & {
    /** Opens a socket; the path names the event. Returns 404 when the caller may not scan there. */
    join(request: Request): Promise<Response>;
    /** To be called when the other end of this socket has closed. */
    closed(socket: WebSocket, code: number, reason: string): void;
    /** Never rejects. */
    message(socket: WebSocket, message: string | ArrayBuffer): Promise<void>;
  };

export function openScanners(deps: ScannersDeps): Scanners {
  const { book, clock, ready } = deps;
  const mayFollow = (follower: Follower): boolean =>
    book().checkpoint === null && mayTakeBack(book().terms, actorOf(follower), clock()).ok;
  const sockets = openDoorSockets({ sockets: deps.sockets, book, clock, mayFollow, lastChange: deps.lastChange });
  /** The notice that this run of the door was last sent; the desk's own reply may be older than that. */
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
      // Checks when something is sent, as the feed does, so that a lost message does not matter. New terms may end a device
      // too, by an earlier end of the event.
      if (written.terms) watch.watchForRevocation();
      else watch.checkIfStale();
    },
    notice(notice) {
      lastNotice = later(notice, lastNotice) ?? notice;
      sockets.notice(notice);
    },
    closeAll: sockets.closeAll,
    ...{ watchForRevocation: watch.watchForRevocation, checkIfStale: watch.checkIfStale },
    async check() {
      sockets.closeThoseOver();
      await watch.check();
    },
    dueAt() {
      const endsAt = sockets.count() > 0 ? factsEndAt(book().terms?.rules ?? null) : null;
      // After that time all sockets were closed, so nothing is due.
      const due = [watch.dueAt(), endsAt !== null && endsAt > clock() ? endsAt : null].filter((each) => each !== null);
      return due.length > 0 ? Math.min(...due) : null;
    },
    async join(request) {
      const [, name = ""] = new URL(request.url).pathname.split("/");
      const id = parseId("evt", name);
      // The cast holds, since the Worker wrote the header from a credential that it had checked.
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
      completeClose(socket, code, reason);
    },
    message: (socket, message) => handleScannerMessage(deps, socket, message),
  };
}

/** The newer of two notices; undefined while neither is known. */
function later(a: NoticeShown | null | undefined, b: NoticeShown | null | undefined): NoticeShown | null | undefined {
  if (!a || !b) return a ?? b ?? (a === null || b === null ? null : undefined);
  return a.version >= b.version ? a : b;
}
