// Logs the last row that D1 has of each ledger once a day (rule T6): somebody who rewrites a ledger cannot rewrite the log.

import { listHeads } from "../../db/projection/ledger-heads.ts";
import { idFrom } from "../../domain/ids.ts";
import type { Context } from "../context.ts";

const MINUTES_A_DAY = 1_440;
const MINUTE_MS = 60_000;

/**
 * Each minute of the day logs its own part of the ticket types, by their ids, so that no progress has to be stored. What a
 * run misses is logged the next day.
 */
export async function noteHeads({ db, now, requestId }: Pick<Context, "db" | "now" | "requestId">): Promise<void> {
  const minute = Math.floor(now / MINUTE_MS) % MINUTES_A_DAY;
  const end = minute + 1 === MINUTES_A_DAY ? null : firstOf(minute + 1);
  for (const { id, seq, hash } of await listHeads(db, firstOf(minute), end)) {
    const line = { level: "info", event: "ledger_head", ticket_type_id: id, request_id: requestId, seq, hash };
    console.log(JSON.stringify(line));
  }
}

/** The first id of a minute's part. Ids are random, so that all parts are about as large. */
function firstOf(minute: number): ReturnType<typeof idFrom<"tt">> {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, Math.floor((minute * 2 ** 32) / MINUTES_A_DAY));
  return idFrom("tt", bytes);
}
