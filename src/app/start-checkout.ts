// Turning holds into one order, over several inventories, all or none (rules O1, O2, O6). The protocol is told in
// docs/workflows.md; only D1 decides what an order id is, and a hold goes back only on a void.

import { createHash } from "node:crypto";
import { answered, isD1Fault } from "../db/limit.ts";
import { arbitrate, insertOrder, readCheckout, readOrder } from "../db/orders.ts";
import type { Refusal } from "../domain/errors.ts";
import { type HoldId, type OrderId, orderIdFrom, type TicketTypeId, ticketTypeOfHold } from "../domain/ids.ts";
import type { ClaimReply, HoldView } from "../domain/ledger/command.ts";
import type { Order, Verdict } from "../domain/order.ts";
import type { Actor, Organiser } from "../domain/policy.ts";
import { accept, must, refuse, type Result } from "../domain/result.ts";
import { auditOf } from "./audit-of.ts";
import { holdsRefusal, orderOf, worstOf } from "./checkout-holds.ts";
import type { Context } from "./context.ts";

export type Buyer = Extract<Actor, { kind: "shopper" }> | Organiser;
export type CheckoutInput = { readonly holdIds: readonly HoldId[]; readonly idempotencyKey: string };
export type CheckoutReply = Result<{ readonly order: Order; readonly replayed: boolean }, Refusal>;

const AWAY = refuse({ code: "temporarily_unavailable", retryAfterSeconds: 1 } as const);
const ATTEMPTS_A_LOOK = 16;

type Checkout = CheckoutInput & {
  readonly context: Context<Buyer>;
  readonly byType: ReadonlyMap<TicketTypeId, readonly HoldId[]>;
};

/** 1 to 10 holds, each named once. D1 away: `temporarily_unavailable`, and a repeat with the same key goes on. */
export async function startCheckout(context: Context<Buyer>, input: CheckoutInput): Promise<CheckoutReply> {
  const byType = new Map<TicketTypeId, HoldId[]>();
  for (const holdId of input.holdIds) {
    const type = ticketTypeOfHold(holdId);
    byType.set(type, [...(byType.get(type) ?? []), holdId]);
  }
  try {
    return await attempt({ ...input, context, byType });
  } catch (fault) {
    if (!isD1Fault(fault)) throw fault;
    return AWAY;
  }
}

async function attempt(checkout: Checkout): Promise<CheckoutReply> {
  const { context } = checkout;
  const begun = await begin(checkout);
  if (begun.order) return replayOf(checkout, begun.order);
  const { orderId, voids } = begun;
  const read = await readHolds(checkout, voids);
  if (!read.ok) return read;
  const refusal = holdsRefusal(read.value, orderId);
  if (refusal) return refuseHolds(checkout, orderId, read.value.holds, refusal);

  const claimed = await claimAll(checkout, orderId);
  if (!claimed.ok) return giveUp(checkout, orderId, claimed.refusal);
  const order = orderOf(
    orderId,
    checkout.idempotencyKey,
    inOrder(checkout, claimed.value),
    context.now,
    context.orderTtlMs,
  );
  const { verdict, inserted } = await commit(checkout, order);
  if (!verdict) return giveUp(checkout, orderId, { code: "idempotency_key_reused" });
  if (verdict.kind === "void") return undo(checkout, orderId, AWAY.refusal);
  await tellCommitted(checkout, verdict);
  return inserted ? accept({ order, replayed: false }) : replayCommitted(checkout, orderId);
}

/** The order of this key, or the first of its ids that is not void; nothing is touched. */
async function begin(
  checkout: Checkout,
): Promise<{ order: Order } | { order: null; orderId: OrderId; voids: ReadonlySet<OrderId> }> {
  const { context, idempotencyKey, holdIds } = checkout;
  const voids = new Set<OrderId>();
  for (let n = 0; ; n += ATTEMPTS_A_LOOK) {
    const attempts = Array.from({ length: ATTEMPTS_A_LOOK }, (_, i) =>
      orderIdFrom(context.actor.id, idempotencyKey, holdIds, n + i, (text) =>
        createHash("sha256").update(text).digest(),
      ),
    );
    const known = await answered(readCheckout(context.db, context.actor.id, idempotencyKey, attempts));
    if (known.order) return { order: known.order };
    for (const id of known.voids) voids.add(id);
    const orderId = attempts.find((id) => !known.voids.has(id));
    if (orderId) return { order: null, orderId, voids };
  }
}

function replayOf(checkout: Checkout, order: Order): CheckoutReply {
  const asked = [...checkout.holdIds].sort().join();
  const ordered = order.items
    .map(({ holdId }) => holdId)
    .sort()
    .join();
  return asked === ordered ? accept({ order, replayed: true }) : refuse({ code: "idempotency_key_reused" });
}

async function replayCommitted(checkout: Checkout, orderId: OrderId): Promise<CheckoutReply> {
  const order = await answered(readOrder(checkout.context.db, orderId, { userId: checkout.context.actor.id }));
  return accept({ order: must(order, "D1 has just said that it is an order"), replayed: true });
}

/**
 * Why looked at twice: an attempt beside this one may have claimed these holds, and what it came to is the answer to
 * both (rule O6). Holds that no order has claimed are refused with nothing touched.
 */
async function refuseHolds(
  checkout: Checkout,
  orderId: OrderId,
  holds: readonly HoldView[],
  refusal: Refusal,
): Promise<CheckoutReply> {
  if (holds.some(({ claim }) => claim?.orderId === orderId)) return giveUp(checkout, orderId, refusal);
  if (holds.every(({ claim }) => claim === null)) return refuse(refusal);
  const begun = await begin(checkout);
  if (begun.order) return replayOf(checkout, begun.order);
  return begun.orderId === orderId ? refuse(refusal) : AWAY;
}

type Reading = { readonly holds: readonly HoldView[]; readonly eventOver: boolean; readonly suspended: boolean };

/** One call an inventory. Holds that a void of this very checkout still has are put back first. */
async function readHolds(checkout: Checkout, voids: ReadonlySet<OrderId>): Promise<Result<Reading, Refusal>> {
  const first = await readOnce(checkout);
  if (!first.ok) return first;
  const undone = new Set<OrderId>();
  for (const { claim } of first.value.holds)
    if (claim?.state === "doubt" && voids.has(claim.orderId)) undone.add(claim.orderId);
  if (undone.size === 0) return first;
  for (const orderId of undone) await unclaimAll(checkout, orderId);
  return readOnce(checkout);
}

async function readOnce(checkout: Checkout): Promise<Result<Reading, Refusal>> {
  const by = { id: checkout.context.actor.id, organizationId: null };
  const replies = await eachType(checkout, async (inventory, holdIds) => {
    const reply = await inventory.read({ holdIds, by });
    return reply.ok ? reply : refuse(named(reply.refusal, holdIds));
  });
  const refusal = worstOf(replies.flatMap((reply) => (reply.ok ? [] : [reply.refusal])));
  if (refusal) return refuse(refusal);
  const readings = replies.flatMap((reply) => (reply.ok ? [reply.value] : []));
  return accept({
    holds: inOrder(
      checkout,
      readings.flatMap(({ holds }) => holds),
    ),
    eventOver: readings.some(({ eventOver }) => eventOver),
    suspended: readings.some(({ suspended }) => suspended),
  });
}

/** A ticket type that does not exist knows none of its holds: the first is as good as any to name (docs/api.md). */
function named(refusal: Refusal, [first]: readonly HoldId[]): Refusal {
  return refusal.code === "not_found" && first !== undefined ? { holdId: first, ...refusal } : refusal;
}

async function claimAll(checkout: Checkout, orderId: OrderId): Promise<Result<HoldView[], Refusal>> {
  const { actor, requestId } = checkout.context;
  const replies: ClaimReply[] = await eachType(checkout, (inventory, holdIds) =>
    inventory.claim({ orderId, holdIds, holderId: actor.id, actor: actor.id, requestId }),
  );
  const refusal = worstOf(replies.flatMap((reply) => (reply.ok ? [] : [reply.refusal])));
  return refusal ? refuse(refusal) : accept(replies.flatMap((reply) => (reply.ok ? reply.value.holds : [])));
}

/** The commit point. An error is not a refusal: it is repeated once, and otherwise left to the doubt. */
async function commit({ context }: Checkout, order: Order): ReturnType<typeof insertOrder> {
  const audit = auditOf(context, {
    organizationId: order.organizationId,
    action: "order.create",
    resourceKind: "order",
    resourceId: order.id,
    changes: { status: order.status, total: order.total },
  });
  try {
    return await answered(insertOrder(context.db, order, audit));
  } catch (fault) {
    if (!isD1Fault(fault)) throw fault;
    return answered(insertOrder(context.db, order, audit));
  }
}

/** The id is void from now on, unless an attempt beside this one has made it an order. */
async function giveUp(checkout: Checkout, orderId: OrderId, refusal: Refusal): Promise<CheckoutReply> {
  const verdicts = await answered(arbitrate(checkout.context.db, [orderId], checkout.context.now));
  const verdict = must(verdicts[0], "after arbitration an id is an order or a void");
  if (verdict.kind === "order") {
    await tellCommitted(checkout, verdict);
    return replayCommitted(checkout, orderId);
  }
  const undone = await undo(checkout, orderId, refusal);
  // Why asked again: an attempt beside this one may have found the id void before, and made the order under the next.
  const begun = await begin(checkout);
  return begun.order ? replayOf(checkout, begun.order) : undone;
}

/** To be called only with the void in D1. An inventory that is not reached asks D1 itself when its doubt is over. */
async function undo(checkout: Checkout, orderId: OrderId, refusal: Refusal): Promise<CheckoutReply> {
  await unclaimAll(checkout, orderId);
  return refuse(refusal);
}

async function unclaimAll(checkout: Checkout, orderId: OrderId): Promise<void> {
  const { actor, requestId } = checkout.context;
  await eachType(checkout, (inventory) => inventory.unclaim({ orderId, actor: actor.id, requestId }));
}

/** Its loss is harmless: the doubt's end finds the same in D1. */
async function tellCommitted(checkout: Checkout, verdict: Extract<Verdict, { kind: "order" }>): Promise<void> {
  const { orderId, expiresAt } = verdict;
  await eachType(checkout, (inventory) => inventory.committed({ orderId, expiresAt }));
}

function eachType<T>(
  { context, byType }: Checkout,
  ask: (inventory: ReturnType<Context["inventories"]>, holdIds: readonly HoldId[]) => Promise<T>,
): Promise<T[]> {
  return Promise.all([...byType].map(([type, holdIds]) => ask(context.inventories(type), holdIds)));
}

function inOrder({ holdIds }: Checkout, holds: readonly HoldView[]): HoldView[] {
  return holdIds.map((id) =>
    must(
      holds.find((hold) => hold.id === id),
      "an inventory answers for each hold that it was asked for",
    ),
  );
}
