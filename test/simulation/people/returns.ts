// Plays an organiser's returns: in part and as a whole, to stock or not, twice at once, again with the same key if no
// response came, and by two requests for the same last tickets.

import type { OrderId } from "../../../src/domain/ids.ts";
import type { ReturnRequest } from "../../../src/domain/orders/order-return.ts";
import { sha256 } from "../../../src/shared/sha256.ts";
import type { Catalogue } from "../world/catalogue/on-sale.ts";
import type { Journal, ReturnWish } from "../watchers/journal.ts";
import type { World } from "../world/world.ts";

type Stage = { readonly world: World; readonly catalogue: Catalogue; readonly journal: Journal };

/** Resolves when all was tried; a return of an unconfirmed order is tried, too, and refused. */
export async function returnTickets(stage: Stage, orderId: OrderId): Promise<void> {
  const { world, journal } = stage;
  const old = journal.returns.filter((wish) => wish.orderId === orderId);
  const again = old.length > 0 && world.dice.chance(0.3);
  const wishes = again ? [world.dice.pick(old)] : wishesFor(stage, orderId);
  if (!again) journal.returns.push(...wishes);
  for (let attempt = 0; attempt < 3; attempt++) {
    const twice = world.dice.chance(0.2) ? wishes : [];
    const heard = await Promise.all([...wishes, ...twice].map((wish) => askForReturn(stage, wish)));
    if (heard.every(Boolean) || world.dice.chance(0.25)) return;
    await world.sleep(world.dice.between(0, 5_000));
  }
}

/** One return of the order, or two that may together want more than there is. */
function wishesFor({ world, catalogue, journal }: Stage, orderId: OrderId): ReturnWish[] {
  const { dice } = world;
  return Array.from({ length: dice.chance(0.25) ? 2 : 1 }, (_, index) => {
    const key = `${orderId} ${journal.returns.length} ${index}`;
    const returnId = world.product.changeIdFrom("return", orderId, catalogue.organiser.id, key, sha256);
    return { orderId, key, returnId, request: requestFor(world, orderId), isAnswered: false };
  });
}

function requestFor(world: World, orderId: OrderId): ReturnRequest {
  const { dice } = world;
  const items = (world.checks.findOrder(orderId)?.items ?? []).filter(() => dice.chance(0.6));
  const named = items.map(({ holdId, quantity }) => ({ holdId, quantity: dice.between(1, quantity) }));
  const all = named.length === 0 || dice.chance(0.15);
  return { items: all ? "all" : named, returnToStock: dice.chance(0.6), reason: null };
}

/** Resolves to whether the reply was final. */
export async function askForReturn({ world, catalogue }: Stage, wish: ReturnWish): Promise<boolean> {
  const { orderId, key, request } = wish;
  const known = wish.isAnswered;
  const input = { ...request, idempotencyKey: key, ifMatch: null };
  const result = await world.request(catalogue.organiser, (context) =>
    world.product.returnTickets(context, orderId, input),
  );
  if (result === "lost") return false;
  if (!result.reply.ok) {
    const { code } = result.reply.refusal;
    if (code === "internal_error") world.fail(`[X1] a return of ${orderId} got a bug in reply`);
    const isAway = code === "temporarily_unavailable" || code === "overloaded";
    if (known && !isAway) world.fail(`[O7] a repeat of a return of ${orderId} was refused: ${code}`);
    return !isAway;
  }
  wish.isAnswered = true;
  for (const { holdId, quantity, returned } of result.reply.value.order.items)
    if (returned > quantity) world.fail(`[O7] ${returned} of ${quantity} of ${holdId} were answered returned`);
  return true;
}
