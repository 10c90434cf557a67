// Converts between the rows of SQLite and the domain's types, the one place where a stored value is cast to a type. The
// casts hold because only the store writes these tables, from the same types, and CHECKs hold the enumerations.

import type { AddressHash } from "../../domain/people/address-hash.ts";
import type { Hold } from "../../domain/orders/hold.ts";
import { countedClaim, countedOrder, type LiveHold, type LiveOrder } from "../../domain/ledger/memory/book.ts";
import type { LedgerRow } from "../../domain/ledger/chain.ts";
import type { CountsRow } from "../../domain/ledger/counts-over-time.ts";
import type { Claim, Order } from "../../domain/orders/order.ts";
import type { OrderReturn } from "../../domain/orders/order-return.ts";
import type { Terms } from "../../domain/terms.ts";
import type { SqlRow, SqlValue } from "../../shared/objects/object-sql.ts";
import type { OutboxMessage, ProjectionRow, SentOrder } from "./store.ts";

/** A row as it is bound, within one JSON text; nested JSON goes into its column as text. */
export type BoundRow = readonly (SqlValue | object)[];

export const HOLD_COLUMNS =
  "id, user_id, quantity, status, source, notes, unit_price, held_until, first_placed_at, extension_keys, created_at, updated_at, order_id, replaces, replaced_by, basket, address, placed_seq, seq";
export const LEDGER_COLUMNS =
  "seq, at, kind, hold_id, order_id, quantity, total, sold, held, withdrawn, actor, request_id, hash";
export const ORDER_COLUMNS =
  "id, user_id, status, attempt, items, total, expires_at, created_at, updated_at, seq, history, contact, locale, counted, unpaid, marks, pending";
export const RETURN_COLUMNS = "order_id, id, seq, body";
export const CLAIM_COLUMNS =
  "order_id, attempt, user_id, holds, state, deadline, revision, started_seq, counted, unpaid";

export function holdValues(hold: Hold): BoundRow {
  return [
    hold.id,
    hold.userId,
    hold.quantity,
    hold.status,
    hold.source,
    hold.notes,
    hold.unitPrice,
    hold.heldUntil,
    hold.firstPlacedAt,
    hold.extensionKeys.join(" "),
    hold.createdAt,
    hold.updatedAt,
    hold.orderId,
    hold.replaces,
    hold.replacedBy,
    hold.basket,
    hold.address,
    hold.placedSeq,
    hold.seq,
  ];
}

export function toHold(row: SqlRow): Hold {
  return {
    id: row["id"],
    userId: row["user_id"],
    quantity: row["quantity"],
    status: row["status"],
    source: row["source"],
    // A hold that one ledger row gave back together with many others still has its notes in its row, until it is deleted
    // (rule H2).
    notes: row["status"] === "expired" ? null : row["notes"],
    unitPrice: row["unit_price"],
    heldUntil: row["held_until"],
    firstPlacedAt: row["first_placed_at"],
    extensionKeys: keysOf(row["extension_keys"]),
    createdAt: row["created_at"],
    updatedAt: row["updated_at"],
    orderId: row["order_id"],
    replaces: row["replaces"],
    replacedBy: row["replaced_by"],
    basket: row["basket"],
    address: row["address"],
    placedSeq: row["placed_seq"],
    seq: row["seq"],
  } as Hold;
}

const NO_SHARES: LiveHold["unpaid"] = [];

/** Reads one JSON array of [user id, counted, held until, seq, quantity, address]. */
export function liveHoldsFromJson(text: string): LiveHold[] {
  return (JSON.parse(text) as SqlValue[][]).map(([userId, counted, heldUntil, seq, quantity, address]) => {
    const unpaid: LiveHold["unpaid"] = address === null ? NO_SHARES : [[address as AddressHash, Number(quantity)]];
    return { userId, counted, heldUntil, seq, unpaid } as LiveHold;
  });
}

const NO_KEYS: readonly string[] = [];

/** Splits the keys in their column, which are separated by blanks. */
function keysOf(text: SqlValue | undefined): readonly string[] {
  return typeof text === "string" && text !== "" ? text.split(" ") : NO_KEYS;
}

export function orderValues(order: Order, terms: Pick<Terms, "ticketTypeId">): BoundRow {
  return [
    order.id,
    order.userId,
    order.status,
    order.attempt,
    order.items,
    order.total,
    order.expiresAt,
    order.createdAt,
    order.updatedAt,
    order.seq,
    order.history,
    order.contact,
    order.locale,
    countedOrder(order, terms),
    order.unpaid,
    order.marks ?? null,
    order.pending ?? null,
  ];
}

export function toOrder(row: SqlRow): Order {
  return {
    id: row["id"],
    userId: row["user_id"],
    status: row["status"],
    attempt: row["attempt"],
    items: JSON.parse(String(row["items"])) as Order["items"],
    total: row["total"],
    expiresAt: row["expires_at"],
    createdAt: row["created_at"],
    updatedAt: row["updated_at"],
    seq: row["seq"],
    history: JSON.parse(String(row["history"])) as Order["history"],
    contact: row["contact"] === null ? null : (JSON.parse(String(row["contact"])) as Order["contact"]),
    locale: row["locale"],
    unpaid: JSON.parse(String(row["unpaid"])) as Order["unpaid"],
    ...(row["marks"] === null ? {} : { marks: JSON.parse(String(row["marks"])) as Order["marks"] }),
    ...(row["pending"] === null ? {} : { pending: JSON.parse(String(row["pending"])) as Order["pending"] }),
  } as Order;
}

export function claimValues(claim: Claim): BoundRow {
  const { orderId, attempt, userId, holds, state, deadline, revision, startedSeq } = claim;
  return [orderId, attempt, userId, holds, state, deadline, revision, startedSeq, countedClaim(claim), claim.unpaid];
}

export function toClaim(row: SqlRow): Claim {
  return {
    orderId: row["order_id"],
    attempt: row["attempt"],
    userId: row["user_id"],
    holds: JSON.parse(String(row["holds"])) as Claim["holds"],
    state: row["state"],
    deadline: row["deadline"],
    revision: row["revision"],
    startedSeq: row["started_seq"],
    unpaid: JSON.parse(String(row["unpaid"])) as Claim["unpaid"],
  } as Claim;
}

/** What was requested and what was taken are one text, since only the key and the ledger position are ever searched for. */
export function returnValues({ orderId, id, seq, ...body }: OrderReturn): BoundRow {
  return [orderId, id, seq, body];
}

export function toReturn(row: SqlRow): OrderReturn {
  const body = JSON.parse(String(row["body"])) as Omit<OrderReturn, "orderId" | "id" | "seq">;
  return { ...body, orderId: row["order_id"], id: row["id"], seq: row["seq"] } as OrderReturn;
}

/** Reads one JSON array of [order id, user id, counted, deadline, started seq, shares]. */
export function liveFromJson(text: string): LiveOrder[] {
  return (JSON.parse(text) as unknown[][]).map(
    ([orderId, userId, counted, deadline, startedSeq, unpaid]) =>
      ({ orderId, userId, counted, deadline, startedSeq, unpaid }) as LiveOrder,
  );
}

export function ledgerValues(row: LedgerRow): BoundRow {
  return [
    row.seq,
    row.at,
    row.kind,
    row.holdId,
    row.orderId,
    row.quantity,
    row.total,
    row.sold,
    row.held,
    row.withdrawn,
    row.actor,
    row.requestId,
    row.hash,
  ];
}

export function toLedgerRow(row: SqlRow): LedgerRow {
  return {
    seq: row["seq"],
    at: row["at"],
    kind: row["kind"],
    holdId: row["hold_id"],
    orderId: row["order_id"],
    quantity: row["quantity"],
    total: row["total"],
    sold: row["sold"],
    held: row["held"],
    withdrawn: row["withdrawn"],
    actor: row["actor"],
    requestId: row["request_id"],
    hash: row["hash"],
  } as LedgerRow;
}

export function toCountsRow(row: SqlRow): CountsRow {
  return row as CountsRow;
}

export function toMailNote(row: SqlRow | undefined): string | null {
  return (row?.["mailed"] ?? null) as string | null;
}

export function toProjectionRow(row: SqlRow): ProjectionRow {
  return row as ProjectionRow;
}

export function toSentOrder(row: SqlRow): SentOrder {
  return row as SentOrder;
}

export function toOutboxMessage(row: SqlRow): OutboxMessage {
  return { ticketTypeId: row["to"], order: toOrder(row) } as OutboxMessage;
}
