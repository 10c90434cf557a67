// Plays people who act on what is not theirs: another shopper, and an organiser of another organisation. For them it
// does not exist (rules H10, T3). Others repeat a key with another body (rules H8, O6), and staff release, who may
// (H9).

import type { Refusal } from "../../../src/domain/errors.ts";
import { homeOfHolds, type OrderId } from "../../../src/domain/ids.ts";
import { actingOnHolds, type Organiser } from "../../../src/domain/people/policy.ts";
import type { Result } from "../../../src/domain/result.ts";
import { sha256 } from "../../../src/shared/sha256.ts";
import { isAway } from "./asking.ts";
import type { Catalogue } from "../world/catalogue/on-sale.ts";
import type { HoldWish, Journal } from "../watchers/journal.ts";
import type { Buyer, RequestOutcome, World } from "../world/world.ts";

type Stage = { readonly world: World; readonly catalogue: Catalogue; readonly journal: Journal };

/** Resolves when so much was tried, by a passer-by and by an organiser of another organisation. */
export async function pry(stage: Stage, stranger: Organiser, acts: number): Promise<void> {
  const { world, journal } = stage;
  const { dice } = world;
  const passerBy: Buyer = { kind: "shopper", id: world.newId("shp") };
  for (let n = 0; n < acts; n++) {
    await world.sleep(dice.pick([dice.between(0, 3_000), dice.between(0, 60_000)]));
    const held = journal.holds.filter(({ holdId }) => holdId !== null);
    const ordered = journal.checkouts.flatMap(({ orderId }) => orderId ?? []);
    const who = dice.pick([passerBy, stranger]);
    const roll = dice.next();
    if (dice.chance(0.15)) await tryCatalogue(stage, stranger);
    if (held.length === 0) continue;
    if (roll < 0.45) await tryHold(stage, who, dice.pick(held), n);
    else if (roll < 0.65) await otherBody(stage, dice.pick(held));
    else if (roll < 0.75) await otherHolds(stage);
    else if (ordered.length > 0) await tryOrder(stage, who, stranger, dice.pick(ordered));
  }
}

async function tryHold(
  { world, catalogue }: Stage,
  who: Buyer,
  { holdId, typeId }: HoldWish,
  n: number,
): Promise<void> {
  if (holdId === null) return;
  const by = actingOnHolds(who);
  const key = world.product.extensionKeyFrom(holdId, who.id, String(n), sha256);
  const way = world.dice.pick(["release", "extend", "checkout", "checkout"] as const);
  const [smallest = typeId] = [...catalogue.typeIds].sort();
  // Beside one that there is not, of the type that would be the order's home: then this one is claimed.
  const beside = smallest === typeId ? [] : [world.product.holdIdFrom(smallest, who.id, "none", sha256)];
  const holdIds = [...(world.dice.chance(0.5) ? beside : []), holdId];
  const result = await world.request<Buyer, Result<unknown, Refusal>>(who, (context) => {
    const { inventories, requestId } = context;
    if (way === "release") return inventories(typeId).release({ holdId, by, actor: who.id, requestId });
    if (way === "extend") return inventories(typeId).extend({ holdId, key, by, actor: who.id, requestId });
    return world.product.checkOut(context, { holdIds, idempotencyKey: `pry ${n}` });
  });
  mustBeUnknown(world, result, `[H10] ${who.id} did a ${way} of ${holdId}`);
}

async function tryOrder({ world }: Stage, who: Buyer, stranger: Organiser, id: OrderId): Promise<void> {
  const way = world.dice.pick(["cancel", "confirm", "erase", "return"] as const);
  if (who.kind === "shopper" && (way === "confirm" || way === "return")) return;
  const result = await world.request<Buyer, Result<unknown, Refusal>>(who, (context) => {
    const { product } = world;
    if (way === "cancel") return product.cancelOrder(context, id);
    if (way === "erase") return product.eraseContact(context, id);
    const organiser = { ...context, actor: stranger };
    if (way === "confirm") return product.confirmOrder(organiser, id);
    const all = { items: "all", returnToStock: true, reason: null } as const;
    return product.returnTickets(organiser, id, { ...all, idempotencyKey: "pry", ifMatch: null });
  });
  mustBeUnknown(world, result, `[T3] [O5] ${who.id} did a ${way} of ${id}`);
}

async function tryCatalogue({ world, catalogue }: Stage, stranger: Organiser): Promise<void> {
  const { dice, product, d1 } = world;
  const id = dice.pick(catalogue.typeIds);
  const [type] = d1.look("SELECT version FROM ticket_types WHERE id = ?", id);
  const result = await world.request<Organiser, Result<unknown, Refusal>>(stranger, (context) =>
    dice.chance(0.5)
      ? product.changeTicketType(context, id, { total_quantity: 99 }, Number(type?.["version"]))
      : product.transitionEvent(context, catalogue.eventId, "end", null),
  );
  mustBeUnknown(world, result, `[T3] ${stranger.id} changed ${id}`);
}

/** Rule O1: a shopper of both organisations wants one order of what they hold at each. */
export async function mixBoth({ world, catalogue, journal }: Stage, other: Journal, acts: number): Promise<void> {
  const { dice } = world;
  for (let n = 0; n < acts; n++) {
    await world.sleep(dice.between(0, 60_000));
    const here = journal.holds.filter(({ holdId }) => holdId !== null);
    const { shopper, holdId } = here.length > 0 ? dice.pick(here) : { shopper: catalogue.organiser, holdId: null };
    const there = other.holds.flatMap((each) => (each.shopper.id === shopper.id ? (each.holdId ?? []) : []));
    if (holdId === null || there.length === 0) continue;
    const holdIds = [holdId, dice.pick(there)];
    const result = await world.request(shopper, (context) =>
      world.product.checkOut(context, { holdIds, idempotencyKey: `both ${n}` }),
    );
    world.note("an order of two organisations is asked for");
    if (result !== "lost" && result.reply.ok) world.fail(`[O1] an order of two organisations: ${holdIds.join()}`);
  }
}

function mustBeUnknown(world: World, result: RequestOutcome<Result<unknown, Refusal>>, what: string): void {
  world.note("a stranger tries");
  if (result === "lost") return;
  const { reply } = result;
  if (reply.ok) world.fail(`${what}: it was done`);
  else if (reply.refusal.code !== "not_found" && !isAway(reply)) world.fail(`${what}: ${reply.refusal.code}`);
}

/** Rule H8: the same key with another quantity is refused, whatever became of its hold. */
async function otherBody({ world }: Stage, wish: HoldWish): Promise<void> {
  const { holdId, shopper, typeId, quantity, replaces, inBasket } = wish;
  if (holdId === null || inBasket) return;
  const result = await world.request(shopper, ({ inventories, requestId }) =>
    inventories(typeId).hold({
      holdId,
      holder: actingOnHolds(shopper),
      quantity: quantity + 1,
      source: shopper.kind === "shopper" ? "web" : "scanner",
      notes: null,
      replaces,
      actor: shopper.id,
      requestId,
    }),
  );
  mustBeReused(world, result, `[H8] ${holdId} was asked for with another quantity`);
}

/** Rule O6: the same key with other holds of the same home. */
async function otherHolds({ world, journal }: Stage): Promise<void> {
  const made = journal.checkouts.filter(({ orderId }) => orderId !== null);
  if (made.length === 0) return;
  const { shopper, key, holdIds, orderId } = world.dice.pick(made);
  const home = homeOfHolds(holdIds);
  const others = journal.holds.flatMap(({ holdId, typeId }) =>
    holdId && typeId === home && !holdIds.includes(holdId) ? [holdId] : [],
  );
  const [other] = others;
  if (!other) return;
  const result = await world.request(shopper, (context) =>
    world.product.checkOut(context, { holdIds: [other], idempotencyKey: key }),
  );
  mustBeReused(world, result, `[O6] the key of ${orderId} was used for ${other}`);
}

function mustBeReused(world: World, result: RequestOutcome<Result<unknown, Refusal>>, what: string): void {
  world.note("a key comes with another body");
  if (result === "lost") return;
  const { reply } = result;
  if (reply.ok) world.fail(`${what}: it was done`);
  else if (reply.refusal.code !== "idempotency_key_reused" && !isAway(reply))
    world.fail(`${what}: ${reply.refusal.code}`);
}
