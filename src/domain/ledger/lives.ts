// Follows each hold and each order through the rows of a ledger: only what was there can be given back, sold or
// returned, and only once. Of what has ended it keeps only the sold tickets, since these may come back.

import { homeOf, type HoldId, type OrderId, ticketTypeOfHold } from "../ids.ts";
import { MAX_EXTENSIONS, MAX_HELD_MS } from "../limits.ts";
import { must } from "../result.ts";
import { type Head, isOfMany, type LedgerKind, type LedgerRow } from "./chain.ts";

type HoldState = "active" | "ordered" | "claimed";

/** A hold that counts. `heldUntil` is null when the hold is from before the checkpoint, since no row has its time. */
type Life = {
  readonly quantity: number;
  readonly firstPlacedAt: number;
  readonly heldUntil: number | null;
  readonly extensions: number;
  readonly standing: HoldState;
  readonly orderId: OrderId | null;
};

/** A live order: how many of its holds have not ended yet, and the kind of row that ended the others. */
type OrderLife = { readonly open: number; readonly ending: LedgerKind | null };

/**
 * `from` and `to`: the states of a hold before and after such a row; null when it has ended. `of`: whose order writes it.
 */
type Step = {
  readonly from: readonly [HoldState, ...HoldState[]];
  readonly to: HoldState | null;
  readonly of?: "home" | "others" | "any";
};

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

/**
 * `before` counts what was placed or sold before the checkpoint and was named by no row since; of its holds only the sum is
 * known. `ended` has those that a row has named since. `swapped` is a hold that the next row replaces.
 */
type State = {
  readonly holdMs: number;
  readonly live: Map<HoldId, Life>;
  readonly orders: Map<OrderId, OrderLife>;
  readonly sold: Map<string, number>;
  readonly before: { readonly seq: number; held: number; sold: number };
  readonly ended: Set<HoldId>;
  swapped: { readonly row: LedgerRow; readonly life: Life } | null;
};

export type Lives = {
  /** Applies the row. Returns why it cannot follow from the rows before it; null when it can. */
  take(row: LedgerRow): string | null;
};

/**
 * Rows after a checkpoint may name holds that were placed before it, as far as its counts allow. `holdMs`, how long a hold
 * lasts, only orders holds by their expiry; no single hold is checked against it.
 */
export function openLives({ seq, held, sold }: Pick<Head, "seq" | "held" | "sold">, holdMs: number): Lives {
  const state: State = {
    holdMs,
    live: new Map(),
    orders: new Map(),
    sold: new Map(),
    before: { seq, held, sold },
    ended: new Set(),
    swapped: null,
  };
  return { take: (row) => takeRow(state, row) };
}

function takeRow(state: State, row: LedgerRow): string | null {
  const { kind, holdId } = row;
  const { swapped } = state;
  if (swapped !== null && !takesPlaceOf(swapped.row, row))
    return `hold ${swapped.row.holdId} was swapped by the row before, but this is not the hold that replaces it`;
  if (isOfMany(row)) return runOut(state, row);
  if (holdId === null) return null;
  if (kind === "hold") return place(state, row, holdId);
  if (kind === "return" || kind === "withdraw") return comeBack(state, row);
  return move(state, row, holdId, must(STEPS[kind], "each other kind of row that names a hold moves it"));
}

function place(state: State, row: LedgerRow, id: HoldId): string | null {
  const { live, before, swapped, holdMs } = state;
  if (live.has(id)) return `hold ${id} is placed, but it is live already`;
  // The row of the replaced hold may have been cut.
  const mayHaveSwapped = before.seq > 0 && row.seq === before.seq + 1;
  const heldUntil = swapped ? swapped.life.heldUntil : row.at + holdMs;
  const { firstPlacedAt, extensions } = swapped?.life ?? { firstPlacedAt: row.at, extensions: 0 };
  state.swapped = null;
  state.ended.delete(id);
  if (heldUntil === null || mayHaveSwapped) before.held += row.quantity;
  else
    live.set(id, { quantity: row.quantity, firstPlacedAt, heldUntil, extensions, standing: "active", orderId: null });
  return null;
}

function move(state: State, row: LedgerRow, id: HoldId, step: Step): string | null {
  const { kind, quantity } = row;
  const life = lifeOf(state, row, id, step);
  if (!life) return `hold ${id} was not placed, or has ended`;
  if (quantity !== life.quantity) return `hold ${id} has a quantity of ${life.quantity}, but the row has ${quantity}`;
  if (!step.from.includes(life.standing))
    return `hold ${id} is ${life.standing}, but a ${kind} needs one that is ${step.from.join(" or ")}`;
  if (kind === "extend" && life.extensions >= MAX_EXTENSIONS) return `hold ${id} was extended ${MAX_EXTENSIONS} times`;
  const orderId = step.of === undefined ? life.orderId : must(row.orderId, "such a row names its order");
  const wrong = step.of === undefined ? null : moveOrder(state, row, life, step);
  if (wrong !== null) return wrong;
  if (kind === "swap") state.swapped = { row, life };
  if (kind === "confirm") state.sold.set(nameOf(row), quantity);
  const moved = kind === "extend" ? extended(state, life, row.at) : life;
  settle(state, id, { ...moved, orderId: step.to === "active" ? null : orderId }, step.to);
  return null;
}

/** The hold's present state, or the state that one from before the checkpoint must have for such a row. */
function lifeOf({ live, ended, before }: State, row: LedgerRow, id: HoldId, step: Step): Life | null {
  const life = live.get(id);
  if (life) return life;
  if (ended.has(id) || before.held < row.quantity) return null;
  before.held -= row.quantity;
  const [standing] = step.from;
  const { quantity, orderId } = row;
  return { quantity, firstPlacedAt: 0, heldUntil: null, extensions: 0, standing, orderId };
}

/** Checks and applies an extension (rule O9). */
function extended({ holdMs }: State, life: Life, at: number): Life {
  if (life.heldUntil === null) return life;
  const until = Math.min(at + holdMs, life.firstPlacedAt + MAX_HELD_MS);
  return { ...life, heldUntil: Math.max(life.heldUntil, until), extensions: life.extensions + 1 };
}

/** Moves the hold to its next state. */
function settle({ live, ended, before }: State, id: HoldId, life: Life, to: HoldState | null): void {
  live.delete(id);
  if (to === null) {
    if (life.heldUntil === null) ended.add(id);
  } else if (to === "active" && life.heldUntil === null) before.held += life.quantity;
  else live.set(id, { ...life, standing: to });
}

/** An order takes all its holds before any of them ends, and all end alike. A void claim was no order (rules O2, O3). */
function moveOrder({ orders }: State, row: LedgerRow, life: Life, { of }: Step): string | null {
  const { kind } = row;
  const orderId = must(row.orderId, "such a row names its order");
  const isHome = homeOf(orderId) === ticketTypeOfHold(must(row.holdId, "such a row names its hold"));
  if ((of === "home" && !isHome) || (of === "others" && isHome))
    return `a ${kind} is no row of ${isHome ? "the home" : "another ticket type"} of order ${orderId}`;
  const order = orders.get(orderId);
  if (life.standing === "active") {
    if (order && order.ending !== null) return `order ${orderId} takes a hold, but it has ended by a ${order.ending}`;
    orders.set(orderId, { open: (order?.open ?? 0) + 1, ending: null });
    return null;
  }
  if (life.orderId !== orderId) return `hold ${row.holdId} belongs to order ${life.orderId}, not to ${orderId}`;
  if (order && order.ending !== null && order.ending !== kind)
    return `order ${orderId} ends by a ${kind}, but it has ended by a ${order.ending}`;
  if (order && order.open > 1) orders.set(orderId, { open: order.open - 1, ending: kind });
  else orders.delete(orderId);
  return null;
}

/** Rule H4: removes the active holds that expire first. All that expire together must go, none of them in part. */
function runOut({ live, before }: State, row: LedgerRow): string | null {
  const active = [...live].flatMap(([id, { standing, quantity, heldUntil }]) =>
    standing === "active" && heldUntil !== null ? { id, quantity, heldUntil } : [],
  );
  active.sort((a, b) => a.heldUntil - b.heldUntil);
  let left = row.quantity;
  let last = 0;
  for (const { id, quantity, heldUntil } of active) {
    const isAmong = left > 0 || heldUntil === last;
    // While there may be other holds, from before the checkpoint, only the time decides.
    if (!isAmong || (before.held > 0 && heldUntil > row.at)) break;
    left -= quantity;
    last = heldUntil;
    live.delete(id);
  }
  if (left < 0 || left > before.held) return `no holds that expire together have a quantity of ${row.quantity}`;
  before.held -= left;
  return null;
}

/** Rule O7: sold tickets come back, never more than there are. */
function comeBack({ sold, before }: State, row: LedgerRow): string | null {
  const name = nameOf(row);
  const left = sold.get(name);
  if (left === undefined) {
    if (before.sold < row.quantity)
      return `hold ${row.holdId} has no tickets left that were sold to order ${row.orderId}`;
    before.sold -= row.quantity;
    return null;
  }
  if (row.quantity > left) return `${row.quantity} tickets of hold ${row.holdId} come back, but only ${left} are left`;
  if (row.quantity < left) sold.set(name, left - row.quantity);
  else sold.delete(name);
  return null;
}

function takesPlaceOf(swap: LedgerRow, row: LedgerRow): boolean {
  return row.kind === "hold" && row.actor === swap.actor && row.requestId === swap.requestId;
}

/** A hold's id may be used again after a day; an order's never. */
function nameOf({ orderId, holdId }: LedgerRow): string {
  return `${orderId} ${holdId}`;
}
