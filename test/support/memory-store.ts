// The ledger's store without SQL: arrays and maps, for many random histories, and as the other side of the contract.

import { countsAsHeld, type Hold } from "../../src/domain/hold.ts";
import type { HoldId } from "../../src/domain/ids.ts";
import type { StoredTerms } from "../../src/domain/ledger/book.ts";
import type { LedgerRow } from "../../src/domain/ledger/chain.ts";
import type { LedgerStore } from "../../src/inventory/store.ts";

export type MemoryStore = LedgerStore & {
  /** While failing, a write takes all its rows and then fails: nothing of it may stay. */
  setFailing(failing: boolean): void;
  allHolds(): Hold[];
};

type Rows = { terms: StoredTerms | null; holds: Map<HoldId, Hold>; ledger: LedgerRow[]; projectedSeq: number };

export function openMemoryStore(): MemoryStore {
  let rows: Rows = { terms: null, holds: new Map(), ledger: [], projectedSeq: 0 };
  let failing = false;
  return {
    load: () => ({
      terms: rows.terms,
      head: rows.ledger.at(-1) ?? null,
      liveHolds: [...rows.holds.values()].filter(countsAsHeld),
    }),
    write(draft) {
      const next: Rows = { ...rows, holds: new Map(rows.holds), ledger: [...rows.ledger] };
      next.terms = draft.terms;
      for (const hold of draft.holds.values()) {
        const { quantity, heldUntil, createdAt } = next.holds.get(hold.id) ?? hold;
        next.holds.set(hold.id, { ...hold, quantity, heldUntil, createdAt });
      }
      for (const row of draft.rows) {
        if (row.seq <= (next.ledger.at(-1)?.seq ?? 0)) throw new Error(`ledger row ${row.seq} is there already`);
        next.ledger.push(row);
      }
      if (failing) throw new Error("the write failed");
      rows = next;
    },
    rowsAfter: (seq, limit) => rows.ledger.filter((row) => row.seq > seq).slice(0, limit),
    outboxAfter(after, limit) {
      const waiting = rows.ledger.filter(({ seq }) => seq > after).slice(0, limit);
      return waiting.map(({ seq, sold, held, holdId }) => {
        const hold = holdId && rows.holds.get(holdId);
        return { seq, sold, held, hold: hold && hold.seq === seq ? projectedHold(hold) : null };
      });
    },
    findHolds: (ids) => ids.flatMap((id) => rows.holds.get(id) ?? []),
    listHolds({ status, userId, source, beforeSeq, limit }) {
      const placed = rows.ledger.flatMap((row) => {
        const hold = row.kind === "hold" && row.holdId ? rows.holds.get(row.holdId) : undefined;
        return hold && row.seq < (beforeSeq ?? Infinity) ? [{ hold, seq: row.seq }] : [];
      });
      const wanted = placed
        .reverse()
        .filter(({ hold }) => status === undefined || hold.status === status)
        .filter(({ hold }) => userId === undefined || hold.userId === userId)
        .filter(({ hold }) => source === undefined || hold.source === source);
      const nextSeq = wanted.length > limit ? (wanted[limit - 1]?.seq ?? null) : null;
      return { holds: wanted.slice(0, limit).map(({ hold }) => hold), nextSeq };
    },
    wasTouched: () => rows.ledger.some((row) => row.kind !== "terms"),
    forget() {
      rows = { terms: null, holds: new Map(), ledger: [], projectedSeq: 0 };
    },
    projectedSeq: () => rows.projectedSeq,
    setProjectedSeq(seq) {
      rows = { ...rows, projectedSeq: seq };
    },
    setFailing(value) {
      failing = value;
    },
    allHolds: () => [...rows.holds.values()],
  };
}

/** A hold as the projection sends it. */
export function projectedHold({ claim, ...hold }: Hold): string {
  const { id, userId, quantity, status, heldUntil, source, notes, unitPrice, seq, createdAt, updatedAt } = hold;
  const orderId = claim?.orderId ?? null;
  const times = [createdAt, updatedAt];
  return JSON.stringify([id, userId, quantity, status, heldUntil, source, notes, unitPrice, orderId, seq, ...times]);
}
