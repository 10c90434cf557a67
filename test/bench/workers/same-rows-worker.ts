// Is the same Worker over an inventory that only writes the rows of a whole sale in the same batches: no query for a
// repeat, no decision, no hash, no alarm, no sockets. It shows what storage alone allows. For the bench only.

import type { OrderId, TicketTypeId } from "../../../src/domain/ids.ts";
import { homeOf, ticketTypeOfHold } from "../../../src/domain/ids.ts";
import type { LedgerRow } from "../../../src/domain/ledger/chain.ts";
import type {
  CheckoutCommand,
  CheckoutReply,
  HoldCommand,
  HoldReply,
  OrderReply,
  OrderView,
  SettleCommand,
} from "../../../src/domain/ledger/command.ts";
import { MAX_BATCH } from "../../../src/domain/limits.ts";
import type { Order } from "../../../src/domain/orders/order.ts";
import { accept } from "../../../src/domain/result.ts";
import { STEPS } from "../../../src/inventory/storage/schema.ts";
import {
  HOLD_COLUMNS,
  holdValues,
  LEDGER_COLUMNS,
  ledgerValues,
  ORDER_COLUMNS,
  orderValues,
} from "../../../src/inventory/storage/sql-rows.ts";
import type { SqlValue } from "../../../src/shared/objects/object-sql.ts";
import worker from "../../../src/index.ts";
import { BareInventory, holdAsAsked, PRICE, replyOf, viewOf } from "./bare-inventory.ts";

export * from "../../../src/index.ts";
export { EventDoor } from "./same-rows-door.ts";

const marks = (columns: string): string =>
  columns
    .split(",")
    .map(() => "?")
    .join(", ");
const PUT_HOLD = `INSERT INTO holds (${HOLD_COLUMNS}) VALUES (${marks(HOLD_COLUMNS)})`;
const PUT_ROW = `INSERT INTO ledger (${LEDGER_COLUMNS}) VALUES (${marks(LEDGER_COLUMNS)})`;
const PUT_ORDER = `INSERT INTO orders (${ORDER_COLUMNS}) VALUES (${marks(ORDER_COLUMNS)})`;
const CONVERT = "UPDATE holds SET status = 'converted', updated_at = ?, order_id = ?, seq = ? WHERE id = ?";
const SETTLE = "UPDATE orders SET status = ?, updated_at = ?, seq = ?, history = ?, counted = 0 WHERE id = ?";
/** A text of a hash's length. */
const NO_HASH = "0".repeat(64);
const TOTAL = 1_000_000;

export class TicketTypeInventory extends BareInventory {
  /** What each command of the batch to come writes; its reply goes out once all are written. */
  #line: { readonly write: (now: number) => () => void; readonly reject: (fault: unknown) => void }[] = [];
  #turnSet = false;
  #seq = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      const { sql } = ctx.storage;
      if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'ledger'").toArray().length > 0) return;
      for (const step of STEPS) sql.exec(step);
    });
  }

  hold(_id: TicketTypeId, command: HoldCommand): Promise<HoldReply> {
    return this.#ask((now) => {
      const seq = this.#nextSeq();
      const hold = holdAsAsked(command, now, seq);
      this.#put(PUT_HOLD, holdValues(hold));
      this.#putRow({ ...command, seq, at: now, kind: "hold", holdId: hold.id, orderId: null, quantity: hold.quantity });
      return replyOf(hold, now);
    });
  }

  checkout(ticketTypeId: TicketTypeId, command: CheckoutCommand): Promise<CheckoutReply> {
    return this.#ask((now) => {
      const seq = this.#nextSeq();
      const order = orderAsAsked(command, now, seq);
      for (const { holdId } of order.items) this.#put(CONVERT, [now, order.id, seq, holdId]);
      this.#put(PUT_ORDER, orderValues(order, { ticketTypeId }));
      const [first] = command.holdIds;
      this.#putRow({
        ...command,
        seq,
        at: now,
        kind: "checkout",
        holdId: first ?? null,
        orderId: order.id,
        quantity: 1,
      });
      return accept({ order: viewOf(order), replayed: false });
    });
  }

  settle(_id: TicketTypeId, command: SettleCommand): Promise<OrderReply> {
    return this.#ask((now) => {
      const seq = this.#nextSeq();
      const { orderId, status } = command;
      this.#put(SETTLE, [status, now, seq, [seq - 1, seq], orderId]);
      this.#putRow({ ...command, seq, at: now, kind: "confirm", holdId: null, orderId, quantity: 1 });
      return accept(settledAsAsked(orderId, status, now, seq));
    });
  }

  /** Written with all that comes in this turn of the event loop, in one transaction. */
  #ask<T>(write: (now: number) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#line.push({
        write: (now) => {
          const reply = write(now);
          return () => resolve(reply);
        },
        reject,
      });
      this.#setTurn();
    });
  }

  #setTurn(): void {
    if (this.#turnSet) return;
    this.#turnSet = true;
    setTimeout(() => {
      this.#turnSet = false;
      this.#turn();
    }, 0);
  }

  #turn(): void {
    const batch = this.#line.slice(0, MAX_BATCH);
    this.#line = this.#line.slice(MAX_BATCH);
    if (this.#line.length > 0) this.#setTurn();
    const now = Date.now();
    try {
      const answers = this.ctx.storage.transactionSync(() => batch.map(({ write }) => write(now)));
      for (const answer of answers) answer();
    } catch (fault) {
      for (const { reject } of batch) reject(fault);
    }
  }

  #nextSeq(): number {
    this.#seq += 1;
    return this.#seq;
  }

  #putRow(row: Omit<LedgerRow, "total" | "sold" | "held" | "withdrawn" | "hash">): void {
    const { seq, at, kind, holdId, orderId, quantity, actor, requestId } = row;
    const counts = { total: TOTAL, sold: 0, held: 0, withdrawn: 0, hash: NO_HASH };
    this.#put(PUT_ROW, ledgerValues({ seq, at, kind, holdId, orderId, quantity, actor, requestId, ...counts }));
  }

  #put(query: string, values: readonly (SqlValue | object)[]): void {
    const bound = values.map((value) => (typeof value === "object" && value !== null ? JSON.stringify(value) : value));
    this.ctx.storage.sql.exec(query, ...bound);
  }
}

/** The requested order, as if each hold existed with one ticket. */
function orderAsAsked(command: CheckoutCommand, now: number, seq: number): Order {
  const { orderId, attempt, buyer, holdIds, contact = null, locale = "en" } = command;
  const items = holdIds.map((holdId) => {
    const amount = { quantity: 1, returned: 0, withdrawn: 0, unitPrice: PRICE, amount: PRICE };
    return { ticketTypeId: ticketTypeOfHold(holdId), holdId, placedSeq: seq - 1, source: "web" as const, ...amount };
  });
  const times = { expiresAt: now + 900_000, createdAt: now, updatedAt: now };
  const kept = { total: PRICE * items.length, seq, history: [seq], contact, locale, unpaid: [] };
  return { id: orderId, userId: buyer.id, status: "reserved", attempt, items, ...times, ...kept };
}

/** The response has the size of a real one; the load does not read which hold it names. */
function settledAsAsked(orderId: OrderId, status: SettleCommand["status"], now: number, seq: number): OrderView {
  const holdId = `hold_${homeOf(orderId).slice(3)}${orderId.slice(-26)}` as CheckoutCommand["holdIds"][number];
  const buyer = { id: "shp_00000000000000000000000000" as CheckoutCommand["buyer"]["id"], organizationId: null };
  const attempt = "" as CheckoutCommand["attempt"];
  const asked = { kind: "checkout", orderId, attempt, buyer, holdIds: [holdId], claimed: [], actor: "", requestId: "" };
  return { ...viewOf(orderAsAsked(asked as CheckoutCommand, now, seq)), status };
}

export default { fetch: worker.fetch, scheduled: () => undefined } satisfies ExportedHandler<Env>;
