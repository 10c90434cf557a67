// Says what guests of a world present at its gates: the tickets of confirmed orders, as their homes have them, and now
// and then something that is no ticket.

import { type Ticket, ticketsOf } from "../../../../src/domain/door/tickets/ticket.ts";
import type { EventId, OrderId, TicketTypeId } from "../../../../src/domain/ids.ts";
import { sha256 } from "../../../../src/shared/sha256.ts";
import { insist, isAway, read, type Stage } from "../asking.ts";
import { ordersOf } from "../../watchers/checks-at-rest.ts";
import { askForOrder, placeHold } from "../shoppers.ts";
import type { ShownCode } from "../../platform/stand-ins/ticket-signer.ts";
import type { Shopper, World } from "../../world/world.ts";

export type Sold = Ticket & { readonly eventId: EventId; readonly typeNumber: number };

/** All that were ever sold of the events of `typeIds`, void ones too. */
export function soldTickets(world: World, typeIds: readonly TicketTypeId[]): Sold[] {
  const types = new Map(
    world.d1.look("SELECT id, event_id, number FROM ticket_types").map((row) => [row["id"], row] as const),
  );
  return typeIds
    .flatMap((id) => (world.hosts.has(id) ? ordersOf(world, id) : []))
    .flatMap((order) => ticketsOf(order, sha256))
    .flatMap((ticket) => {
      const type = types.get(ticket.ticketTypeId);
      // The one cast: a column of ids of events.
      return type ? [{ ...ticket, eventId: type["event_id"] as EventId, typeNumber: Number(type["number"]) }] : [];
    });
}

/** Null while nothing is sold. A few are presented again and again, so that scanners collide on them. */
export function anyTicket({
  world,
  catalogue,
}: {
  world: World;
  catalogue: { typeIds: readonly TicketTypeId[] };
}): ShownCode | null {
  const { dice } = world;
  const sold = soldTickets(world, catalogue.typeIds);
  if (sold.length === 0) return null;
  const { eventId, serial, typeNumber, generation } = dice.chance(0.5) ? dice.pick(sold.slice(-3)) : dice.pick(sold);
  const older = generation > 1 && dice.chance(0.3) ? generation - 1 : generation;
  const kind = dice.chance(0.92) ? "good" : dice.pick(["forged", "unknown_key", "garbage"] as const);
  return { kind, eventId, serial, typeNumber, generation: older };
}

type Buying = Omit<Stage, "shopper">;

/** Some who buy, pay and come, so that the scanners have whom to let in. */
export async function comeToBuy({ world, catalogue, journal }: Buying): Promise<void> {
  const { dice } = world;
  const guests = Array.from(
    { length: dice.between(3, 6) },
    (): Shopper => ({ kind: "shopper", id: world.newId("shp") }),
  );
  await Promise.all(guests.map((shopper) => buy({ world, catalogue, journal, shopper })));
}

async function buy(stage: Stage & { readonly shopper: Shopper }): Promise<void> {
  const { world, catalogue, journal, shopper } = stage;
  await world.sleep(world.dice.between(0, 20_000));
  const key = `${shopper.id} guest`;
  await placeHold(stage, world.dice.pick(catalogue.typeIds), key);
  const holdIds = journal.holds.flatMap((wish) => (wish.shopper === shopper && wish.holdId ? [wish.holdId] : []));
  if (holdIds.length === 0) return;
  const wish = { shopper, key, holdIds, orderId: null, expiresAt: 0 };
  journal.checkouts.push(wish);
  await insist(stage, () => askForOrder(stage, wish));
  const id: OrderId | null = wish.orderId;
  if (id !== null) await insist(stage, () => pay(stage, id));
}

async function pay({ world, catalogue, journal }: Stage, id: OrderId): Promise<boolean> {
  const result = await world.request(catalogue.organiser, (context) => world.product.confirmOrder(context, id));
  if (!read(world, result, false, `a confirmation of ${id}`)) return result !== "lost" && !isAway(result.reply);
  journal.confirmed.add(id);
  return true;
}
