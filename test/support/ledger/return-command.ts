// Returns of sold tickets, for tests.

import type { IfMatch } from "../../../src/domain/if-match.ts";
import { type HolderId, type OrderId, type ChangeId, changeIdFrom } from "../../../src/domain/ids.ts";
import type { ReturnCommand } from "../../../src/domain/ledger/command.ts";
import type { ReturnRequest } from "../../../src/domain/orders/order-return.ts";
import { actorOf, BY, sha256Bytes, SHOPPER } from "../builders.ts";

/** `key` is the request's idempotency key. */
export function returnCommand(
  orderId: OrderId,
  items: ReturnRequest["items"],
  { key = "return", returnToStock = true, reason = null, force, by = SHOPPER, ifMatch = null }: ReturnChoice = {},
): ReturnCommand {
  const request = { items, returnToStock, reason, ...(force === undefined ? {} : { force }) };
  return { kind: "return", ...BY, orderId, returnId: returnIdOf(orderId, key), request, by: actorOf(by), ifMatch };
}
type ReturnChoice = Partial<Omit<ReturnRequest, "items">> & {
  readonly key?: string;
  readonly by?: HolderId;
  readonly ifMatch?: IfMatch;
};

export const returnIdOf = (orderId: OrderId, key: string): ChangeId =>
  changeIdFrom("return", orderId, SHOPPER, key, sha256Bytes);
