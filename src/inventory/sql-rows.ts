// Between the rows of SQLite and the domain's types: the one place where a stored value is taken for a typed one.
// Only the store writes these tables, and only from the same types; the CHECKs of the tables hold the enumerations.

import type { Claim, Hold } from "../domain/hold.ts";
import type { LedgerRow } from "../domain/ledger/chain.ts";
import type { OutboxRow } from "./store.ts";

export type SqlValue = string | number | null;
export type SqlRow = Record<string, SqlValue>;

export const HOLD_COLUMNS =
  "id, user_id, quantity, status, source, notes, unit_price, held_until, created_at, updated_at, order_id, claim_state, claim_deadline, seq";
export const LEDGER_COLUMNS = "seq, at, kind, hold_id, order_id, quantity, total, sold, held, actor, request_id, hash";

export function holdValues(hold: Hold): SqlValue[] {
  return [
    hold.id,
    hold.userId,
    hold.quantity,
    hold.status,
    hold.source,
    hold.notes,
    hold.unitPrice,
    hold.heldUntil,
    hold.createdAt,
    hold.updatedAt,
    hold.claim?.orderId ?? null,
    hold.claim?.state ?? null,
    hold.claim?.deadline ?? null,
    hold.seq,
  ];
}

export function toHold(row: SqlRow): Hold {
  const claim =
    row["order_id"] === null
      ? null
      : { orderId: row["order_id"], state: row["claim_state"], deadline: row["claim_deadline"] };
  return {
    id: row["id"],
    userId: row["user_id"],
    quantity: row["quantity"],
    status: row["status"],
    source: row["source"],
    notes: row["notes"],
    unitPrice: row["unit_price"],
    heldUntil: row["held_until"],
    createdAt: row["created_at"],
    updatedAt: row["updated_at"],
    claim: claim as Claim | null,
    seq: row["seq"],
  } as Hold;
}

/** Holds from one JSON array, each an array in the order of HOLD_COLUMNS: for many at once, on wake. */
export function holdsFromJson(text: string): Hold[] {
  return (JSON.parse(text) as SqlValue[][]).map((values) => {
    const [id, userId, quantity, status, source, notes, unitPrice, heldUntil, createdAt, updatedAt, ...rest] = values;
    const [orderId, state, deadline, seq] = rest;
    const claim = orderId === null ? null : { orderId, state, deadline };
    const times = { heldUntil, createdAt, updatedAt };
    return { id, userId, quantity, status, source, notes, unitPrice, ...times, claim, seq } as Hold;
  });
}

export function ledgerValues(row: LedgerRow): SqlValue[] {
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
    actor: row["actor"],
    requestId: row["request_id"],
    hash: row["hash"],
  } as LedgerRow;
}

export function toOutboxRow(row: SqlRow): OutboxRow {
  return row as OutboxRow;
}
