// Plays shoppers and keeps the responses: they place, repeat, release, check out, confirm and cancel, often at the very
// millisecond at which something ends, often twice at once, and again with the same key if no response came.

import { createHash } from "node:crypto";
import type { Contact } from "../../../src/domain/orders/contact.ts";
import { type HoldId, type TicketTypeId, ticketTypeOfHold } from "../../../src/domain/ids.ts";
import { takesHolds, wasSold } from "../../../src/domain/orders/order.ts";
import { insist, isAway, isForGood, read, type Stage, watchedOf } from "./asking.ts";
import { placeBasket } from "./baskets.ts";
import type { CheckoutWish, HoldWish } from "../watchers/journal.ts";
import { actingOnHolds } from "../../../src/domain/people/policy.ts";
import { returnTickets } from "./returns.ts";
import type { World } from "../world/world.ts";

const sha256 = (text: string): Uint8Array => createHash("sha256").update(text).digest();

/** Resolves when the shopper has done all that it came for. */
export async function shop(stage: Stage, acts: number): Promise<void> {
  for (let n = 0; n < acts; n++) {
    await nap(stage);
    const roll = stage.world.dice.next();
    if (roll < 0.38) await placeHolds(stage, `${stage.shopper.id} ${n}`);
    else if (roll < 0.45 && stage.shopper.kind === "shopper") await placeBasket(stage, `${stage.shopper.id} ${n}`);
    else if (roll < 0.52) await askAgain(stage);
    else if (roll < 0.59) await release(stage);
    else if (roll < 0.65) await extendHold(stage);
    else if (roll < 0.71) await swapHold(stage, `${stage.shopper.id} ${n}`);
    else if (roll < 0.94) await checkOut(stage, `${stage.shopper.id} ${n}`);
    else if (roll < 0.96) await eraseContact(stage);
    else if (roll < 0.98) await endOrder(stage);
    else await returnSome(stage);
  }
}

/** Mostly a moment; sometimes just until something ends. */
async function nap({ world, journal, shopper }: Stage): Promise<void> {
  const { dice, scheduler } = world;
  const roll = dice.next();
  if (roll < 0.6) return world.sleep(dice.between(0, 50));
  if (roll < 0.75) return world.sleep(dice.between(50, 3_000));
  if (roll < 0.85) return world.sleep(dice.between(3_000, 60_000));
  const ends = [
    ...journal.moments,
    ...journal.holds.filter((wish) => wish.shopper === shopper).map(({ heldUntil }) => heldUntil),
    ...journal.checkouts.filter((wish) => wish.shopper === shopper).map(({ expiresAt }) => expiresAt),
  ].filter((at) => at > scheduler.now());
  if (ends.length > 0) await world.sleep(dice.pick(ends) + dice.pick([-1, 0, 0, 0, 1]) - scheduler.now());
}

/** Places holds of one ticket type, or of several at once: an order of those has a home and others that follow it. */
async function placeHolds(stage: Stage, key: string): Promise<void> {
  const { world, catalogue } = stage;
  const typeIds = world.dice.chance(0.5) ? [world.dice.pick(catalogue.typeIds)] : catalogue.typeIds;
  await Promise.all(typeIds.map((typeId, index) => placeHold(stage, typeId, `${key} ${index}`)));
}

/** A hold of another quantity in place of an active one. */
async function swapHold(stage: Stage, key: string): Promise<void> {
  const replaces = pickHolds(stage, 1)[0];
  if (replaces) await placeHold(stage, ticketTypeOfHold(replaces), key, replaces);
}

export async function placeHold(
  stage: Stage,
  typeId: TicketTypeId,
  key: string,
  replaces: HoldId | null = null,
): Promise<void> {
  const { world, journal, shopper } = stage;
  const { dice } = world;
  const quantity = dice.pick([1, 1, 2, 3]);
  const wish: HoldWish = { shopper, key, typeId, quantity, replaces, inBasket: false, holdId: null, heldUntil: 0 };
  journal.holds.push(wish);
  await insist(stage, () => askForHold(stage, wish));
}

export async function askForHold({ world }: Stage, wish: HoldWish): Promise<boolean> {
  const { shopper, key, typeId, quantity, replaces } = wish;
  // As of now: of two concurrent requests one may be refused before the other is accepted, and its reply arrive later.
  const known = wish.holdId !== null;
  const holdId = world.product.holdIdFrom(typeId, shopper.id, key, sha256);
  const result = await world.request(shopper, ({ inventories }) =>
    inventories(typeId).hold({
      holdId,
      holder: actingOnHolds(shopper),
      quantity,
      source: shopper.kind === "shopper" ? "web" : "scanner",
      notes: notesOf(world, key),
      replaces,
      actor: shopper.id,
      requestId: key,
    }),
  );
  const hold = read(world, result, known, `a repeat of hold ${wish.holdId}`)?.hold;
  if (!hold) return result !== "lost" && !isAway(result.reply);
  const watched = world.checks.watchOf(typeId).holds.get(hold.id);
  if (!watched) world.fail(`[H11] hold ${hold.id} was confirmed and is not in the ledger`);
  else if (watched.quantity !== quantity || watched.userId !== shopper.id)
    world.fail(`hold ${hold.id} was returned to another than ${shopper.id}, or with another quantity`);
  const isGone = hold.status === "cancelled" || hold.status === "expired";
  if (hold.notes !== (isGone ? null : notesOf(world, key)))
    world.fail(
      `[H2] hold ${hold.id}, which is ${hold.status}, was returned with the notes ${JSON.stringify(hold.notes)}`,
    );
  if (wish.holdId !== null && wish.holdId !== hold.id)
    world.fail(`[H8] one key, two holds: ${wish.holdId}, ${hold.id}`);
  wish.holdId = hold.id;
  wish.heldUntil = Math.max(wish.heldUntil, hold.heldUntil);
  return true;
}

/** The same for every request of a key, and only in some worlds: where sizes are small, they are long. */
export function notesOf({ themes }: World, key: string): string | null {
  if (themes.has("small")) return `for ${key} ${"—".repeat(400)}`;
  return themes.has("doors") ? `for ${key} —` : null;
}

async function askAgain(stage: Stage): Promise<void> {
  const own = stage.journal.holds.filter((wish) => wish.shopper === stage.shopper && !wish.inBasket);
  if (own.length > 0) await askForHold(stage, stage.world.dice.pick(own));
}

async function release(stage: Stage): Promise<void> {
  const { world, journal, shopper } = stage;
  const holdId = pickHolds(stage, 1)[0];
  const wish = journal.holds.find((each) => each.holdId === holdId);
  if (!holdId || !wish) return;
  const result = await world.request(shopper, ({ inventories, requestId }) =>
    inventories(wish.typeId).release({ holdId, by: actingOnHolds(shopper), actor: shopper.id, requestId }),
  );
  const hold = read(world, result, false, "a release");
  if (!hold) return;
  const standing = world.checks.watchOf(wish.typeId).holds.get(holdId)?.standing;
  if (standing !== "released" && standing !== "expired" && standing !== "swapped")
    world.fail(`[H9] ${holdId} was reported released and is ${standing}`);
  journal.released.add(holdId);
}

/** Again with the same key if no response came: it must not count twice. */
async function extendHold(stage: Stage): Promise<void> {
  const { world, journal, shopper } = stage;
  const holdId = pickHolds(stage, 1)[0];
  const wish = journal.holds.find((each) => each.holdId === holdId);
  if (!holdId || !wish) return;
  const key = world.product.extensionKeyFrom(holdId, shopper.id, String(world.dice.between(0, 1_000_000)), sha256);
  let known = false;
  await insist(stage, async () => {
    const wasKnown = known;
    // When two requests are concurrent, the response to the first may arrive last, and shows the state before the
    // second.
    const before = wish.heldUntil;
    const result = await world.request(shopper, ({ inventories, requestId }) =>
      inventories(wish.typeId).extend({ holdId, key, by: actingOnHolds(shopper), actor: shopper.id, requestId }),
    );
    const hold = read(world, result, wasKnown, "a repeat of an extension")?.hold;
    if (!hold) return result !== "lost" && !isAway(result.reply);
    if (hold.heldUntil < before) world.fail(`[O9] ${holdId} was shortened to ${hold.heldUntil}`);
    // What gained nothing is not remembered, and may be refused when it comes again.
    known ||= hold.extensionKeys.includes(key);
    wish.heldUntil = Math.max(wish.heldUntil, hold.heldUntil);
    return true;
  });
}

export async function checkOut(stage: Stage, key: string): Promise<void> {
  const { world, journal, shopper } = stage;
  const old = journal.checkouts.filter((each) => each.shopper === shopper);
  const holdIds = pickHolds(stage, world.dice.pick([1, 2, 2, 3]));
  const again = old.length > 0 && world.dice.chance(0.2);
  if (!again && holdIds.length === 0) return;
  const wish: CheckoutWish = again ? world.dice.pick(old) : { shopper, key, holdIds, orderId: null, expiresAt: 0 };
  if (!again) journal.checkouts.push(wish);
  // Now and then a rival: each claims some of what the other needs, and one of them has to put it back.
  const rival = world.dice.chance(0.25) && [...holdIds.slice(1), ...pickHolds(stage, 1)];
  const other = { shopper, key: `${key} rival`, holdIds: [...new Set(rival || [])], orderId: null, expiresAt: 0 };
  if (other.holdIds.length > 0) journal.checkouts.push(other);
  await Promise.all(
    (other.holdIds.length > 0 ? [wish, other] : [wish]).map((each) => insist(stage, () => askForOrder(stage, each))),
  );
  if (wish.orderId && world.themes.has("mails") && world.dice.chance(0.3)) {
    // While the first mail may be on its way.
    await world.sleep(world.dice.pick([0, world.dice.between(0, 700)]));
    await eraseContact(stage);
  }
  if (wish.orderId && world.dice.chance(0.7)) {
    if (world.dice.chance(0.2))
      await world.sleep(wish.expiresAt + world.dice.pick([-1, 0, 0, 1]) - world.scheduler.now());
    else await nap(stage);
    await endOrder(stage, wish);
    for (let left = world.dice.pick([0, 2, 3]); left > 0; left--) await returnTickets(stage, wish.orderId);
  }
}

async function returnSome(stage: Stage): Promise<void> {
  const made = stage.journal.checkouts.flatMap(({ orderId }) => orderId ?? []);
  if (made.length > 0) await returnTickets(stage, stage.world.dice.pick(made));
}

export async function askForOrder({ world }: Stage, wish: CheckoutWish): Promise<boolean> {
  const { shopper, key, holdIds } = wish;
  const known = wish.orderId !== null;
  const result = await world.request(shopper, (context) =>
    world.product.checkOut(context, { holdIds, idempotencyKey: key, contact: contactOf(key) }),
  );
  // Also then: an event that is over stays over, so the refusal came after the order was made.
  const late = wish.orderId !== null && result !== "lost" && isForGood(result.reply);
  const order = read(world, result, known || late, `a repeat of order ${wish.orderId}`)?.order;
  if (!order) return result !== "lost" && !isAway(result.reply);
  if (wish.orderId !== null && wish.orderId !== order.id)
    world.fail(`[O6] one key, two orders: ${wish.orderId}, ${order.id}`);
  const atHome = world.checks.findOrder(order.id);
  if (!atHome) {
    world.fail(`[O2] ${order.id} was confirmed and is no order`);
    return true;
  }
  if (!takesHolds(atHome, holdIds))
    world.fail(`[O1] ${order.id} was confirmed and has ${JSON.stringify(atHome.items)}`);
  for (const { id, orderId, standing } of holdIds.flatMap((holdId) => watchedOf(world, holdId)))
    if (orderId !== order.id) world.fail(`[O2] ${order.id} was confirmed, its hold ${id} is ${standing} by ${orderId}`);
  wish.orderId = order.id;
  wish.expiresAt = order.expiresAt;
  return true;
}

/** Two of three keys bring a contact, also in repeats. */
function contactOf(key: string): Contact | null {
  const which = sha256(key)[0] ?? 0;
  const email = `buyer-${which}@example.com`;
  return which % 3 === 0 ? null : { name: "A Buyer", email, phone: null, nameKey: "a buyer" };
}

/** Erases the contact of an order in any state. */
async function eraseContact({ world, journal, shopper }: Stage): Promise<void> {
  const made = journal.checkouts.filter((wish) => wish.shopper === shopper && wish.orderId !== null);
  const id = made.length > 0 ? world.dice.pick(made).orderId : null;
  if (!id) return;
  const result = await world.request(shopper, (context) => world.product.eraseContact(context, id));
  if (!read(world, result, true, `the erasure of the contact of ${id}`)) return;
  journal.erased.add(id);
}

async function endOrder(stage: Stage, given?: CheckoutWish): Promise<void> {
  const { world, journal, catalogue, shopper } = stage;
  const made = journal.checkouts.filter((wish) => wish.orderId !== null);
  const wish = given ?? (made.length > 0 ? world.dice.pick(made) : null);
  const id = wish?.orderId;
  if (!wish || !id) return;
  const confirms = world.dice.chance(0.7);
  const result = confirms
    ? await world.request(catalogue.organiser, (context) => world.product.confirmOrder(context, id))
    : await world.request(wish.shopper === shopper ? shopper : wish.shopper, (context) =>
        world.product.cancelOrder(context, id),
      );
  const order = world.checks.findOrder(id);
  // An order of which nothing is left, by a return that came in between, is cancelled and was confirmed.
  const isReturned = order?.status === "cancelled" && wasSold(order);
  const done = confirms ? journal.confirmed.has(id) && !isReturned : journal.cancelled.has(id);
  if (!read(world, result, done, `a second ${confirms ? "confirmation" : "cancellation"} of ${id}`)) return;
  const fact = order?.status;
  if (fact !== (confirms && !isReturned ? "confirmed" : "cancelled"))
    world.fail(`[O5] ${id} was reported ${confirms ? "confirmed" : "cancelled"} and is ${fact}`);
  (confirms ? journal.confirmed : journal.cancelled).add(id);
}

/** Some of the shopper's own, those still held rather than others. */
function pickHolds({ world, journal, shopper }: Stage, most: number): HoldId[] {
  const own = journal.holds.flatMap((wish) => (wish.shopper === shopper && wish.holdId ? [wish.holdId] : []));
  const held = own.filter((id) => watchedOf(world, id).some(({ standing }) => standing === "active"));
  const from = held.length > 0 && world.dice.chance(0.9) ? held : own;
  return [...new Set(Array.from({ length: from.length > 0 ? most : 0 }, () => world.dice.pick(from)))];
}
