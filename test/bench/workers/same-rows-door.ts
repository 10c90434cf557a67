// Is a door that only writes the rows of a scan in the same batches: no query for the scan or its ticket, no
// signature, no decision, no hash, no frames. It shows what storage alone allows. For the bench only.

import { readCode } from "../../../src/domain/door/tickets/code.ts";
import type { ScanReply } from "../../../src/domain/door/command.ts";
import type { DoorRow } from "../../../src/domain/door/rows/door-log.ts";
import type { PassRow } from "../../../src/domain/door/rows/rows.ts";
import type { EventId } from "../../../src/domain/ids.ts";
import { MAX_BATCH } from "../../../src/domain/limits.ts";
import { assert } from "../../../src/domain/result.ts";
import type { ScanRequest } from "../../../src/door/client.ts";
import { DOOR_STEPS } from "../../../src/door/storage/schema.ts";
import { LOG_COLUMNS, logValues, recordText } from "../../../src/door/storage/sql-rows.ts";
import { valuesOf } from "../../../src/shared/objects/object-sql.ts";
import { isSignedBy } from "../../../src/shared/ticket-keys.ts";
import { ADMITTED, admitted, BareDoor } from "./bare-door.ts";

const PUT_ROWS = `INSERT INTO log (${LOG_COLUMNS}) SELECT ${valuesOf(LOG_COLUMNS)} FROM json_each(?)`;
const PUT_TICKETS = `INSERT INTO tickets (serial, body) SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true
    ON CONFLICT (serial) DO UPDATE SET body = excluded.body`;
/** A text of a hash's length. */
const NO_HASH = "0".repeat(64);
const { verdict: VERDICT, ...FACTS } = ADMITTED;
const DETAIL = JSON.stringify(FACTS);
/** Any key: what it costs to verify with it is the same. */
const A_KEY = { publicKey: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };

type Waiting = { readonly request: ScanRequest; readonly serial: number; readonly answer: (reply: ScanReply) => void };

export class EventDoor extends BareDoor {
  #line: Waiting[] = [];
  #turnSet = false;
  #seq = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      const { sql } = ctx.storage;
      if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'log'").toArray().length > 0) return;
      for (const step of DOOR_STEPS) sql.exec(step);
    });
  }

  /** What a `reader` has read is verified before, by a key that is not its own: that costs what it costs the door. */
  override async scan(_id: EventId, request: ScanRequest): Promise<ScanReply> {
    assert(typeof request.code === "string", "the load sends codes");
    const read = readCode(request.code);
    assert(read.ok, "the load sends codes");
    if (request.source === "reader") await isSignedBy(read.value, A_KEY);
    return new Promise((answer) => {
      this.#line.push({ request, serial: read.value.serial, answer });
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
    const { sql } = this.ctx.storage;
    this.ctx.storage.transactionSync(() => {
      sql.exec(
        PUT_ROWS,
        JSON.stringify(batch.map(({ request, serial }) => logValues(this.#rowOf(request, serial, now)))),
      );
      sql.exec(PUT_TICKETS, JSON.stringify(batch.map(({ request, serial }) => [serial, recordOf(request, now)])));
    });
    for (const { request, serial, answer } of batch) answer(admitted(request.scanId, serial));
  }

  #rowOf({ scanId, by, requestId, gateId, source }: ScanRequest, serial: number, at: number): DoorRow {
    this.#seq += 1;
    return {
      ...{ seq: this.#seq, at, receivedAt: at, kind: "entry", scanId, actor: by.id, requestId, gateId, serial },
      ...{ typeNumber: 1, generation: 1, source, decided: "door", verdict: VERDICT, detail: DETAIL, reason: null },
      ...{ letIn: true, ref: null, inside: 1, admitted: 1, hash: NO_HASH },
      gates: [{ id: gateId, entries: 1, exits: 0, insideBy: 1 }],
    };
  }
}

function recordOf({ scanId, by, gateId }: ScanRequest, at: number): string {
  const pass: PassRow = {
    ...{ kind: "entry", scanId, at, deviceId: by.id, counter: 0, gateId, decided: "door", generation: 1 },
    ...{ entry: "once", persons: 1, breaches: [] },
  };
  return recordText({ rows: [pass], verdict: ADMITTED, failedTries: [], typeNumber: 1 });
}
