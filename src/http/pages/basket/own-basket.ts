// Keeps the basket of a request's shopper: what the cookie says, or what this request has changed it to.

import type { Refusal } from "../../../domain/errors.ts";
import { type EventId, type HoldId, ticketTypeOfHold } from "../../../domain/ids.ts";
import { MAX_HOLDS_PER_CHECKOUT } from "../../../domain/limits.ts";
import { accept, refuse, type Result } from "../../../domain/result.ts";
import type { Shopper } from "../../middleware/access.ts";
import { limitReads } from "../../middleware/limits/rate-limit.ts";
import { EMPTY, type InBasket, readBasket } from "./basket-lines.ts";
import type { PageContext } from "../page-response.ts";
import { basketIn, setBasketCookie } from "./shop-cookies.ts";

/** What this request has changed: its own cookie does not have that yet. */
const changed = new WeakMap<Request, readonly HoldId[]>();

export function basketNow(c: PageContext, eventId: EventId): readonly HoldId[] {
  return changed.get(c.req.raw) ?? basketIn(c, eventId);
}

export function changeBasket(c: PageContext, eventId: EventId, holdIds: readonly HoldId[]): void {
  const ids = [...new Set(holdIds)].slice(0, MAX_HOLDS_PER_CHECKOUT);
  changed.set(c.req.raw, ids);
  setBasketCookie(c, eventId, ids);
}

/** Counts as one read of the shopper. */
export async function readOwnBasket(
  c: PageContext,
  shopper: Shopper | null,
  eventId: EventId,
): Promise<Result<InBasket, Refusal>> {
  const holdIds = basketNow(c, eventId);
  if (!shopper || holdIds.length === 0) return accept(EMPTY);
  const excess = await limitReads(c, shopper.id);
  return excess ? refuse(excess) : readBasket(c, shopper, holdIds);
}

/**
 * The basket with `more` in it. Left out are holds that have ended for good, and those that ran out of a type that
 * `more` holds again.
 */
export function withMore({ active, expired }: InBasket, more: readonly HoldId[]): HoldId[] {
  const types = new Set(more.map(ticketTypeOfHold));
  const ranOut = expired.filter(({ id }) => !types.has(ticketTypeOfHold(id)));
  return [...active.map(({ id }) => id), ...more, ...ranOut.map(({ id }) => id)];
}
