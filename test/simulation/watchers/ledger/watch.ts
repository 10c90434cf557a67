// Reads an object's ledger as an auditor would: row by row as rows become durable, recounting everything from kinds and
// quantities alone. It uses none of the product's decisions, only the shape of its rows.

import { contactIn } from "../../../../src/domain/orders/contact.ts";
import { EMPTY_HEAD, firstBrokenRow, type Head, type LedgerRow } from "../../../../src/domain/ledger/chain.ts";
import type { Hold, HoldSource } from "../../../../src/domain/orders/hold.ts";
import type { HoldId, OrderId, TicketTypeId } from "../../../../src/domain/ids.ts";
import type { Order } from "../../../../src/domain/orders/order.ts";
import type { Terms } from "../../../../src/domain/terms.ts";
import { HOLD_TTL_MS, sha256 } from "../../../support/builders.ts";
import { ofOrder } from "./orders.ts";
import { explainNotBy, explainNotPlaced } from "./rights.ts";
import { cameBack, isReturn, returnedElsewhere } from "./returns.ts";

/** The state of a hold by its ledger rows. `ordered`: by an order of this ticket type; `claimed`: by one of another. */
export type Standing =
  | "active"
  | "ordered"
  | "claimed"
  | "released"
  | "expired"
  | "swapped"
  | "confirmed"
  | "cancelled"
  | "lapsed";

export type Watched = {
  readonly id: HoldId;
  /** The row that placed it: its id may be used again, once the hold is forgotten after its end. */
  readonly placedSeq: number;
  readonly userId: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly source: HoldSource;
  heldUntil: number;
  readonly firstPlacedAt: number;
  extensions: number;
  /** The request that placed it: a repeat under the same key is the same request. */
  readonly requestId: string | null;
  standing: Standing;
  orderId: string | null;
  wasPutBack: boolean;
  /** The row of its last change. */
  seq: number;
  /** Of a confirmed one: how many of its tickets came back, and how many of those were withdrawn. */
  returned: number;
  withdrawn: number;
  /** Whether another hold has taken its place. */
  isReplaced: boolean;
};

export type LedgerWatch = {
  head: Head;
  readonly rows: Map<number, LedgerRow>;
  readonly holds: Map<string, Watched>;
  /** Those whose id was used again since. */
  readonly former: Watched[];
  /** What the rows call by one request: more than one hold is a repeat that held again. */
  readonly placedBy: Map<string, HoldId>;
};

export function openLedgerWatch(): LedgerWatch {
  return { head: EMPTY_HEAD, rows: new Map(), holds: new Map(), former: [], placedBy: new Map() };
}

/** The order as its home has it at this moment. */
export type FindOrder = (orderId: OrderId) => Order | null;

export type Sources = {
  readonly findHold: (id: HoldId) => Hold | null;
  readonly findOrder: FindOrder;
  /** The durable state of a hold of another ticket type. */
  readonly elsewhere: (type: TicketTypeId, holdId: HoldId) => Watched | undefined;
  readonly maxPerOrder: number;
  /** The terms that may have been in force when these rows were written. */
  readonly terms: readonly Terms[];
  /** Whether alarms come when they should, so that expiries are announced in time. */
  readonly alarmsCome: boolean;
  /** Whether the object's database is above the size at which it keeps less. */
  readonly hasNoRoom: boolean;
};

/** What is wrong with the new rows, or null. */
export function followRows(watch: LedgerWatch, rows: readonly LedgerRow[], sources: Sources): string | null {
  const broken = firstBrokenRow(watch.head, rows, sha256);
  if (broken !== null) return `the chain breaks at row ${broken}`;
  for (const row of rows) {
    const wrong = balanceOf(watch.head, row) ?? holdRow(watch, row, sources);
    if (wrong) return `row ${row.seq}, ${row.kind} of ${row.holdId}: ${wrong}`;
    watch.head = row;
    watch.rows.set(row.seq, row);
  }
  return null;
}

/** After these the quantity is no longer held. */
const GIVES: ReadonlySet<LedgerRow["kind"]> = new Set([
  "release",
  "expire",
  "swap",
  "confirm",
  "cancel",
  "expire_order",
  "lapse",
]);

/** A row that lies further ahead was written by a clock that was wrong. */
const WRONG_CLOCK_MS = 60_000;

/** Rule H1, and that a row follows from the one before it by its kind and quantity alone. */
function balanceOf(before: Head, row: LedgerRow): string | null {
  const { held, sold, withdrawn, total, quantity, kind } = row;
  if (held < 0 || sold < 0 || withdrawn < 0 || held + sold + withdrawn > total)
    return `[H1] total ${total}, sold ${sold}, held ${held}, withdrawn ${withdrawn}`;
  if (row.at < before.at && before.at - row.at <= WRONG_CLOCK_MS) return "[H3] the ledger's time runs backwards";
  const heldNow = before.held + (kind === "hold" ? quantity : GIVES.has(kind) ? -quantity : 0);
  const soldNow = before.sold + (kind === "confirm" ? quantity : isReturn(row) ? -quantity : 0);
  const withdrawnNow = before.withdrawn + (kind === "withdraw" ? quantity : 0);
  if (held !== heldNow || sold !== soldNow || withdrawn !== withdrawnNow)
    return `counts ${heldNow} held, ${soldNow} sold, ${withdrawnNow} withdrawn, says ${held}, ${sold}, ${withdrawn}`;
  return kind === "terms" || total === before.total ? null : "the total changes without terms";
}

function holdRow(watch: LedgerWatch, row: LedgerRow, sources: Sources): string | null {
  if (row.kind === "terms") return null;
  if (isReturn(row) && row.quantity === 0) return returnedElsewhere(row, sources);
  if (row.kind === "expire" && !row.holdId) return allRanOut(watch, row, sources);
  if (row.kind === "contact") return contactRow(row, sources);
  if (!row.holdId) return "names no hold";
  const hold = holdOf(watch, row, row.holdId);
  if (row.kind === "hold") {
    if (hold && !isForgotten(watch, hold, row.at, sources)) return "[H8] this hold is there already";
    if (hold) watch.former.push(hold);
    return placed(watch, row, row.holdId, sources);
  }
  if (!hold) return "there was no such hold";
  if (isReturn(row)) return cameBack(hold, row, sources);
  if (row.quantity !== hold.quantity) return `of ${row.quantity}, which were ${hold.quantity}`;
  return moved(hold, row, sources);
}

/** An order's row is about the hold that the order has taken, whatever its id has come to since. */
function holdOf({ holds, former }: LedgerWatch, { orderId }: LedgerRow, id: HoldId): Watched | undefined {
  const taken = orderId !== null && former.find((hold) => hold.id === id && hold.orderId === orderId);
  return taken || holds.get(id);
}

/** Rule H8: a day after it came to its end, or an hour where there is no room. */
function isForgotten(watch: LedgerWatch, hold: Watched, at: number, { hasNoRoom }: Sources): boolean {
  return !isLive(hold) && at >= stoodSince(watch, hold) + (hasNoRoom ? 1 : 24) * 3_600_000;
}

/**
 * Since when it is in this state, epoch ms, at the latest: a row whose time lies after that of a later one was written by a
 * clock that was ahead (rule H3).
 */
export function stoodSince({ rows }: LedgerWatch, { seq }: Watched): number {
  return Math.min(...[...rows.values()].filter((row) => row.seq >= seq).map(({ at }) => at));
}

/** Rule H4: one row for all that were active and had expired by its time, and for no other. */
function allRanOut(watch: LedgerWatch, row: LedgerRow, sources: Sources): string | null {
  const due = [...watch.holds.values()].filter(
    ({ standing, heldUntil }) => standing === "active" && heldUntil <= row.at,
  );
  const quantity = due.reduce((sum, hold) => sum + hold.quantity, 0);
  if (quantity !== row.quantity || quantity === 0) return `[H4] of ${row.quantity}, and ${quantity} had run out`;
  for (const hold of due) {
    const stored = sources.findHold(hold.id);
    if (stored?.status !== "expired" || stored.seq !== row.seq || stored.updatedAt !== row.at)
      return `[H4] ${hold.id} is ${stored?.status} by row ${stored?.seq}`;
    const wrong = moved(hold, row, sources);
    if (wrong) return wrong;
  }
  return null;
}

/** Rule O11: it names an order and nothing else, and from then on the order has no contact. */
function contactRow({ holdId, orderId, quantity }: LedgerRow, { findOrder }: Sources): string | null {
  if (holdId !== null || orderId === null || quantity !== 0) return "[O11] it is not about an order alone";
  const order = findOrder(orderId);
  return order && contactIn(order.contact) === null ? null : "[O11] the order has its contact";
}

function placed(
  watch: LedgerWatch,
  row: LedgerRow,
  id: HoldId,
  { findHold, maxPerOrder, terms }: Sources,
): string | null {
  const stored = findHold(id);
  if (!stored) return "[H11] the ledger tells of it and it has no row";
  if (row.requestId !== null) {
    if ((watch.placedBy.get(row.requestId) ?? id) !== id || watch.holds.get(id)?.standing === "active")
      return "[H8] the same key holds a second time";
    watch.placedBy.set(row.requestId, id);
  }
  const { userId, replaces, source, unitPrice } = stored;
  const wrongSale = explainNotPlaced(stored, row.at, terms);
  if (wrongSale) return wrongSale;
  const replaced = replaces === null ? null : watch.holds.get(replaces);
  if (replaces !== null && !(replaced?.standing === "swapped" && replaced.userId === userId && !replaced.isReplaced))
    return `[O8] in the place of ${replaces}, which is ${JSON.stringify(replaced)}`;
  if (replaced) replaced.isReplaced = true;
  const { quantity, requestId } = row;
  watch.holds.set(id, {
    id,
    placedSeq: row.seq,
    seq: row.seq,
    userId,
    quantity,
    unitPrice,
    source,
    heldUntil: replaced?.heldUntil ?? row.at + HOLD_TTL_MS,
    firstPlacedAt: replaced?.firstPlacedAt ?? row.at,
    extensions: replaced?.extensions ?? 0,
    requestId,
    standing: "active",
    orderId: null,
    wasPutBack: false,
    returned: 0,
    withdrawn: 0,
    isReplaced: false,
  });
  let has = 0;
  if (source === "scanner") return null;
  for (const hold of watch.holds.values()) if (hold.userId === userId && isLive(hold)) has += hold.quantity;
  return has > maxPerOrder ? `[H7] the shopper has ${has} of ${maxPerOrder}` : null;
}

/** How the request ids of baskets begin: a hold of one is given back for it only by the request that placed it. */
export const BASKET_REQUEST = "basket ";

/** Rule H4: at the latest so long after its time. */
const ANNOUNCED_MS = 10_000;

/** Each quantity goes back or is sold once, and only by whom it may be. */
function moved(hold: Watched, row: LedgerRow, sources: Sources): string | null {
  const was = hold.standing;
  const stranger = explainNotBy(hold, row);
  if (stranger) return stranger;
  if (row.kind === "release" && row.requestId?.startsWith(BASKET_REQUEST) && row.requestId !== hold.requestId)
    return `[O10] given back by ${row.requestId}, placed by ${hold.requestId}`;
  if (BEFORE_AN_ORDER.has(row.kind)) {
    if (was !== "active") return `[H9] it is ${was}`;
    const late = row.at >= hold.heldUntil;
    if (late !== (row.kind === "expire")) return `[H3] at ${row.at}, held until ${hold.heldUntil}`;
    // Not one that was put back: its time had passed before, and it expires in the same turn.
    if (sources.alarmsCome && !hold.wasPutBack && row.at > hold.heldUntil + ANNOUNCED_MS)
      return `[H4] announced at ${row.at}`;
  }
  if (row.kind === "extend") return extended(hold, row);
  const wrong = row.orderId === null ? null : ofOrder(hold, row, row.orderId, sources);
  if (wrong) return wrong;
  hold.standing = STANDINGS[row.kind] ?? was;
  hold.seq = row.seq;
  if (row.kind === "unclaim") hold.wasPutBack = true;
  hold.orderId = row.kind === "unclaim" ? null : (row.orderId ?? hold.orderId);
  return null;
}

/** Rule O9: to its full time from then on, by a second or more, ten times, and to an hour after its first placing. */
function extended(hold: Watched, row: LedgerRow): string | null {
  const heldUntil = Math.min(row.at + HOLD_TTL_MS, hold.firstPlacedAt + 3_600_000);
  if (heldUntil - hold.heldUntil < 1_000) return `[O9] it was held until ${hold.heldUntil}`;
  hold.heldUntil = heldUntil;
  hold.extensions += 1;
  return hold.extensions > 10 ? "[O9] it was extended ten times before" : null;
}

const BEFORE_AN_ORDER: ReadonlySet<LedgerRow["kind"]> = new Set([
  "release",
  "expire",
  "extend",
  "swap",
  "checkout",
  "claim",
]);

/** What a row makes of its hold. */
const STANDINGS: Readonly<Partial<Record<LedgerRow["kind"], Standing>>> = {
  release: "released",
  expire: "expired",
  swap: "swapped",
  checkout: "ordered",
  claim: "claimed",
  unclaim: "active",
  confirm: "confirmed",
  cancel: "cancelled",
  expire_order: "lapsed",
  lapse: "lapsed",
};

export function isLive({ standing }: Watched): boolean {
  return standing === "active" || standing === "ordered" || standing === "claimed";
}
