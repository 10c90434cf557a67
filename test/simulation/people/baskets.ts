// Plays a shopper's baskets: holds of all ticket types by one request, repeated with the same key if no response came.

import { type HoldId, ticketTypeOfHold } from "../../../src/domain/ids.ts";
import { insist, isAway, read, type Stage, watchedOf } from "./asking.ts";
import { BASKET_REQUEST } from "../watchers/ledger/watch.ts";
import type { Product } from "../world/product.ts";

export async function placeBasket(stage: Stage, key: string): Promise<void> {
  const { world, journal, catalogue, shopper } = stage;
  const { dice } = world;
  const items = catalogue.typeIds.map((ticketTypeId) => ({ ticketTypeId, quantity: dice.pick([1, 1, 2]) }));
  const input = { eventId: catalogue.eventId, items, allOrNothing: dice.chance(0.5), idempotencyKey: key };
  const known = new Set<HoldId>();
  await insist(stage, async () => {
    const before = known.size;
    const result = await world.request(shopper, ({ actor, inventories, requestId }) =>
      world.product.placeBasket(
        {
          ...{ actor, inventories, requestId: BASKET_REQUEST + requestId, clock: world.scheduler.now },
          addressAt: () => null,
        },
        input,
      ),
    );
    const basket = read(world, result, before === items.length, `a repeat of basket ${key}`);
    if (!basket) return result !== "lost" && !isAway(result.reply) && !isInProgress(result.reply);
    if (input.allOrNothing && basket.holds.length < items.length)
      world.fail(`[O10] ${key} was returned with ${basket.holds.length} of ${items.length}`);
    for (const { id, quantity, heldUntil } of basket.holds) {
      const [watched] = watchedOf(world, id);
      if (watched?.userId !== shopper.id || watched.quantity !== quantity)
        world.fail(`[H11] ${id} of a basket was confirmed and is ${JSON.stringify(watched)}`);
      if (known.has(id)) continue;
      known.add(id);
      const wish = { shopper, key, typeId: ticketTypeOfHold(id), quantity, replaces: null, inBasket: true };
      journal.holds.push({ ...wish, holdId: id, heldUntil });
    }
    return true;
  });
}

function isInProgress(answer: Awaited<ReturnType<Product["placeBasket"]>>): boolean {
  return !answer.ok && answer.refusal.code === "idempotency_in_progress";
}
