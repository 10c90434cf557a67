// Follows each hold and each order through the rows of a ledger: what is given back, sold or returned was there before, and
// goes once. Of what has ended it keeps nothing but tickets that were sold, since these may come back.

import { homeOf, type HoldId, type OrderId, ticketTypeOfHold } from "../ids.ts";
import { MAX_HELD_MS } from "../limits.ts";
import { must } from "../result.ts";
import { type Head, isOfMany, type LedgerKind, type LedgerRow } from "./chain.ts";

type Standing = "active" | "ordered" | "claimed";

/**
 * A hold that counts. `heldUntil` is right as holds last 300 s; where they last otherwise, its order still is. Null: of a
 * hold from before the checkpoint, which nobody knows.
 */
type Life = {
  readonly quantity: number;
  readonly firstPlacedAt: number;
  heldUntil: number | null;
  standing: Standing;
  orderId: OrderId | null;
};

/** A live order: of so many of its holds nothing is decided yet, and by which kind of row the others ended. */
type OrderLife = { open: number; ending: LedgerKind | null };

/** `from` and `to`: how a hold stands before and after such a row; null: it has ended. `of`: the order's home, or others. */
type Step = {
  readonly from: readonly Standing[];
  readonly to: Standing | null;
  readonly of?: "home" | "others" | "any";
};

const HOLD_MS = 300_000;

const STEPS: Readonly<Partial<Record<LedgerKind, Step>>> = {
  release: { from: ["active"], to: null },
  expire: { from: ["active"], to: null },
  swap: { from: ["active"], to: null },
  extend: { from: ["active"], to: "active" },
  checkout: { from: ["active"], to: "ordered", of: "home" },
  claim: { from: ["active"], to: "claimed", of: "others" },
  unclaim: { from: ["claimed"], to: "active", of: "others" },
  confirm: { from: ["ordered", "claimed"], to: null, of: "any" },
  cancel: { from: ["ordered", "claimed"], to: null, of: "any" },
  expire_order: { from: ["ordered"], to: null, of: "home" },
  lapse: { from: ["claimed"], to: null, of: "others" },
};

export type Lives = {
  /** Why this row cannot follow from the ones before it; null when it can. Takes its effect. */
  take(row: LedgerRow): string | null;
};

/**
 * From a checkpoint on, rows may tell of holds that were placed before it, as far as its counts go. Of these `before` has the
 * sum while they are active, since nobody knows when they run out.
 */
export function openLives(from: Pick<Head, "seq" | "held" | "sold">): Lives {
  const live = new Map<HoldId, Life>();
  const orders = new Map<OrderId, OrderLife>();
  const sold = new Map<string, number>();
  const before = { held: from.held, sold: from.sold };
  /** Of holds that were placed before the checkpoint. */
  const ended = new Set<HoldId>();
  /** A hold whose place the next row's takes (rule O8). */
  let swapped: { readonly row: LedgerRow; readonly life: Life } | null = null;

  function place(row: LedgerRow, id: HoldId): string | null {
    if (live.has(id)) return `hold ${id} is placed, and it is there already`;
    const { firstPlacedAt, heldUntil } = swapped?.life ?? { firstPlacedAt: row.at, heldUntil: row.at + HOLD_MS };
    const mayHaveSwapped = from.seq > 0 && row.seq === from.seq + 1;
    swapped = null;
    ended.delete(id);
    if (heldUntil === null || mayHaveSwapped) before.held += row.quantity;
    else live.set(id, { quantity: row.quantity, firstPlacedAt, heldUntil, standing: "active", orderId: null });
    return null;
  }

  /** The hold as it stands, or as one from before the checkpoint must stand for such a row. */
  function lifeOf(id: HoldId, row: LedgerRow, step: Step): Life | null {
    const known = live.get(id);
    if (known) return known;
    if (ended.has(id) || before.held < row.quantity) return null;
    before.held -= row.quantity;
    const standing = must(step.from[0], "each step begins somewhere");
    return { quantity: row.quantity, firstPlacedAt: 0, heldUntil: null, standing, orderId: row.orderId };
  }

  /** Where the hold goes by this step. */
  function settle(id: HoldId, life: Life, to: Standing | null): void {
    live.delete(id);
    if (to === null) {
      if (life.heldUntil === null) ended.add(id);
    } else if (to === "active" && life.heldUntil === null) before.held += life.quantity;
    else live.set(id, { ...life, standing: to });
  }

  function move(row: LedgerRow, id: HoldId, step: Step): string | null {
    const life = lifeOf(id, row, step);
    if (!life) return `hold ${id} is not live`;
    if (row.quantity !== life.quantity) return `hold ${id} is of ${life.quantity}, and the row of ${row.quantity}`;
    if (!step.from.includes(life.standing)) return `hold ${id} is ${life.standing}`;
    const wrong = step.of === undefined ? null : moveOrder(row, id, life, step);
    if (wrong !== null) return wrong;
    if (row.kind === "extend" && life.heldUntil !== null) {
      const until = Math.min(row.at + HOLD_MS, life.firstPlacedAt + MAX_HELD_MS);
      life.heldUntil = Math.max(life.heldUntil, until);
    }
    if (row.kind === "swap") swapped = { row, life };
    if (row.kind === "confirm") sold.set(nameOf(row), row.quantity);
    settle(id, life, step.to);
    return null;
  }

  /** An order takes all its holds before any of them ends, and all end alike (rules O2, O3). */
  function moveOrder(row: LedgerRow, id: HoldId, life: Life, { to, of }: Step): string | null {
    const orderId = must(row.orderId, "such a row names its order");
    const isHome = homeOf(orderId) === ticketTypeOfHold(id);
    if ((of === "home" && !isHome) || (of === "others" && isHome))
      return `a ${row.kind} is no row of ${isHome ? "the home" : "another ticket type"} of order ${orderId}`;
    const order = orders.get(orderId);
    if (life.standing === "active") {
      if (order && order.ending !== null) return `order ${orderId} has ended by a ${order.ending}`;
      orders.set(orderId, { open: (order?.open ?? 0) + 1, ending: null });
      life.orderId = orderId;
      return null;
    }
    if (life.orderId !== orderId) return `hold ${id} is of order ${life.orderId}`;
    if (order && order.ending !== null && order.ending !== row.kind)
      return `order ${orderId} ends by a ${row.kind}, and has ended by a ${order.ending}`;
    if (order && order.open > 1) orders.set(orderId, { open: order.open - 1, ending: row.kind });
    else orders.delete(orderId);
    if (to === "active") life.orderId = null;
    return null;
  }

  /** Rule H4: the active holds that run out first, all that run out together, and none of which it takes a part. */
  function runOut(row: LedgerRow): string | null {
    const active = [...live].flatMap(([id, { standing, quantity, heldUntil }]) =>
      standing === "active" && heldUntil !== null ? { id, quantity, heldUntil } : [],
    );
    active.sort((a, b) => a.heldUntil - b.heldUntil);
    let left = row.quantity;
    let last = 0;
    for (const { id, quantity, heldUntil } of active) {
      const isAmong = left > 0 || heldUntil === last;
      // While there may be others, from before the checkpoint, time alone tells.
      if (!isAmong || (before.held > 0 && heldUntil > row.at)) break;
      left -= quantity;
      last = heldUntil;
      live.delete(id);
    }
    if (left < 0 || left > before.held) return `no holds that ran out together are of ${row.quantity}`;
    before.held -= left;
    return null;
  }

  /** Rule O7: tickets that were sold come back, and never more than there are. */
  function comeBack(row: LedgerRow): string | null {
    const name = nameOf(row);
    const left = sold.get(name);
    if (left === undefined) {
      if (before.sold < row.quantity) return `hold ${row.holdId} was not sold by order ${row.orderId}`;
      before.sold -= row.quantity;
      return null;
    }
    if (row.quantity > left) return `${row.quantity} come back of hold ${row.holdId}, and ${left} are left`;
    if (row.quantity < left) sold.set(name, left - row.quantity);
    else sold.delete(name);
    return null;
  }

  return {
    take(row) {
      const { kind, holdId } = row;
      if (swapped !== null && !isPlaceOf(swapped.row, row))
        return `hold ${swapped.row.holdId} was swapped, and this is not the hold that takes its place`;
      if (isOfMany(row)) return runOut(row);
      if (holdId === null) return null;
      if (kind === "hold") return place(row, holdId);
      if (kind === "return" || kind === "withdraw") return comeBack(row);
      return move(row, holdId, must(STEPS[kind], "each other kind of row that names a hold moves it"));
    },
  };
}

function isPlaceOf(swap: LedgerRow, row: LedgerRow): boolean {
  return row.kind === "hold" && row.actor === swap.actor && row.requestId === swap.requestId;
}

/** A hold's id may be taken again once its day is over; an order's never. */
function nameOf({ orderId, holdId }: LedgerRow): string {
  return `${orderId} ${holdId}`;
}
