// Checks what must hold at every step of a world: each object's rows as they become durable, its memory beside them,
// and D1's copy. checks-at-rest.ts checks what must hold at the end.

import { openSqlStore } from "../../../src/inventory/storage/sql-store.ts";
import type { LedgerStore } from "../../../src/inventory/storage/store.ts";
import { isDeepStrictEqual } from "node:util";
import { homeOf, type TicketTypeId } from "../../../src/domain/ids.ts";
import { itemsOf } from "../../../src/domain/orders/order.ts";
import { openBook } from "../../../src/domain/ledger/memory/book.ts";
import { isOfMany } from "../../../src/domain/ledger/chain.ts";
import { liveSlots } from "../../../src/domain/ledger/memory/live-holds.ts";
import { MAX_PER_ORDER } from "../world/catalogue/on-sale.ts";
import type { SimulatedD1 } from "../platform/d1.ts";
import { type FindOrder, followRows, type LedgerWatch, openLedgerWatch } from "./ledger/watch.ts";
import type { Host } from "../platform/objects/kinds.ts";
import { findHold } from "../../support/builders.ts";
import { openTermsWatch, type TermsWatch } from "./ledger/terms.ts";

export type Checks = {
  /** All that the object has written is durable now. */
  durable(host: Host): void;
  /** After a step in which an object wrote, or tried to. */
  afterStep(): void;
  d1Changed(what: string): void;
  /** D1 was put back to an earlier state, which is true of an earlier time. */
  d1Restored(): void;
  readonly termsSent: TermsWatch["sent"];
  watchOf(id: TicketTypeId): LedgerWatch;
  /** The object's rows as the product's store reads them; null while it has none. */
  storeOf(host: Host): LedgerStore | null;
  /** The order as its home has it. */
  findOrder: FindOrder;
};

type Watching = {
  readonly d1: SimulatedD1;
  readonly hosts: ReadonlyMap<TicketTypeId, Host>;
  readonly fail: (what: string) => void;
  readonly note: (what: string) => void;
  readonly alarmsCome: boolean;
  readonly hasNoRoom: boolean;
};

export function openChecks({ d1, hosts, fail, note, alarmsCome, hasNoRoom }: Watching): Checks {
  const watches = new Map<TicketTypeId, LedgerWatch>();
  const stores = new Map<Host, { readonly store: LedgerStore; readonly generation: number }>();
  const projected = new Map<unknown, number>();
  const termsWatch = openTermsWatch();

  function watchOf(id: TicketTypeId): LedgerWatch {
    const watch = watches.get(id) ?? openLedgerWatch();
    watches.set(id, watch);
    return watch;
  }

  function storeOf(host: Host): LedgerStore | null {
    const known = stores.get(host);
    const generation = host.storage.generation();
    if (known?.generation === generation) return known.store;
    const store = openSqlStore(host.storage.rows);
    if (store.load().terms === null) return null;
    // Only then: a crash may still undo the tables.
    if (host.storage.isDurable()) stores.set(host, { store, generation });
    return store;
  }

  const findOrder: FindOrder = (orderId) => {
    const home = hosts.get(homeOf(orderId));
    const store = home && storeOf(home);
    return store?.find({ holds: [], orders: [orderId], claims: [], voids: [] }).orders[0] ?? null;
  };

  function durable(host: Host): void {
    const store = storeOf(host);
    if (!store) return;
    const watch = watchOf(host.id);
    const before = watch.head;
    // The memory's: everything written is durable now, and `memory` has compared them.
    const terms = (host.running()?.ledger.book() ?? store.load()).terms?.terms;
    const rows = store.rowsAfter(before.seq, 10_000);
    const wrong = followRows(watch, rows, {
      findHold: (id) => findHold(store, id),
      findOrder,
      elsewhere: (type, holdId) => watchOf(type).holds.get(holdId),
      maxPerOrder: MAX_PER_ORDER,
      terms: termsWatch.inForce(host.id, terms),
      alarmsCome,
      hasNoRoom,
    });
    if (wrong) fail(`${host.id}: ${wrong}`);
    const [inD1] = rows.some(({ kind }) => kind !== "terms")
      ? d1.look("SELECT 1 FROM ticket_types WHERE id = ?", host.id)
      : [1];
    if (!inD1) fail(`[K3] ${host.id} is deleted, and has new rows: ${JSON.stringify(rows)}`);
    for (const row of rows) note(isOfMany(row) ? "row: expire of many" : `row: ${row.kind}`);
    const wrongTerms = terms && termsWatch.follow(host.id, before, rows, terms);
    if (wrongTerms) fail(`${host.id}: ${wrongTerms}`);
  }

  /** Rule H11: memory is as the rows are, whatever has just happened. */
  function memory(host: Host): void {
    const object = host.running();
    const store = object && storeOf(host);
    if (!object || !store) return;
    const book = object.ledger.book();
    // At the memory's time: holds that it has summed up are no longer among its holds.
    const ranOutAt = book.ranOut?.at;
    const { maxExpiryRows: most } = object.settings;
    const stored = store.load(ranOutAt === undefined ? undefined : { clock: ranOutAt, most });
    const { seq, total, sold, held, withdrawn, hash } = book.head;
    const inRows = stored.head && { ...stored.head };
    const same = inRows && inRows.seq === seq && inRows.hash === hash && inRows.held === held && inRows.sold === sold;
    if (!same || inRows.total !== total || inRows.withdrawn !== withdrawn)
      return fail(
        `[H11] ${host.id}: memory says row ${seq}, ${held} held, ${sold} sold; the rows ${JSON.stringify(inRows)}`,
      );
    if (held < 0 || sold < 0 || withdrawn < 0 || held + sold + withdrawn > total)
      return fail(`[H1] ${host.id}: total ${total}, sold ${sold}, held ${held}, withdrawn ${withdrawn}`);
    const active = [...stored.activeHolds];
    const live = { orders: [...stored.orders], claims: [...stored.claims] };
    const { holds, orders, claims } = store.find({
      holds: [],
      changedBy: active.map(({ seq }) => seq),
      orders: live.orders.map(({ orderId }) => orderId),
      claims: live.claims.map(({ orderId }) => orderId),
      voids: [],
    });
    const parts = [
      ...holds,
      ...orders.flatMap((order) => itemsOf(order, host.id)),
      ...claims.flatMap(({ holds }) => holds),
    ];
    if (!isDeepStrictEqual(book.ranOut, stored.ranOut)) return fail(`[H11] ${host.id}: memory sums up other holds`);
    const quantity = parts.reduce((sum, part) => sum + part.quantity, book.ranOut?.quantity ?? 0);
    if (quantity !== held) return fail(`[H1] ${host.id}: ${held} held, and what is live makes ${quantity}`);
    for (const kind of ["orders", "claims"] as const) {
      const inMemory = [...book[kind].byId].map(([orderId, { deadline, startedSeq }]) => ({
        orderId,
        deadline,
        startedSeq,
      }));
      const inRowsToo = live[kind].map(({ orderId, deadline, startedSeq }) => {
        // The home is queried about a doubt of a wrong clock's time sooner than its row says.
        const asked = kind === "claims" ? (book.claims.byId.get(orderId)?.deadline ?? deadline) : deadline;
        return { orderId, deadline: Math.min(asked, deadline), startedSeq };
      });
      if (!isDeepStrictEqual(inMemory, inRowsToo))
        return fail(`[H11] ${host.id}: memory has other ${kind} than the rows`);
    }
    const slots = active.map(({ heldUntil, seq }) => ({ heldUntil, seq }));
    slots.sort((a, b) => a.heldUntil - b.heldUntil || a.seq - b.seq);
    if (!isDeepStrictEqual([...liveSlots(book.holds)], slots))
      return fail(`[H11] ${host.id}: memory has other holds than the rows`);
    // Orders and claims are reported above; what a shopper has of all of them is what rule H7 rests on.
    const quantities = openBook(stored).quantities;
    if (!isDeepStrictEqual(new Map(book.quantities), quantities))
      return fail(`[H11] ${host.id}: memory has other quantities than the rows`);
  }

  return {
    durable,
    afterStep() {
      for (const host of hosts.values()) if (host.storage.takeTouched()) memory(host);
    },
    /** Rule K5: what D1 shows of a type was true at the position that it names, and positions only rise. */
    d1Changed(what) {
      if (!what.includes("counts_seq =")) return;
      for (const row of d1.look("SELECT id, sold_count, held_count, withdrawn_count, counts_seq FROM ticket_types")) {
        const seq = Number(row["counts_seq"]);
        if (seq === 0) continue;
        if (seq < (projected.get(row["id"]) ?? 0))
          fail(`[K5] D1's copy of ${String(row["id"])} went back to row ${seq}`);
        projected.set(row["id"], seq);
        const at = [...watches].find(([id]) => id === row["id"])?.[1].rows.get(seq);
        const same = at?.sold === row["sold_count"] && at?.held === row["held_count"];
        if (!same || at?.withdrawn !== row["withdrawn_count"])
          fail(`[K5] D1's copy of ${String(row["id"])} at row ${seq} was never true`);
      }
    },
    d1Restored() {
      for (const { id, counts_seq } of d1.look("SELECT id, counts_seq FROM ticket_types"))
        projected.set(id, Number(counts_seq));
    },
    termsSent: termsWatch.sent,
    watchOf,
    storeOf,
    findOrder,
  };
}
