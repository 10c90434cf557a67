// Defines a row of a ticket type's ledger on the wire: what happened, and the counts after it.

import { z } from "@hono/zod-openapi";
import { type Checkpoint, LEDGER_KINDS, type LedgerRow as Row } from "../../../domain/ledger/chain.ts";
import { instantText, pageOf, toIso } from "../common.ts";
import { holdIdText } from "./hold.ts";
import { orderIdText } from "./order-id.ts";

export const LedgerRow = z
  .object({
    seq: z.int().openapi({ description: "The position: 1, 2, 3, … without a gap." }),
    at: instantText,
    kind: z.enum(LEDGER_KINDS),
    hold_id: holdIdText.nullable(),
    order_id: orderIdText.nullable(),
    quantity: z.int(),
    total: z.int(),
    sold: z.int(),
    held: z.int(),
    withdrawn: z.int(),
    actor: z.string().openapi({ description: "Who did it: an id, or `system`." }),
    request_id: z.string().nullable(),
    hash: z.string().openapi({ description: "SHA-256 over this row and the hash before, hex." }),
  })
  .openapi("LedgerRow");

export const LedgerCheckpoint = z
  .object({
    seq: z.int().openapi({ description: "The last row that was deleted; the ledger goes on with the next." }),
    at: instantText,
    total: z.int(),
    sold: z.int(),
    held: z.int(),
    withdrawn: z.int(),
    hash: z.string().openapi({ description: "The hash of that row, which the hash of the next one covers." }),
  })
  .openapi("LedgerCheckpoint");

export const LedgerPage = pageOf(LedgerRow).extend({
  checkpoint: LedgerCheckpoint.nullable().openapi({
    description: "The row after which the ledger begins, once old rows were deleted; null while it is complete.",
  }),
});

export function renderCheckpoint({ at, ...checkpoint }: Checkpoint): z.infer<typeof LedgerCheckpoint> {
  return { ...checkpoint, at: toIso(at) };
}

export function renderLedgerRow(row: Row): z.infer<typeof LedgerRow> {
  return {
    seq: row.seq,
    at: toIso(row.at),
    kind: row.kind,
    hold_id: row.holdId,
    order_id: row.orderId,
    quantity: row.quantity,
    total: row.total,
    sold: row.sold,
    held: row.held,
    withdrawn: row.withdrawn,
    actor: row.actor,
    request_id: row.requestId,
    hash: row.hash,
  };
}
