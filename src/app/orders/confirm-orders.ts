// Confirms many orders, each by itself (rule O3): none waits for the home of another, and none is undone because of
// another.

import type { Refusal } from "../../domain/errors.ts";
import { type OrderId, parseOrderId } from "../../domain/ids.ts";
import type { OrderView } from "../../domain/ledger/command.ts";
import type { Organiser } from "../../domain/people/policy.ts";
import { refuse, type Result } from "../../domain/result.ts";
import type { Context } from "../context.ts";
import { openPlaces } from "../jobs/work-in-pages.ts";
import { confirmOrder } from "./settle-order.ts";

/**
 * How many at a time: each may wait a second for the other ticket types of its order, and a home does them one after the
 * other.
 */
const AT_ONE_TIME = 10;

/** Returns one result for each id, in their order. An order that is confirmed already is returned as it is. */
export function confirmOrders(
  context: Context<Organiser>,
  ids: readonly string[],
): Promise<Result<OrderView, Refusal>[]> {
  const places = openPlaces(AT_ONE_TIME);
  const confirm = async (id: OrderId | null): Promise<Result<OrderView, Refusal>> =>
    id === null ? refuse({ code: "not_found" }) : places.hold(() => confirmOrder(context, id));
  return Promise.all(ids.map((text) => confirm(parseOrderId(text))));
}
