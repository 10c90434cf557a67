// Places holds of several ticket types of one event under one key (rule O10), one type after the other, with only the
// commands `hold` and `release`. Nothing of a basket is stored but its holds, and D1 is not queried.

import type { AddressHash } from "../../domain/people/address-hash.ts";
import { notBefore } from "../../domain/time/backoff.ts";
import { type Refusal, type RefusedItem, UNAVAILABLE } from "../../domain/errors.ts";
import {
  type BasketId,
  basketIdFrom,
  basketKey,
  type EventId,
  type HoldId,
  holdIdFrom,
  type TicketTypeId,
} from "../../domain/ids.ts";
import type { HoldReply, HoldView } from "../../domain/ledger/command.ts";
import { BASKET_OPEN_MS, BASKET_PLACING_MS } from "../../domain/limits.ts";
import { actingOnHolds, type Buyer } from "../../domain/people/policy.ts";
import { accept, must, refuse, type Result } from "../../domain/result.ts";
import type { Inventory } from "../../inventory/client.ts";
import { sha256 } from "../../shared/sha256.ts";

export type BasketItem = { readonly ticketTypeId: TicketTypeId; readonly quantity: number };
/** 1 to 10 items, each of another type. */
export type BasketInput = {
  readonly eventId: EventId;
  readonly items: readonly BasketItem[];
  readonly allOrNothing: boolean;
  readonly idempotencyKey: string;
};
/** `clock` is the Worker's, epoch ms, read again for each item. */
export type BasketContext = {
  readonly actor: Buyer;
  readonly requestId: string;
  readonly inventories: (id: TicketTypeId) => Pick<Inventory, "hold" | "read" | "release">;
  readonly clock: () => number;
  /** The hash of the buyer's address for a type; null when it is not counted (rule H15). */
  readonly addressAt: (id: TicketTypeId) => AddressHash | null;
};
/** What is held and what is not, both in the order of the ticket types' ids. */
export type Basket = {
  readonly holds: readonly HoldView[];
  readonly refused: readonly RefusedItem[];
  readonly replayed: boolean;
};
type Item = BasketItem & { readonly holdId: HoldId };
type Run = {
  readonly context: BasketContext;
  readonly input: BasketInput;
  readonly basket: BasketId;
  readonly items: readonly Item[];
};

/**
 * Of all requests with this key, one places the first hold: the one to which the first type with room replies that the hold
 * is new. Only that request places the others and may give back, and it gives back only what it placed. Every other request
 * returns what is there.
 */
export async function placeBasket(context: BasketContext, input: BasketInput): Promise<Result<Basket, Refusal>> {
  const run = openRun(context, input);
  const startedAt = context.clock();
  const [placed, holds, refused] = [[] as HoldView[], [] as HoldView[], [] as RefusedItem[]];
  for (const item of run.items) {
    const isLate = context.clock() - startedAt >= BASKET_PLACING_MS;
    const reply = isLate ? refuse(UNAVAILABLE) : await place(run, item);
    if (!reply.ok) {
      refused.push({ ticketTypeId: item.ticketTypeId, refusal: reply.refusal });
      if (input.allOrNothing) return refuse(await giveUp(run, { placed, holds, refused }));
      continue;
    }
    const { hold, replayed } = reply.value;
    if (holds.length === 0 && replayed) return report(run, hold);
    holds.push(hold);
    if (!replayed) placed.push(hold);
  }
  return holds.length > 0 ? accept({ holds, refused, replayed: false }) : refuse(refusalOfAll(refused));
}

function openRun(context: BasketContext, input: BasketInput): Run {
  const items = input.items
    .map((item) => ({ ...item, holdId: holdIdIn(context.actor, input.idempotencyKey, item.ticketTypeId) }))
    .sort((a, b) => (a.ticketTypeId < b.ticketTypeId ? -1 : 1));
  const basket = basketIdFrom(input.eventId, input.items, input.allOrNothing, sha256);
  return { context, input, basket, items };
}

/** The id of the hold of a type in `actor`'s basket of this key, whether it was placed or not. */
export function holdIdIn(actor: Buyer, idempotencyKey: string, type: TicketTypeId): HoldId {
  return holdIdFrom(type, actor.id, basketKey(idempotencyKey), sha256);
}

function place({ context, input, basket }: Run, { ticketTypeId, holdId, quantity }: Item): Promise<HoldReply> {
  const { actor, requestId, inventories, addressAt } = context;
  return inventories(ticketTypeId).hold({
    holdId,
    holder: actingOnHolds(actor),
    quantity,
    source: "web",
    notes: null,
    eventId: input.eventId,
    basket,
    address: addressAt(ticketTypeId),
    actor: actor.id,
    requestId,
  });
}

type Had = {
  readonly placed: readonly HoldView[];
  readonly holds: readonly HoldView[];
  readonly refused: readonly RefusedItem[];
};

/**
 * Gives back what this request placed, the first hold last, so that a repeat that finds the first one given back finds all
 * of them so. A hold stays, and is named in the refusal, if it has changed since, if its object cannot be reached, or if it
 * was there already: a lost call of this very request may have placed it.
 */
async function giveUp(run: Run, { placed, holds, refused }: Had): Promise<Refusal> {
  const [first, ...others] = placed;
  if (!first) return refusalOfAll(refused);
  const remaining = holds.filter((hold) => hold.status === "active" && !placed.includes(hold)).map(({ id }) => id);
  remaining.push(...(await Promise.all(others.map((hold) => giveBack(run, hold)))).flat());
  remaining.push(...(await giveBack(run, first)));
  return { code: "basket_refused", refused, holdIds: remaining };
}

async function giveBack({ context, items }: Run, { id, seq }: HoldView): Promise<HoldId[]> {
  const { actor, requestId, inventories } = context;
  const { ticketTypeId } = must(
    items.find(({ holdId }) => holdId === id),
    "it is a hold of this basket",
  );
  const by = actingOnHolds(actor);
  // Only the hold as it was placed: a checkout, a swap or an extension since then is the buyer's own.
  const command = { holdId: id, by, ifMatch: seq, actor: actor.id, requestId };
  const reply = await inventories(ticketTypeId).release(command);
  return reply.ok ? [] : [id];
}

/** Returns what is there of a basket that another request has begun with `first`. Places and gives back nothing. */
async function report(run: Run, first: HoldView): Promise<Result<Basket, Refusal>> {
  const { context, input, items } = run;
  const by = actingOnHolds(context.actor);
  const read = ({ ticketTypeId, holdId }: Item) => context.inventories(ticketTypeId).read({ holdIds: [holdId], by });
  const replies = await Promise.all(items.map(read));
  const holds: HoldView[] = [];
  const missing: RefusedItem[] = [];
  for (const [index, { ticketTypeId }] of items.entries()) {
    const reply = must(replies[index], "each item was read");
    if (reply.ok) holds.push(...reply.value.holds);
    else if (reply.refusal.code === "not_found") missing.push({ ticketTypeId, refusal: null });
    else return refuse(reply.refusal);
  }
  if (missing.length === 0) return accept({ holds, refused: [], replayed: true });
  // Both times are by the clock of the object that placed the hold.
  const openUntil = notBefore(first.createdAt + BASKET_OPEN_MS, first.at, BASKET_OPEN_MS);
  const mayGoOn = first.status === "active" && first.at < openUntil;
  if (mayGoOn) return refuse({ code: "idempotency_in_progress" });
  if (!input.allOrNothing) return accept({ holds, refused: missing, replayed: true });
  const remaining = holds.filter(({ status }) => status === "active").map(({ id }) => id);
  return refuse({ code: "basket_refused", refused: missing, holdIds: remaining });
}

const OF_THE_SALE: readonly Refusal["code"][] = [
  "not_on_sale",
  "quantity_out_of_bounds",
  "shopper_limit_reached",
  "address_limit_reached",
  "sold_out",
];

/**
 * Nothing was placed. A refusal that concerns the whole request is returned as for a single hold; any other names its item.
 */
function refusalOfAll(refused: readonly RefusedItem[]): Refusal {
  const refusals = refused.flatMap(({ refusal }) => refusal ?? []);
  const first = must(refusals[0], "a basket has items, and none of them was placed");
  const ofTheSale = refusals.some(({ code }) => OF_THE_SALE.includes(code));
  return ofTheSale ? { code: "basket_refused", refused, holdIds: [] } : first;
}
