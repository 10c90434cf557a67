// Computes the price range of the tickets of an event that can still be bought (rule E8).

type Window = { readonly sale_start: number; readonly sale_end: number };
type Priced = {
  readonly price: number;
  readonly total_quantity: number;
  readonly min_per_order: number;
  readonly sale_start: number | null;
  readonly sale_end: number | null;
};

/** Minor units; both null when nothing can be bought any more. */
export type PriceRange = { readonly price_from: number | null; readonly price_to: number | null };

/**
 * The lowest and the highest price of the types that somebody can still buy at `now` or later (rule E8). `types` are
 * the event's types that are not hidden; `window` is the event's sale window. All times are epoch ms.
 */
export function priceRange(types: readonly Priced[], window: Window, now: number): PriceRange {
  let range: PriceRange = { price_from: null, price_to: null };
  for (const type of types) {
    if (!canBeBought(type, window, now)) continue;
    const { price } = type;
    range = {
      price_from: Math.min(range.price_from ?? price, price),
      price_to: Math.max(range.price_to ?? price, price),
    };
  }
  return range;
}

/** Whether the type is on sale at any time from `now` on and its total allows its smallest order, sold out or not. */
function canBeBought(type: Priced, window: Window, now: number): boolean {
  const start = Math.max(window.sale_start, type.sale_start ?? window.sale_start);
  const end = Math.min(window.sale_end, type.sale_end ?? window.sale_end);
  return type.min_per_order <= type.total_quantity && end > now && start < end;
}
