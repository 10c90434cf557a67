// Reads one order from its home, or from D1 if its home has deleted it (rule H13), for a reader who may see it.

import { isCut, readCutOrder } from "../../app/orders/cut-orders.ts";
import { homeOf, type OrderId } from "../../domain/ids.ts";
import type { OrderReader, OrderReply } from "../../domain/ledger/command.ts";
import { refuse } from "../../domain/result.ts";
import type { OrderOrCopy } from "../responses/order-response.ts";
import { dbOf } from "../db.ts";
import { countId, inventoryFor } from "../middleware/limits/miss-limit.ts";

type OrderRequest = Parameters<typeof countId>[0];

export async function readOrder(c: OrderRequest, orderId: OrderId, by: OrderReader): Promise<OrderOrCopy> {
  const reply = await inventoryFor(c, homeOf(orderId)).order({ orderId, by });
  return orOfD1(c, orderId, reply, () => readCutOrder({ db: dbOf(c.env) }, orderId, by));
}

/** Rule H13: D1 is queried only when the home says so, and that is counted, since it is queried each time (rule X5). */
export async function orOfD1(
  c: OrderRequest,
  id: OrderId,
  reply: OrderReply,
  askD1: () => Promise<OrderOrCopy>,
): Promise<OrderOrCopy> {
  if (!isCut(reply)) return reply;
  const refusal = await countId(c, id);
  return refusal ? refuse(refusal) : askD1();
}
