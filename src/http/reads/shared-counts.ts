// Reads an inventory's counts for anybody, without a credential (rule E7). However many requests come, an isolate makes
// one call to each inventory at a time, and at most four a second.

import { coalesceCalls } from "../../cache/coalesce-calls.ts";
import type { TicketTypeId } from "../../domain/ids.ts";
import type { CountsReply } from "../../domain/ledger/command.ts";
import { openInventories } from "../../inventory/client.ts";

const COUNTS_MS = 250;
const shared = coalesceCalls<TicketTypeId, CountsReply>(
  COUNTS_MS,
  (reply) => reply.ok || reply.refusal.code === "not_found",
);

type CountsRequest = { readonly env: Env; readonly executionCtx: { waitUntil(work: Promise<unknown>): void } };

export function readCounts({ env, executionCtx }: CountsRequest, id: TicketTypeId): Promise<CountsReply> {
  return shared.read(id, {
    call: () => openInventories(env.INVENTORY)(id).counts(),
    keep: (work) => executionCtx.waitUntil(work),
  });
}
