// Reads what is in a basket, as the inventories have it now: what is held, what ran out, what became an order.

import type { PublishedEvent } from "../../../db/events/public-events.ts";
import type { Refusal } from "../../../domain/errors.ts";
import type { HoldExtension } from "../../../domain/events/event.ts";
import { type HoldId, type OrderId, ticketTypeOfHold } from "../../../domain/ids.ts";
import type { HoldView } from "../../../domain/ledger/command.ts";
import { actingOnHolds } from "../../../domain/people/policy.ts";
import { accept, refuse, type Result } from "../../../domain/result.ts";
import { moreTimeOf } from "../../../ui/shared/more-time.ts";
import type { BasketLine, BasketPage } from "../../../ui/shared/views/basket.ts";
import type { Shopper } from "../../middleware/access.ts";
import { inventoryFor } from "../../middleware/limits/miss-limit.ts";

/**
 * The lists are in the order in which the holds were put in. `current` has each present hold by the id that was
 * requested, since a change of the amount makes another hold. `orderId`: the order that some of the holds became.
 */
export type InBasket = {
  readonly current: ReadonlyMap<HoldId, HoldView>;
  readonly active: readonly HoldView[];
  readonly expired: readonly HoldView[];
  readonly orderId: OrderId | null;
};
export const EMPTY: InBasket = { current: new Map(), active: [], expired: [], orderId: null };

/** How many changes of one hold are followed; a hold changes whenever its shopper changes the amount. */
const MAX_CHANGES = 50;

type HoldReader = Parameters<typeof inventoryFor>[0];

/** Leaves out the holds of other shoppers and those that their inventories have deleted. */
export async function readBasket(
  c: HoldReader,
  shopper: Shopper,
  holdIds: readonly HoldId[],
): Promise<Result<InBasket, Refusal>> {
  const replies = await Promise.all(holdIds.map((id) => readCurrent(c, shopper, id)));
  const current = new Map<HoldId, HoldView>();
  for (const [index, reply] of replies.entries()) {
    const holdId = holdIds[index];
    if (reply.ok) {
      if (holdId !== undefined) current.set(holdId, reply.value);
    } else if (reply.refusal.code !== "not_found") return refuse(reply.refusal);
  }
  const holds = [...new Map([...current.values()].map((hold) => [hold.id, hold])).values()];
  return accept({
    current,
    active: holds.filter(({ status }) => status === "active"),
    expired: holds.filter(({ status }) => status === "expired"),
    orderId: holds.find(({ orderId }) => orderId !== null)?.orderId ?? null,
  });
}

/** The hold, or the one that replaced it in another tab or by a copy of the same form. */
async function readCurrent(c: HoldReader, shopper: Shopper, firstId: HoldId): Promise<Result<HoldView, Refusal>> {
  const by = actingOnHolds(shopper);
  let id = firstId;
  for (let n = 0; n < MAX_CHANGES; n++) {
    const reply = await inventoryFor(c, ticketTypeOfHold(id)).read({ holdIds: [id], by });
    if (!reply.ok) return reply;
    const [hold] = reply.value.holds;
    if (!hold) break;
    if (hold.replacedBy === null) return accept(hold);
    id = hold.replacedBy;
  }
  return refuse({ code: "not_found" });
}

/** The line of a hold. A type that is no longer shown keeps its amount and has the event's name. */
export function lineOf(hold: HoldView, { ticketTypes, event }: PublishedEvent): BasketLine {
  const type = ticketTypes.find(({ id }) => id === ticketTypeOfHold(hold.id));
  const { quantity, unitPrice, currency } = hold;
  return {
    ...{ holdId: hold.id, quantity, unitPrice, currency },
    name: type?.name ?? event.name,
    least: type?.min_per_order ?? quantity,
    most: type?.max_per_order ?? quantity,
  };
}

/**
 * When the first hold ends, how many seconds are left until then by the objects' clocks (rule S6), and whether the
 * holds can be extended.
 */
export function untilOf(active: readonly HoldView[], offered: HoldExtension): BasketPage["until"] {
  if (active.length === 0) return null;
  const at = Math.min(...active.map((hold) => hold.heldUntil));
  const leftMs = Math.min(...active.map((hold) => hold.heldUntil - hold.at));
  const held = active.map(({ extensionKeys, ...hold }) => ({ ...hold, extensions: extensionKeys.length }));
  return { at, seconds: Math.max(0, Math.floor(leftMs / 1_000)), more: moreTimeOf(offered, held) };
}
