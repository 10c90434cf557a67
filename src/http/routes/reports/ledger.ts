// Reads the ledger of a ticket type, for its organisation, from the inventory, oldest first.

import { z } from "@hono/zod-openapi";
import { readTicketType } from "../../../db/ticket-types/ticket-types.ts";
import { openInventories } from "../../../inventory/client.ts";
import { organiser } from "../../middleware/access.ts";
import { dbOf } from "../../db.ts";
import { pageFrom, readCursor } from "../../paging.ts";
import { problem } from "../../problems/problem.ts";
import { endpoint, newRouter } from "../../routing.ts";
import { afterSeq } from "../../schemas/after-seq.ts";
import { idParam, json, pagingQuery } from "../../schemas/common.ts";
import { LedgerPage, renderCheckpoint, renderLedgerRow } from "../../schemas/sales/ledger.ts";

export const ledger = newRouter();

const list = endpoint(
  {
    method: "get",
    path: "/v1/ticket-types/{id}/ledger",
    tags: ["Ticket types"],
    summary: "Read a ticket type's ledger",
    description:
      "In the order of `seq`. To follow it, request it again with `after_seq` of the last row read. Old rows " +
      "are deleted in the end: then the ledger begins after its `checkpoint`, whatever `after_seq` says.",
    middleware: organiser("hold.list"),
    request: { params: idParam("tt"), query: z.strictObject({ ...pagingQuery, after_seq: afterSeq }) },
    responses: { 200: { description: "Rows, oldest first", content: json(LedgerPage) } },
  },
  ["not_found", "overloaded"],
);

ledger.openapi(list, async (c) => {
  const { organizationId } = c.get("actor");
  const { id } = c.req.valid("param");
  const { limit, cursor, after_seq } = c.req.valid("query");
  const bound = { list: "ledger", organizationId, id: id ?? undefined, after_seq };
  const from = readCursor(cursor, bound);
  if (!from.ok) return problem(c, from.refusal);
  // D1 is queried first, since the inventory does not check whose type it is (rule T3).
  if (!id || !(await readTicketType(dbOf(c.env), c.get("actor"), id, Date.now())))
    return problem(c, { code: "not_found" });
  // The position in the cursor is a row's `seq`; it is in the field that has the time of creation in other lists.
  const after = from.value?.createdAt ?? after_seq;
  const found = await openInventories(c.env.INVENTORY)(id).listLedger(after, limit + 1);
  if (!found.ok) return problem(c, found.refusal);
  const { checkpoint } = found.value;
  const rows = found.value.rows.map((row) => ({ ...row, createdAt: row.seq, id: String(row.seq) }));
  const page = pageFrom(rows, limit, bound, renderLedgerRow);
  return c.json({ ...page, checkpoint: checkpoint && renderCheckpoint(checkpoint) }, 200);
});
