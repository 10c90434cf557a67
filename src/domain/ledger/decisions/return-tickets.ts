// What the home of an order decides of a return (rule O7). Other ticket types follow the order (claim-holds.ts).

import { isCurrent } from "../../if-match.ts";
import { ticketTypeOfHold } from "../../ids.ts";
import { beginReturn, completeReturn, isSameReturn, type Returning } from "../../order-return.ts";
import { accept, refuse } from "../../result.ts";
import type { ReturnCommand, ReturnReply } from "../command.ts";
import { type Change, type Decision, type Draft, draftOrder, draftReturn, draftTerms, type Entry } from "../draft.ts";
import { orderView, viewOf } from "./keep-order.ts";
import { answerOnly, entryOf, mayAct, returnEntry } from "./parts.ts";

/** A repeat is answered before `ifMatch` is looked at, since the return itself has changed the order's version. */
export function decideReturn(draft: Draft, command: ReturnCommand): Decision<ReturnReply> {
  const { returnId, request } = command;
  const order = draftOrder(draft, command.orderId);
  if (!order || !mayAct(draft, order, command.by)) return answerOnly(refuse({ code: "not_found" }));
  const known = draftReturn(draft, returnId);
  if (known && isSameReturn(known, request)) {
    return answerOnly(accept({ order: viewOf(draft, order), replayed: true }));
  }
  if (!isCurrent(command.ifMatch ?? null, order.seq)) return answerOnly(refuse({ code: "version_conflict" }));
  if (known) return answerOnly(refuse({ code: "idempotency_key_reused" }));
  const returning = beginReturn(order, request);
  if (!returning.ok) return answerOnly(returning);
  const lines = linesOf(draft, returning.value, command).map((entry): Change => ({ entry }));
  const after = completeReturn(order, returning.value, draft.now);
  return {
    changes: [...lines, { order: after, returned: { ...returning.value, id: returnId } }],
    answer: (written) => accept({ order: orderView(written, order.id), replayed: false }),
  };
}

/** One for each hold of this type; of a return of other types' holds alone, one that moves nothing: each return has a row. */
function linesOf(draft: Draft, { orderId, taken, returnToStock }: Returning, command: ReturnCommand): Entry[] {
  const { ticketTypeId } = draftTerms(draft);
  const own = taken.filter(({ holdId }) => ticketTypeOfHold(holdId) === ticketTypeId);
  if (own.length === 0) return [entryOf(returnToStock ? "return" : "withdraw", command, { orderId })];
  return own.map((item) => returnEntry(command, orderId, item, returnToStock));
}
