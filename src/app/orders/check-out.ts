// Turns holds of several inventories into one order, all or none (rules O1, O2, O6). The order's home alone decides whether
// the order exists; docs/workflows.md describes the protocol.

import type { Contact, Locale } from "../../domain/orders/contact.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import {
  type AttemptId,
  attemptIdFrom,
  type HoldId,
  homeOfHolds,
  type OrderId,
  orderIdFrom,
  type TicketTypeId,
  ticketTypeOfHold,
} from "../../domain/ids.ts";
import type { Claimed, HoldActor, OrderView } from "../../domain/ledger/command.ts";
import type { Buyer } from "../../domain/people/policy.ts";
import { actingOnHolds } from "../../domain/people/policy.ts";
import { accept, refuse, type Result } from "../../domain/result.ts";
import type { Inventory } from "../../inventory/client.ts";
import { sha256 } from "../../shared/sha256.ts";
import type { Context } from "../context.ts";

export type CheckoutInput = {
  readonly holdIds: readonly HoldId[];
  readonly idempotencyKey: string;
  readonly contact?: Contact | null;
  readonly locale?: Locale;
};
type CheckoutAnswer = Result<{ readonly order: OrderView; readonly replayed: boolean }, Refusal>;

/** Each further attempt is needed only if one more request with this key gave up at the same time. */
const ATTEMPTS = 8;

type Checkout = {
  readonly orderId: OrderId;
  readonly holdIds: readonly HoldId[];
  readonly home: { readonly inventory: Inventory; readonly holdIds: readonly HoldId[] };
  /** The inventories other than the home, each with its holds. */
  readonly others: readonly { readonly inventory: Inventory; readonly holdIds: readonly HoldId[] }[];
  readonly buyer: HoldActor;
  /** The contact and the language, which only the home is sent. */
  readonly personal: Pick<CheckoutInput, "contact" | "locale">;
  readonly by: { readonly actor: string; readonly requestId: string };
};

/** Takes 1 to 10 holds, each named once. A repeat with the same key goes on where an earlier request was cut off. */
export async function checkOut(context: Context<Buyer>, input: CheckoutInput): Promise<CheckoutAnswer> {
  const checkout = openCheckout(context, input);
  for (let n = 0; n < ATTEMPTS; n++) {
    const attempt = attemptIdFrom(checkout.orderId, checkout.holdIds, n, sha256);
    const answer = await tryAttempt(checkout, attempt);
    if (answer !== "void") return answer;
  }
  return refuse(UNAVAILABLE);
}

function openCheckout({ actor, inventories, requestId }: Context<Buyer>, input: CheckoutInput): Checkout {
  const { holdIds, idempotencyKey, ...personal } = input;
  const home = homeOfHolds(holdIds);
  const byType = new Map<TicketTypeId, HoldId[]>();
  for (const holdId of holdIds) {
    const type = ticketTypeOfHold(holdId);
    byType.set(type, [...(byType.get(type) ?? []), holdId]);
  }
  const [own, others] = [byType.get(home) ?? [], [...byType].filter(([type]) => type !== home)];
  return {
    orderId: orderIdFrom(home, actor.id, idempotencyKey, sha256),
    holdIds,
    home: { inventory: inventories(home), holdIds: own },
    others: others.map(([type, ids]) => ({ inventory: inventories(type), holdIds: ids })),
    buyer: actingOnHolds(actor),
    personal,
    by: { actor: actor.id, requestId },
  };
}

async function tryAttempt(checkout: Checkout, attempt: AttemptId): Promise<CheckoutAnswer | "void"> {
  const claimed = await claimAll(checkout, attempt);
  if (!claimed.ok) return giveUp(checkout, attempt, claimed.refusal);
  const reply = await askHome(checkout, attempt, claimed.value);
  if (!reply.ok) {
    const refusal = named(reply.refusal, checkout.home.holdIds);
    return isFinal(refusal) ? giveUp(checkout, attempt, refusal) : refuse(refusal);
  }
  if (reply.value !== "void") return accept(reply.value);
  await unclaimAll(checkout, attempt);
  return "void";
}

function askHome(checkout: Checkout, attempt: AttemptId, claimed: readonly Claimed[]) {
  const { home, orderId, holdIds, buyer, personal, by } = checkout;
  return home.inventory.checkout({ orderId, attempt, holdIds, buyer, claimed, ...personal, ...by });
}

async function claimAll(checkout: Checkout, attempt: AttemptId): Promise<Result<Claimed[], Refusal>> {
  const { orderId, others, buyer, by } = checkout;
  const replies = await Promise.all(
    others.map(async ({ inventory, holdIds }) => {
      const reply = await inventory.claim({ orderId, attempt, buyer, holdIds, ...by });
      return reply.ok ? reply : refuse(named(reply.refusal, holdIds));
    }),
  );
  const refusal = worstOf(replies.flatMap((reply) => (reply.ok ? [] : [reply.refusal])));
  return refusal ? refuse(refusal) : accept(replies.flatMap((reply) => (reply.ok ? [reply.value] : [])));
}

/** A ticket type that does not exist has none of its holds, so the refusal names the first of them (docs/api.md). */
function named(refusal: Refusal, [first]: readonly HoldId[]): Refusal {
  return refusal.code === "not_found" && first !== undefined ? { holdId: first, ...refusal } : refusal;
}

/** The refusal to return out of several: first those that may pass, then in the order in which docs/api.md checks. */
function worstOf(refusals: readonly Refusal[]): Refusal | null {
  const rank = (refusal: Refusal): number => {
    if (!isFinal(refusal)) return 0;
    if (refusal.code === "not_found") return 1;
    return refusal.code === "organization_suspended" ? 2 : 3;
  };
  return [...refusals].sort((a, b) => rank(a) - rank(b))[0] ?? null;
}

/** Whether a repeat would be refused in the same way. After any other refusal the outcome is not known. */
function isFinal({ code }: Refusal): boolean {
  return code !== "overloaded" && code !== "temporarily_unavailable" && code !== "internal_error";
}

/**
 * Ends an attempt that was refused. The home makes it void unless an order of this key exists, and only then are the claims
 * taken back. A type that cannot be reached resolves its doubt by itself.
 */
async function giveUp(checkout: Checkout, attempt: AttemptId, refusal: Refusal): Promise<CheckoutAnswer> {
  const { home, orderId, others } = checkout;
  if (others.length === 0) return refuse(refusal);
  const resolved = await home.inventory.resolve({ orderId, attempt });
  if (!resolved.ok) return resolved;
  const order = resolved.value;
  if (order?.attempt !== attempt) await unclaimAll(checkout, attempt);
  if (!order || refusal.code === "idempotency_key_reused") return refuse(refusal);
  // If an order of this key exists, it is the reply to every request of the key that names its holds.
  const replayed = await askHome(checkout, attempt, []);
  if (!replayed.ok) return replayed;
  return replayed.value === "void" ? refuse(UNAVAILABLE) : accept(replayed.value);
}

async function unclaimAll({ orderId, others, by }: Checkout, attempt: AttemptId): Promise<void> {
  await Promise.all(others.map(({ inventory, holdIds }) => inventory.unclaim({ orderId, attempt, holdIds, ...by })));
}
