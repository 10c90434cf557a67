// Owns the ticket type's own sockets: the viewers of its page (rules L1 to L6). Rows are written before anything is sent.

import type { Book } from "../domain/ledger/memory/book.ts";
import { inventoryNow, occupancyOf, publicOccupancy } from "../domain/ledger/memory/book.ts";
import type { Occupancy } from "../domain/ledger/command.ts";
import { isPublic } from "../domain/events/event.ts";
import { isVisible } from "../domain/terms.ts";
import { MAX_SOCKETS } from "../domain/limits.ts";
import { viewerOf } from "../feed/client.ts";
import { openConflation } from "../sockets/conflation.ts";
import { openCountedSockets } from "../sockets/counted-sockets.ts";
import { CLOSE, occupancyFrame, showsTheSame, snapshotFrame } from "../sockets/protocol.ts";
import { closeSocket, joinSocket, sendFrame } from "../sockets/sessions.ts";

type Sockets = Pick<DurableObjectState, "acceptWebSocket" | "getWebSockets">;

export type LiveSockets = {
  /** Returns 101 with the snapshot sent, or 404 when the public may not see the type (rule P3). */
  join(request: Request): Response;
  /** To be called after each batch was written: sends what changed, and closes those who may no longer see it. */
  changed(): void;
  /** To be called when the other end of a socket has closed. */
  left(): void;
};

export function openLiveSockets(sockets: Sockets, book: () => Book, clock: () => number): LiveSockets {
  const open = openCountedSockets(() => sockets.getWebSockets());
  let shown: Occupancy | null = null;

  function send(): number {
    const occupancy = occupancyOf(book());
    if (!occupancy || showsTheSame(shown, occupancy)) return 0;
    shown = occupancy;
    const viewers = open.list();
    if (viewers.length === 0) return 0;
    const frame = JSON.stringify(occupancyFrame(inventoryNow(book(), clock()), [publicOccupancy(occupancy)]));
    for (const socket of viewers) sendFrame(socket, frame);
    return viewers.length;
  }
  const conflation = openConflation(clock, send);

  function closeAll(code: number, reason: string): void {
    if (open.count() === 0) return;
    for (const socket of open.list()) closeSocket(socket, code, reason);
  }

  return {
    join(request) {
      const { terms } = book();
      const occupancy = occupancyOf(book());
      if (!terms || !occupancy || !isVisible(terms.terms)) return new Response(null, { status: 404 });
      const { eventId, eventStatus } = terms.terms;
      const event = { id: eventId, status: eventStatus };
      const snapshot = snapshotFrame(inventoryNow(book(), clock()), event, [publicOccupancy(occupancy)]);
      // Otherwise a frame that still waits could be skipped: the counts may be back at what was last shown to the others,
      // while this viewer was shown something else.
      if (!showsTheSame(shown, occupancy)) shown = null;
      const full = open.count() >= MAX_SOCKETS;
      open.joined();
      return joinSocket(sockets, request, { snapshot, full, viewer: viewerOf(request) });
    },
    left: () => open.left(),
    changed() {
      const terms = book().terms?.terms;
      if (!terms) return;
      if (!isPublic(terms.eventStatus)) return closeAll(CLOSE.eventOver, "the event is over");
      if (terms.hidden) return closeAll(CLOSE.notAllowed, "no longer public");
      const occupancy = occupancyOf(book());
      if (occupancy && !showsTheSame(shown, occupancy)) conflation.changed();
    },
  };
}
