// Reads what the form of a basket sent: the holds that it showed, the amounts that were chosen, and what was typed.

import { type HoldId, parseHoldId } from "../../../domain/ids.ts";
import { MAX_HOLDS_PER_CHECKOUT } from "../../../domain/limits.ts";
import { type Details, DETAILS, lineName, shownName } from "../../../ui/shared/views/basket.ts";
import type { InBasket } from "./basket-lines.ts";
import type { Typed } from "./details.ts";
import type { Posted } from "./posted.ts";

export function typedIn(posted: Posted): Typed {
  const entries = DETAILS.map((name) => [name, (posted.get(name) ?? "").slice(0, 300)] as const);
  return { details: Object.fromEntries(entries) as Details, wrong: [] };
}

/** The ids of the holds that the form showed; any text that is not an id is left out. */
export function holdsIn(posted: Posted, name: "hold" | "gone"): HoldId[] {
  const ids = posted.getAll(name).flatMap((text) => parseHoldId(text) ?? []);
  return [...new Set(ids)].slice(0, MAX_HOLDS_PER_CHECKOUT);
}

/** The amounts that differ from those that the form showed, by the ids of the present holds (rule S7). */
export function amountsIn(posted: Posted, current: InBasket["current"]): ReadonlyMap<HoldId, number> {
  const amounts = new Map<HoldId, number>();
  for (const holdId of holdsIn(posted, "hold")) {
    const amount = amountIn(posted, holdId);
    if (amount !== null && String(amount) !== posted.get(shownName(holdId)))
      amounts.set(current.get(holdId)?.id ?? holdId, amount);
  }
  return amounts;
}

export function amountIn(posted: Posted, holdId: HoldId): number | null {
  const text = posted.get(lineName(holdId)) ?? "";
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : null;
}
