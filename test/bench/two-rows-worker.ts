// The same Worker over an inventory that writes the two rows of a hold, in the same batches, and nothing else: no look
// for a repeat, no decision, no hash, no alarm, no sockets. What storage alone allows. For the bench only.

import type { TicketTypeId } from "../../src/domain/ids.ts";
import type { HoldCommand, HoldReply } from "../../src/domain/ledger/command.ts";
import { MAX_BATCH } from "../../src/domain/limits.ts";
import { STEPS } from "../../src/inventory/schema.ts";
import { HOLD_COLUMNS, holdValues, LEDGER_COLUMNS, ledgerValues } from "../../src/inventory/sql-rows.ts";
import worker from "../../src/index.ts";
import { BareInventory, holdAsAsked, replyOf } from "./bare-inventory.ts";

export * from "../../src/index.ts";

const marks = (columns: string): string =>
  columns
    .split(",")
    .map(() => "?")
    .join(", ");
const PUT_HOLD = `INSERT INTO holds (${HOLD_COLUMNS}) VALUES (${marks(HOLD_COLUMNS)})`;
const PUT_ROW = `INSERT INTO ledger (${LEDGER_COLUMNS}) VALUES (${marks(LEDGER_COLUMNS)})`;
/** As long as a hash is. */
const NO_HASH = "0".repeat(64);
const TOTAL = 1_000_000;

type Waiting = { readonly command: HoldCommand; readonly answer: (reply: HoldReply) => void };

export class TicketTypeInventory extends BareInventory {
  #line: Waiting[] = [];
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
    return new Promise((answer) => {
      this.#line.push({ command, answer });
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
    const replies = this.ctx.storage.transactionSync(() => batch.map(({ command }) => this.#write(command, now)));
    batch.forEach(({ answer }, index) => {
      const reply = replies[index];
      if (reply) answer(reply);
    });
  }

  #write(command: HoldCommand, now: number): HoldReply {
    this.#seq += 1;
    const hold = holdAsAsked(command, now, this.#seq);
    const { sql } = this.ctx.storage;
    sql.exec(PUT_HOLD, ...holdValues(hold));
    const row = { kind: "hold", holdId: hold.id, orderId: null, quantity: hold.quantity } as const;
    const after = { seq: this.#seq, at: now, total: TOTAL, sold: 0, held: this.#seq, withdrawn: 0, hash: NO_HASH };
    sql.exec(PUT_ROW, ...ledgerValues({ ...row, ...after, actor: command.actor, requestId: command.requestId }));
    return replyOf(hold, now);
  }
}

export default { fetch: worker.fetch, scheduled: () => undefined } satisfies ExportedHandler<Env>;
