// Carries out what the buttons of the basket request, by the commands of the API: changes an amount by one swap (rules
// S8, O8), gives back, extends (O9), holds again what ran out (S10).

import { type BasketInput, type BasketItem, holdIdIn, placeBasket } from "../../../app/orders/place-basket.ts";
import type { FormField } from "../../../auth/links/form-fields.ts";
import type { Refusal, RefusedItem } from "../../../domain/errors.ts";
import { type EventId, extensionKeyFrom, type HoldId, holdIdFrom, ticketTypeOfHold } from "../../../domain/ids.ts";
import type { HoldReply, HoldView } from "../../../domain/ledger/command.ts";
import { actingOnHolds } from "../../../domain/people/policy.ts";
import { sha256 } from "../../../shared/sha256.ts";
import type { Shopper } from "../../middleware/access.ts";
import { limitHolds, buyerAddress } from "../../middleware/limits/rate-limit.ts";
import { inventoryFor } from "../../middleware/limits/miss-limit.ts";
import { readBasket } from "./basket-lines.ts";
import type { PageContext } from "../page-response.ts";
import { isUnsure } from "../refusals/refusal-status.ts";

/** `holdIds`: the basket afterwards; `refused` names the hold whose change was refused. */
export type Done = {
  readonly holdIds: readonly HoldId[];
  readonly refused: readonly { readonly holdId: HoldId; readonly refusal: Refusal }[];
};
type Basket = {
  readonly c: PageContext;
  readonly shopper: Shopper;
  readonly field: FormField;
  readonly holdIds: readonly HoldId[];
};

/**
 * Sends one swap for each hold whose amount differs from the chosen one. A hold whose swap is refused stays as it was.
 */
export async function changeAmounts(
  basket: Basket,
  active: readonly HoldView[],
  amounts: ReadonlyMap<HoldId, number>,
): Promise<Done> {
  const changed = active.filter((hold) => (amounts.get(hold.id) ?? hold.quantity) !== hold.quantity);
  const excess = await countHolds(basket, changed.length);
  let { holdIds } = basket;
  const refused: { holdId: HoldId; refusal: Refusal }[] = [];
  for (const { id, quantity } of changed) {
    const reply = excess ?? (await swap(basket, id, amounts.get(id) ?? quantity));
    if ("code" in reply) refused.push({ holdId: id, refusal: reply });
    else if (!reply.ok) refused.push({ holdId: id, refusal: reply.refusal });
    else holdIds = holdIds.map((each) => (each === id ? reply.value.hold.id : each));
  }
  return { holdIds, refused };
}

/** The hold's id follows from the form's key and the old hold, so a form that is sent twice changes the hold once. */
function swap({ c, shopper, field }: Basket, replaces: HoldId, quantity: number): Promise<HoldReply> {
  const typeId = ticketTypeOfHold(replaces);
  return inventoryFor(c, typeId).hold({
    holdId: holdIdFrom(typeId, shopper.id, `${field.key}.${replaces}`, sha256),
    holder: actingOnHolds(shopper),
    quantity,
    source: "web",
    notes: null,
    replaces,
    address: buyerAddress(c, shopper, typeId),
    actor: shopper.id,
    requestId: c.get("requestId"),
  });
}

export async function giveBack(basket: Basket, holdIds: readonly HoldId[]): Promise<Done> {
  const { c, shopper } = basket;
  const refused: { holdId: HoldId; refusal: Refusal }[] = [];
  const excess = await countHolds(basket, holdIds.length);
  for (const holdId of holdIds) {
    const command = { holdId, by: actingOnHolds(shopper), actor: shopper.id, requestId: c.get("requestId") };
    const reply = excess
      ? { ok: false as const, refusal: excess }
      : await inventoryFor(c, ticketTypeOfHold(holdId)).release(command);
    if (!reply.ok && reply.refusal.code !== "not_found") refused.push({ holdId, refusal: reply.refusal });
  }
  const notReleased = new Set(refused.map(({ holdId }) => holdId));
  return { holdIds: basket.holdIds.filter((id) => !holdIds.includes(id) || notReleased.has(id)), refused };
}

export async function extendAll(basket: Basket, active: readonly HoldView[]): Promise<Done> {
  const { c, shopper, field, holdIds } = basket;
  const refused: { holdId: HoldId; refusal: Refusal }[] = [];
  const excess = await countHolds(basket, active.length);
  for (const { id: holdId } of active) {
    const key = extensionKeyFrom(holdId, shopper.id, field.key, sha256);
    const command = { holdId, by: actingOnHolds(shopper), key, actor: shopper.id, requestId: c.get("requestId") };
    const reply = excess
      ? { ok: false as const, refusal: excess }
      : await inventoryFor(c, ticketTypeOfHold(holdId)).extend(command);
    if (!reply.ok) refused.push({ holdId, refusal: reply.refusal });
  }
  return { holdIds, refused };
}

/** Holds again what ran out, as far as it is available. When nothing ran out, the basket stays as it is. */
export async function getBack(basket: Basket, eventId: EventId, expired: readonly HoldView[]): Promise<Done> {
  const { c, shopper, field, holdIds } = basket;
  if (expired.length === 0) return { holdIds, refused: [] };
  const amounts = new Map<BasketItem["ticketTypeId"], number>();
  for (const { id, quantity } of expired) {
    const type = ticketTypeOfHold(id);
    amounts.set(type, (amounts.get(type) ?? 0) + quantity);
  }
  const items = [...amounts].map(([ticketTypeId, quantity]) => ({ ticketTypeId, quantity }));
  const context = {
    actor: shopper,
    requestId: c.get("requestId"),
    inventories: (id: BasketItem["ticketTypeId"]) => inventoryFor(c, id),
    clock: () => Date.now(),
    addressAt: (id: BasketItem["ticketTypeId"]) => buyerAddress(c, shopper, id),
  };
  const holdOf = (type: BasketItem["ticketTypeId"]) => expired.filter(({ id }) => ticketTypeOfHold(id) === type);
  const excess = await countHolds(basket, items.length);
  const input = { eventId, items, allOrNothing: false, idempotencyKey: `${field.key}.again` };
  const placed = excess ? { ok: false as const, refusal: excess } : await placeBasket(context, input);
  const holds = placed.ok ? placed.value.holds : await begun(basket, input, placed.refusal);
  const failures = (placed.ok ? placed.value.refused : refusedOf(input, placed.refusal)).filter(
    ({ ticketTypeId }) => !holds.some(({ id }) => ticketTypeOfHold(id) === ticketTypeId),
  );
  const refused = failures.flatMap(({ ticketTypeId, refusal }) =>
    holdOf(ticketTypeId)
      .slice(0, 1)
      .map(({ id }) => ({ holdId: id, refusal: refusal ?? ({ code: "internal_error" } as const) })),
  );
  const failed = new Set(failures.map(({ ticketTypeId }) => ticketTypeId));
  const replacedIds = new Set(expired.filter(({ id }) => !failed.has(ticketTypeOfHold(id))).map(({ id }) => id));
  const got = [...holds.map(({ id }) => id), ...(placed.ok ? unsureIds(shopper, input, placed.value.refused) : [])];
  return { holdIds: [...new Set([...holdIds.filter((id) => !replacedIds.has(id)), ...got])], refused };
}

type Input = Pick<BasketInput, "items" | "idempotencyKey">;

function refusedOf({ items }: Input, refusal: Refusal): readonly RefusedItem[] {
  return refusal.code === "basket_refused"
    ? refusal.refused
    : items.map(({ ticketTypeId }) => ({ ticketTypeId, refusal }));
}

/** The holds that another request of the same form has placed so far, since it may still be running. */
async function begun({ c, shopper }: Basket, input: Input, refusal: Refusal): Promise<readonly HoldView[]> {
  if (refusal.code !== "idempotency_in_progress") return [];
  const read = await readBasket(c, shopper, idsOf(shopper, input));
  return read.ok ? read.value.active : [];
}

/**
 * The ids of the refused holds that may exist nevertheless, because the response was lost. Without these ids nobody
 * would find the holds.
 */
export function unsureIds(shopper: Shopper, input: Input, refused: readonly RefusedItem[]): HoldId[] {
  const unsure = refused.filter(({ refusal }) => refusal !== null && isUnsure(refusal));
  return unsure.map(({ ticketTypeId }) => holdIdIn(shopper, input.idempotencyKey, ticketTypeId));
}

/** The holds that a basket of this key has, in the order of its items. */
export function idsOf(shopper: Shopper, { items, idempotencyKey }: Input): HoldId[] {
  return items.map(({ ticketTypeId }) => holdIdIn(shopper, idempotencyKey, ticketTypeId));
}

async function countHolds({ c, shopper }: Basket, count: number): Promise<Refusal | null> {
  return count === 0 ? null : limitHolds(c, shopper.id, count);
}
