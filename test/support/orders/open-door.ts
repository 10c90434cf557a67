// Replaces the door by one that has let nobody in and accepts every possible change of tickets, in tests of the homes
// of orders.

import type { JudgeReply } from "../../../src/domain/door/command.ts";
import type { JudgedCommand } from "../../../src/domain/ledger/command.ts";
import type { Order } from "../../../src/domain/orders/order.ts";
import { beginReturn } from "../../../src/domain/orders/order-return.ts";
import { accept, must } from "../../../src/domain/result.ts";

export type Judge = (order: Order) => JudgeReply;

/** Of a hold it takes the highest numbers, as a door at which nobody was let in. */
export const OPEN_DOOR: Judge = (order) => {
  const { request } = must(order.pending, "an order that is asked about");
  if (request.action !== "return") return accept({ numbers: [request.number] });
  const begun = beginReturn(order, request);
  if (!begun.ok) throw new Error(`a return that was begun is refused: ${begun.refusal.code}`);
  const taken = begun.value.flatMap(({ take, from }) => from.slice(-take).map(({ number }) => number));
  return accept({ numbers: taken.sort((a, b) => a - b) });
};

/** The verdict of a door as the command that completes the change. */
export function judgedBy(judge: Judge, order: Order): JudgedCommand {
  const { id: changeId, actor, requestId } = must(order.pending, "an order that is asked about");
  return { kind: "judged", orderId: order.id, changeId, verdict: judge(order), actor, requestId };
}
