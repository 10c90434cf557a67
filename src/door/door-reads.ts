// Reads what a door may show: its log, its conflicts, the bundle, and parties, each for callers who may read it.

import type { DoorBook } from "../domain/door/book.ts";
import type { DoorActor, HeldLease, PartyQuery } from "../domain/door/command.ts";
import type { DoorConflict } from "../domain/door/rows/conflicts.ts";
import type { EventTerms } from "../domain/door/event-terms.ts";
import { mayUse } from "../domain/door/decisions/may-scan.ts";
import { type OutsideTicket, partyOutside } from "../domain/door/tickets/party.ts";
import type { Refusal } from "../domain/errors.ts";
import type { EventId } from "../domain/ids.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import { sleep } from "../shared/timing.ts";
import { type BundleQuery, openBundleTaker, type TakenBundle } from "./bundle-taker.ts";
import type { ConflictsQuery } from "./client.ts";
import { heldOf } from "../domain/door/decisions/decide-lease.ts";
import type { ConflictPage } from "./storage/conflict-rows.ts";
import type { DoorLogPage, DoorLogQuery, DoorStore } from "./storage/door-store.ts";
import { openTicketPages } from "./storage/ticket-pages.ts";

export type DoorReadsDeps = {
  readonly book: () => DoorBook;
  readonly store: DoorStore;
  readonly storage: Parameters<typeof openTicketPages>[0];
  readonly clock: () => number;
  /** Returns the terms; reads them from D1 if the door has none yet. */
  readonly ready: (id: EventId) => Promise<Result<EventTerms, Refusal>>;
  /** To be called when a conflict was marked as seen. */
  readonly onSeen: () => void;
};

export type DoorReads = ReturnType<typeof openDoorReads>;

export function openDoorReads({ book, store, storage, clock, ready, onSeen }: DoorReadsDeps) {
  const bundles = openBundleTaker({ book, pages: openTicketPages(storage), clock, pause: () => sleep(0) });

  async function allowed(id: EventId, by: DoorActor): Promise<Result<EventTerms, Refusal>> {
    const terms = await ready(id);
    return terms.ok ? mayUse(terms.value, by, clock()) : terms;
  }

  /** The check for reads of tickets, which an emptied door does not have any more (rule D25). */
  async function readyForTickets(id: EventId, by: DoorActor): Promise<Result<EventTerms, Refusal>> {
    const may = await allowed(id, by);
    return may.ok && book().checkpoint !== null ? refuse({ code: "door_closed" }) : may;
  }

  return {
    /** Rows in their order, from the checkpoint on. A page with a filter reads a bounded number of them. */
    async log(id: EventId, { by, ...query }: DoorLogQuery): Promise<Result<DoorLogPage, Refusal>> {
      const may = await allowed(id, by);
      if (!may.ok) return may;
      const { head, checkpoint } = book();
      const afterSeq = Math.max(query.afterSeq, checkpoint?.seq ?? 0);
      if (afterSeq >= head.seq) return accept({ rows: [], nextSeq: null, checkpoint });
      const { rows, lookedTo } = store.log({ ...query, afterSeq });
      return accept({ rows, nextSeq: lookedTo < head.seq ? lookedTo : null, checkpoint });
    },

    /** The conflicts of rule D19, the newest first. */
    async conflicts(id: EventId, { by, ...query }: ConflictsQuery): Promise<Result<ConflictPage, Refusal>> {
      const may = await allowed(id, by);
      if (!may.ok) return may;
      return accept(book().checkpoint === null ? store.conflicts(query) : { conflicts: [], next: null });
    },
    /** Marks a conflict as seen; the first who saw it, and when, stay. */
    async seeConflict(id: EventId, by: DoorActor, conflictId: string): Promise<Result<DoorConflict, Refusal>> {
      const may = await allowed(id, by);
      if (!may.ok) return may;
      const conflict = book().checkpoint === null ? store.see(conflictId, by.id, clock()) : null;
      if (conflict === null) return refuse({ code: "not_found" });
      onSeen();
      return accept(conflict);
    },
    /** The bundle by which a scanner can decide alone (rule D17), whole or of what has changed; scans go on meanwhile. */
    async bundle(id: EventId, by: DoorActor, query: BundleQuery): Promise<Result<TakenBundle, Refusal>> {
      const may = await readyForTickets(id, by);
      if (!may.ok) return may;
      const bundle = await bundles.take(query);
      if (bundle === "overloaded") return refuse({ code: "overloaded", retryAfterSeconds: 1 });
      return bundle ? accept(bundle) : refuse({ code: book().checkpoint === null ? "not_found" : "door_closed" });
    },

    /** All leases that were ever requested (rule D12), by device. */
    async leases(id: EventId, by: DoorActor): Promise<Result<readonly HeldLease[], Refusal>> {
      const may = await allowed(id, by);
      if (!may.ok) return may;
      const held = [...book().leases].map(([deviceId, kept]) => heldOf(deviceId, kept));
      return accept(held.sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1)));
    },

    /** The tickets of an order that are outside (rule D13). Does not query D1. */
    async party(id: EventId, { by, ...tickets }: PartyQuery): Promise<Result<readonly OutsideTicket[], Refusal>> {
      const may = await readyForTickets(id, by);
      if (!may.ok) return may;
      const serials = [...new Set([tickets.serial, ...tickets.serials])];
      const found = store.find({ scanIds: [], undone: [], serials, after: null });
      return accept(partyOutside({ by, ...tickets, now: clock() }, found.tickets, book().barriers));
    },
  };
}
