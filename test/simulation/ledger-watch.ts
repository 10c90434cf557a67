// Reads an object's ledger as an auditor would: row by row as they become durable, recounting everything from the kinds
// and quantities alone. It takes no part of the decisions from the product, only the shape of its rows.

import { EMPTY_HEAD, firstBrokenRow, type Head, type LedgerRow } from "../../src/domain/ledger/chain.ts";
import type { Hold } from "../../src/domain/hold.ts";
import type { HoldId } from "../../src/domain/ids.ts";
import { sha256 } from "../support/builders.ts";

/** Where a hold stands by its ledger rows. */
export type Standing = "active" | "claimed" | "released" | "expired" | "confirmed" | "cancelled" | "lapsed";

export type Watched = {
  readonly id: HoldId;
  readonly userId: string;
  readonly quantity: number;
  readonly heldUntil: number;
  /** The request that placed it: whoever asks again under the same key asks for the same. */
  readonly requestId: string | null;
  standing: Standing;
  orderId: string | null;
  wasPutBack: boolean;
};

export type LedgerWatch = {
  head: Head;
  readonly rows: Map<number, LedgerRow>;
  readonly holds: Map<string, Watched>;
  /** What the rows call by one request: more than one hold is a repeat that held again. */
  readonly placedBy: Map<string, HoldId>;
};

export function openLedgerWatch(): LedgerWatch {
  return { head: EMPTY_HEAD, rows: new Map(), holds: new Map(), placedBy: new Map() };
}

/** What D1 says of an order at this moment. */
export type OrderFact = (orderId: string) => "reserved" | "confirmed" | "cancelled" | "expired" | "void" | null;

type Sources = {
  readonly findHold: (id: HoldId) => Hold | null;
  readonly orderFact: OrderFact;
  readonly maxPerOrder: number;
  /** Whether alarms come when they should, so that what runs out is announced in time. */
  readonly alarmsCome: boolean;
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

/** Rule H1, and that a row follows from the one before it by its kind and quantity alone. */
function balanceOf(before: Head, row: LedgerRow): string | null {
  const { held, sold, total, quantity, kind } = row;
  if (held < 0 || sold < 0 || held + sold > total) return `[H1] total ${total}, sold ${sold}, held ${held}`;
  if (row.at < before.at) return "[H3] the ledger's time runs backwards";
  const gives = kind === "release" || kind === "expire" || kind === "confirm" || kind === "cancel" || kind === "lapse";
  const heldNow = before.held + (kind === "hold" ? quantity : gives ? -quantity : 0);
  const soldNow = before.sold + (kind === "confirm" ? quantity : 0);
  if (held !== heldNow || sold !== soldNow)
    return `counts ${heldNow} held and ${soldNow} sold, says ${held} and ${sold}`;
  return kind === "terms" || total === before.total ? null : "the total changes without terms";
}

function holdRow(watch: LedgerWatch, row: LedgerRow, sources: Sources): string | null {
  if (row.kind === "terms") return null;
  if (!row.holdId) return "names no hold";
  const hold = watch.holds.get(row.holdId);
  if (row.kind === "hold") return hold ? "[H8] this hold is there already" : placed(watch, row, row.holdId, sources);
  if (!hold) return "there was no such hold";
  if (row.quantity !== hold.quantity) return `of ${row.quantity}, which were ${hold.quantity}`;
  return moved(hold, row, sources);
}

function placed(watch: LedgerWatch, row: LedgerRow, id: HoldId, { findHold, maxPerOrder }: Sources): string | null {
  const stored = findHold(id);
  if (!stored) return "[H11] the ledger tells of it and it has no row";
  if (row.requestId !== null) {
    if (watch.placedBy.has(row.requestId)) return "[H8] the same key holds a second time";
    watch.placedBy.set(row.requestId, id);
  }
  const { userId, heldUntil } = stored;
  const { quantity, requestId } = row;
  watch.holds.set(id, {
    id,
    userId,
    quantity,
    heldUntil,
    requestId,
    standing: "active",
    orderId: null,
    wasPutBack: false,
  });
  let has = 0;
  for (const hold of watch.holds.values()) if (hold.userId === userId && isLive(hold)) has += hold.quantity;
  return has > maxPerOrder ? `[H7] the shopper has ${has} of ${maxPerOrder}` : null;
}

/** Rule H4: at the latest so long after its time. */
const ANNOUNCED_MS = 10_000;

/** Each quantity goes back or is sold once, and only by whom it may be. */
function moved(hold: Watched, row: LedgerRow, { orderFact, alarmsCome }: Sources): string | null {
  const was = hold.standing;
  const [standing, fact] = MOVES[row.kind] ?? [was, null];
  if (row.kind === "release" || row.kind === "expire" || row.kind === "claim") {
    if (was !== "active") return `[H9] it is ${was}`;
    const late = row.at >= hold.heldUntil;
    if (late !== (row.kind === "expire")) return `[H3] at ${row.at}, held until ${hold.heldUntil}`;
    // Why not one that was put back: its time had passed before, and it goes in the same turn.
    if (alarmsCome && !hold.wasPutBack && row.at > hold.heldUntil + ANNOUNCED_MS) return `[H4] announced at ${row.at}`;
  } else if (was !== "claimed" || hold.orderId !== row.orderId) {
    return `[O2] it is ${was} by ${hold.orderId}`;
  }
  const said = row.orderId === null ? null : orderFact(row.orderId);
  if (fact !== null && said !== fact) return `[O2] D1 says of ${row.orderId}: ${said}`;
  hold.standing = standing;
  if (row.kind === "unclaim") hold.wasPutBack = true;
  hold.orderId = row.kind === "unclaim" ? null : (row.orderId ?? hold.orderId);
  return null;
}

/** What a row makes of its hold, and what D1 must say of the order then (rules O2, O3). */
const MOVES: Readonly<Partial<Record<LedgerRow["kind"], readonly [Standing, ReturnType<OrderFact>]>>> = {
  release: ["released", null],
  expire: ["expired", null],
  claim: ["claimed", null],
  unclaim: ["active", "void"],
  confirm: ["confirmed", "confirmed"],
  cancel: ["cancelled", "cancelled"],
  lapse: ["lapsed", "expired"],
};

export function isLive({ standing }: Watched): boolean {
  return standing === "active" || standing === "claimed";
}
