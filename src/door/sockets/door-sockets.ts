// Owns the door's own sockets, which are those of its scanners (rules D23, L1 to L6). Rows are written before anything is
// sent.

import type { DoorBook } from "../../domain/door/book.ts";
import type { EventTerms } from "../../domain/door/event-terms.ts";
import { noticeOf } from "../../domain/door/leases/door-leases.ts";
import type { LeaseNotice } from "../../domain/door/leases/lease.ts";
import type { ScannerId } from "../../domain/door/scan.ts";
import { SOCKETS_FOR_SCANNERS } from "../../domain/limits.ts";
import type { NoticeShown } from "../../feed/client.ts";
import { openConflation } from "../../sockets/conflation.ts";
import { openCountedSockets } from "../../sockets/counted-sockets.ts";
import { CLOSE } from "../../sockets/protocol.ts";
import {
  closeSocket,
  type Follower,
  followerOf,
  followersOf,
  joinSocket,
  ownerTag,
  sendFrame,
} from "../../sockets/sessions.ts";
import {
  type DoorPending,
  doorSnapshot,
  isFrameDue,
  leaseFrame,
  nothingPendingSince,
  noteWritten,
  positionFrame,
  takeDoorFrame,
} from "./door-frames.ts";
import type { DoorWritten } from "../door-ledger.ts";

type Sockets = Pick<DurableObjectState, "acceptWebSocket" | "getWebSockets">;

export type DoorSockets = {
  /** Returns 101 with the snapshot sent. The caller has checked that the follower may follow. */
  join(request: Request, follower: Follower, terms: EventTerms, notice: NoticeShown | null | undefined): Response;
  /** To be called after each batch was written: sends what changed, and closes those who may no longer follow. */
  written(written: DoorWritten): void;
  notice(notice: NoticeShown): void;
  /** To be called after an eviction: sends the position, by which a scanner sees whether it has missed something. */
  resend(): void;
  /** Closes those who may no longer follow. */
  closeThoseOver(): void;
  count(): number;
  left(): void;
  followers(): { readonly socket: WebSocket; readonly follower: Follower }[];
  closeAll(code: number, reason: string): void;
};

export type DoorSocketsDeps = {
  readonly sockets: Sockets;
  readonly book: () => DoorBook;
  readonly clock: () => number;
  readonly mayFollow: (follower: Follower) => boolean;
  /** The last row of an earlier run of the object that changed a ticket or a count. */
  readonly lastChange: number;
};

export function openDoorSockets({ sockets, book, clock, mayFollow, lastChange }: DoorSocketsDeps): DoorSockets {
  const open = openCountedSockets(() => sockets.getWebSockets());
  let pending: DoorPending = nothingPendingSince(lastChange);
  const conflation = openConflation(clock, send);

  function send(): number {
    const scanners = open.list();
    const frame = takeDoorFrame(pending, book(), clock());
    if (frame === null) return 0;
    sendAll(scanners, frame);
    if (frame.type === "terms") closeThoseOver(scanners);
    // The next frame has to wait its interval, so it is not sent here.
    if (isFrameDue(pending)) queueMicrotask(() => conflation.changed());
    return scanners.length;
  }

  function closeThoseOver(scanners: readonly WebSocket[]): void {
    for (const socket of scanners) {
      const follower = followerOf(socket);
      if (!follower || !mayFollow(follower)) closeSocket(socket, CLOSE.eventOver, "the event is over");
    }
  }

  /** Sends the lease to its scanner alone. It is not conflated, since recalls and write-offs are few. */
  function sendLease(id: ScannerId, notice: LeaseNotice): void {
    sendAll(sockets.getWebSockets(ownerTag(id)), leaseFrame(notice, clock()));
  }

  return {
    join(request, follower, terms, notice) {
      const full = open.count() >= SOCKETS_FOR_SCANNERS;
      if (open.count() === 0) pending = nothingPendingSince(book().head.seq);
      open.joined();
      const snapshot = doorSnapshot(book(), terms, notice, clock());
      const joined = joinSocket(sockets, request, { snapshot, full, follower });
      // The lease may have been recalled or written off while the scanner was not connected.
      const entry = book().leases.get(follower.id);
      if (entry !== undefined) sendLease(follower.id, noticeOf(entry.lease));
      return joined;
    },
    written(written) {
      if (open.count() === 0) return;
      for (const [id, notice] of written.leases) sendLease(id, notice);
      noteWritten(pending, written);
      if (isFrameDue(pending)) conflation.changed();
    },
    notice(notice) {
      if (open.count() === 0) return;
      pending.notice = notice;
      conflation.changed();
    },
    closeThoseOver() {
      if (open.count() > 0) closeThoseOver(open.list());
    },
    resend() {
      const frame = positionFrame(book(), lastChange, clock());
      if (frame !== null) sendAll(open.list(), frame);
      for (const [id, { lease }] of book().leases) if (lease.calls > lease.answered) sendLease(id, noticeOf(lease));
    },
    count: () => open.count(),
    left: () => open.left(),
    followers: () => (open.count() === 0 ? [] : followersOf(open.list())),
    closeAll(code, reason) {
      for (const socket of sockets.getWebSockets()) closeSocket(socket, code, reason);
    },
  };
}

function sendAll(sockets: readonly WebSocket[], frame: object): void {
  const text = JSON.stringify(frame);
  for (const socket of sockets) sendFrame(socket, text);
}
