// The ledger's store without SQL: arrays and maps, for many random histories, and as the other side of the contract.

import type { Hold } from "../../../src/domain/orders/hold.ts";
import type { AttemptId, HoldId, OrderId, TicketTypeId } from "../../../src/domain/ids.ts";
import type { LiveOrder, StoredBook, StoredTerms } from "../../../src/domain/ledger/memory/book.ts";
import type { LedgerRow } from "../../../src/domain/ledger/chain.ts";
import type { Claim, Order } from "../../../src/domain/orders/order.ts";
import type { OrderReturn } from "../../../src/domain/orders/order-return.ts";
import type { Expiring, LedgerStore } from "../../../src/inventory/storage/store.ts";

export type MemoryStore = LedgerStore & {
  /** While failing, a write takes all its rows and then fails: nothing of it may stay. */
  setFailing(failing: boolean): void;
  allHolds(): Hold[];
};

type Rows = {
  terms: StoredTerms | null;
  holds: Map<HoldId, Hold>;
  orders: Map<OrderId, Order>;
  claims: Map<OrderId, Claim>;
  voids: Set<AttemptId>;
  returns: readonly OrderReturn[];
  outbox: { orderId: OrderId; ticketTypeId: TicketTypeId; revision: number }[];
  ledger: LedgerRow[];
  projectedSeq: number;
  mailed: ReadonlyMap<OrderId, string>;
};

const empty = (): Rows => ({
  terms: null,
  holds: new Map(),
  orders: new Map(),
  claims: new Map(),
  voids: new Set(),
  returns: [],
  outbox: [],
  ledger: [],
  projectedSeq: 0,
  mailed: new Map(),
});

export function openMemoryStore(): MemoryStore {
  let rows = empty();
  let failing = false;
  return {
    load: (expiring) => ({
      terms: rows.terms,
      head: rows.ledger.at(-1) ?? null,
      ...liveHolds(rows, expiring),
      orders: liveOrders(rows),
      claims: liveClaims(rows, expiring),
    }),
    find: ({ holds = [], changedBy = [], orders = [], claims = [], voids = [], returns = [] }) => ({
      holds: [
        ...holds.flatMap((id) => rows.holds.get(id) ?? []),
        ...rows.ledger
          .filter(({ seq }) => changedBy.includes(seq))
          .flatMap(({ holdId }) => (holdId && rows.holds.get(holdId)) ?? []),
      ],
      orders: orders.flatMap((id) => rows.orders.get(id) ?? []),
      claims: claims.flatMap((id) => rows.claims.get(id) ?? []),
      voids: voids.filter((attempt) => rows.voids.has(attempt)),
      returns: rows.returns.filter((each) =>
        returns.some(({ orderId, id }) => each.orderId === orderId && each.id === id),
      ),
    }),
    write(draft) {
      const next: Rows = {
        ...rows,
        terms: draft.terms,
        holds: new Map(rows.holds),
        orders: draft.orders.size > 0 ? new Map(rows.orders) : rows.orders,
        claims: draft.claims.size > 0 ? new Map(rows.claims) : rows.claims,
        voids: draft.voids.size > 0 ? new Set([...rows.voids, ...draft.voids.keys()]) : rows.voids,
        returns: draft.returns.size > 0 ? [...rows.returns, ...draft.returns.values()] : rows.returns,
        ledger: [...rows.ledger],
      };
      for (const hold of draft.holds.values()) {
        const { quantity, firstPlacedAt, createdAt, replaces, basket, address, placedSeq } =
          next.holds.get(hold.id) ?? hold;
        next.holds.set(hold.id, { ...hold, quantity, firstPlacedAt, createdAt, replaces, basket, address, placedSeq });
      }
      if (draft.ranOut) {
        const { seq, at } = draft.ranOut;
        for (const hold of next.holds.values()) {
          if (hold.status === "active" && hold.heldUntil <= at)
            next.holds.set(hold.id, { ...hold, status: "expired", notes: null, updatedAt: at, seq });
        }
      }
      for (const order of draft.orders.values()) {
        next.orders.set(order.id, order);
        // A change that is sent to its door is not sent to its followers.
        if (order.seq <= draft.base.head.seq) continue;
        const others = new Set(order.items.map(({ ticketTypeId }) => ticketTypeId));
        others.delete(`tt_${order.id.slice(4, 30)}` as TicketTypeId);
        next.outbox = next.outbox.filter(({ orderId }) => orderId !== order.id);
        for (const ticketTypeId of others) {
          next.outbox.push({ orderId: order.id, ticketTypeId, revision: order.seq });
        }
      }
      for (const [orderId, claim] of draft.claims) {
        if (claim) next.claims.set(orderId, claim);
        else next.claims.delete(orderId);
      }
      for (const row of draft.rows) {
        if (row.seq <= (next.ledger.at(-1)?.seq ?? 0)) throw new Error(`ledger row ${row.seq} is there already`);
        next.ledger.push(row);
      }
      if (failing) throw new Error("the write failed");
      rows = next;
    },
    rowsAfter: (seq, limit) => rows.ledger.filter((row) => row.seq > seq).slice(0, limit),
    countsAt(wanted) {
      const row = rows.ledger.find(({ seq }) => seq === wanted);
      if (!row) return null;
      const { seq, at, total, sold, held, withdrawn } = row;
      return { seq, at, total, sold, held, withdrawn };
    },
    rowsAt: (seqs) => rows.ledger.filter((row) => seqs.includes(row.seq)),
    returnsOf: (orderId) => rows.returns.filter((each) => each.orderId === orderId),
    projectionAfter(after, limit) {
      const waiting = rows.ledger.filter(({ seq }) => seq > after).slice(0, limit);
      return waiting.map(({ seq, sold, held, withdrawn, hash, orderId }) => {
        const order = orderId && rows.orders.get(orderId);
        if (!order || order.seq !== seq) return { seq, sold, held, withdrawn, hash, order: null, erased: null };
        return { seq, sold, held, withdrawn, hash, order: projectedOrder(order), erased: erasedIn(order) };
      });
    },
    ordersUpTo: (seq, after, limit) =>
      [...rows.orders.values()]
        .filter((order) => order.seq <= seq && order.id > (after ?? ""))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map((order) => ({ id: order.id, order: projectedOrder(order), erased: erasedIn(order) })),
    listHolds({ status, userId, source, beforeSeq, limit }) {
      const wanted = [...rows.holds.values()]
        .filter(({ placedSeq }) => placedSeq < (beforeSeq ?? Infinity))
        .filter((hold) => status === undefined || hold.status === status)
        .filter((hold) => userId === undefined || hold.userId === userId)
        .filter((hold) => source === undefined || hold.source === source)
        .sort((a, b) => b.placedSeq - a.placedSeq);
      const nextSeq = wanted.length > limit ? (wanted[limit - 1]?.placedSeq ?? null) : null;
      return { holds: wanted.slice(0, limit), nextSeq };
    },
    holdsByTime({ status, before, limit }) {
      const isBefore = ({ createdAt, id }: Hold): boolean =>
        !before || createdAt < before.createdAt || (createdAt === before.createdAt && id < before.id);
      return [...rows.holds.values()]
        .filter((hold) => hold.status === status && isBefore(hold))
        .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
        .slice(0, limit);
    },
    wasTouched: () => rows.ledger.some((row) => row.kind !== "terms"),
    forget() {
      rows = empty();
    },
    projectedSeq: () => rows.projectedSeq,
    setProjectedSeq(seq) {
      rows = { ...rows, projectedSeq: seq };
    },
    unmailed: (limit, except) =>
      [...rows.orders.values()]
        .filter(({ contact, status }) => contact !== null && !("erased" in contact) && status !== "expired")
        .filter(({ id, status }) => rows.mailed.get(id) !== status && !except.includes(id))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit),
    markMailed(orderId, status) {
      rows = { ...rows, mailed: new Map(rows.mailed).set(orderId, status) };
    },
    mailAgain(orderId, status, mark) {
      if (rows.mailed.get(orderId) === status) rows = { ...rows, mailed: new Map(rows.mailed).set(orderId, mark) };
    },
    mailNote: (orderId) => rows.mailed.get(orderId) ?? null,
    pending: (limit, except) =>
      [...rows.orders.values()].filter(({ id, pending }) => pending && !except.includes(id)).slice(0, limit),
    outbox: (limit, except) =>
      rows.outbox
        .filter(({ ticketTypeId }) => !except.includes(ticketTypeId))
        .slice(0, limit)
        .flatMap(({ orderId, ticketTypeId }) => {
          const order = rows.orders.get(orderId);
          return order ? [{ ticketTypeId, order }] : [];
        }),
    dropFromOutbox(orderId, ticketTypeId, revision) {
      const isDropped = (row: Rows["outbox"][number]): boolean =>
        row.orderId === orderId && row.ticketTypeId === ticketTypeId && row.revision === revision;
      rows = { ...rows, outbox: rows.outbox.filter((row) => !isDropped(row)) };
    },
    setFailing(value) {
      failing = value;
    },
    allHolds: () => [...rows.holds.values()],
  };
}

type Counted = readonly { readonly holdId: HoldId; readonly source: Hold["source"]; readonly quantity: number }[];
const webTickets = (items: Counted): number =>
  items.reduce((sum, { source, quantity }) => sum + (source === "web" ? quantity : 0), 0);

function liveHolds({ holds, ledger }: Rows, expiring?: Expiring): Pick<StoredBook, "activeHolds" | "ranOut"> {
  const active = [...holds.values()].filter(({ status }) => status === "active");
  const [clock, lastAt] = [expiring?.clock ?? 0, ledger.at(-1)?.at ?? 0];
  const at = lastAt > clock && lastAt <= clock + 60_000 ? lastAt : clock;
  const due = active.filter(({ heldUntil }) => heldUntil <= at);
  const isMany = expiring !== undefined && due.length > expiring.most;
  const quantity = due.reduce((sum, hold) => sum + hold.quantity, 0);
  return {
    ranOut: isMany ? { at, quantity, firstHeldUntil: Math.min(...due.map(({ heldUntil }) => heldUntil)) } : null,
    activeHolds: (isMany ? active.filter((hold) => !due.includes(hold)) : active).map((hold) => ({
      userId: hold.userId,
      counted: webTickets([{ ...hold, holdId: hold.id }]),
      heldUntil: hold.heldUntil,
      seq: hold.seq,
      unpaid: hold.address === null ? [] : [[hold.address, hold.quantity]],
    })),
  };
}

function liveOrders({ orders }: Rows): LiveOrder[] {
  return [...orders.values()]
    .filter(({ status }) => status === "reserved")
    .map(({ id, userId, items, expiresAt, history, unpaid }) => ({
      orderId: id,
      userId,
      counted: webTickets(items.filter(({ ticketTypeId }) => ticketTypeId.slice(3) === id.slice(4, 30))),
      deadline: expiresAt,
      startedSeq: history[0] ?? 0,
      unpaid,
    }))
    .sort((a, b) => a.startedSeq - b.startedSeq);
}

function liveClaims({ claims, ledger }: Rows, expiring?: Expiring): LiveOrder[] {
  const lastAt = ledger.at(-1)?.at ?? 0;
  const now = expiring && (lastAt > expiring.clock && lastAt <= expiring.clock + 60_000 ? lastAt : expiring.clock);
  return [...claims.values()]
    .filter(({ state }) => state === "doubt" || state === "reserved")
    .map(({ orderId, userId, holds, state, deadline, startedSeq, unpaid }) => ({
      orderId,
      userId,
      counted: webTickets(holds),
      deadline: state === "doubt" && now !== undefined ? Math.min(deadline, now + 30_000) : deadline,
      startedSeq,
      unpaid,
    }))
    .sort((a, b) => a.startedSeq - b.startedSeq);
}

function erasedIn({ id, contact }: Order): OrderId | null {
  return contact !== null && "erased" in contact ? id : null;
}

/** An order as the projection sends it. */
export function projectedOrder({ id, userId, status, items, total, expiresAt, seq, ...order }: Order): string {
  return JSON.stringify([
    id,
    userId,
    status,
    JSON.stringify(items),
    total,
    expiresAt,
    seq,
    order.createdAt,
    order.updatedAt,
    order.contact === null ? null : JSON.stringify(order.contact),
    order.locale,
  ]);
}
