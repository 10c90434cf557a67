// Decides whether a ticket type can be bought now, as a shopper reads it (rules E5, K2, S11).

/** Below this, the shop shows how many are left. */
export const FEW_LEFT = 20;

/** Times epoch ms; a type's null bound is the event's. */
export type Selling = {
  readonly saleStart: number | null;
  readonly saleEnd: number | null;
  readonly minPerOrder: number;
  readonly maxPerOrder: number;
};
type Window = { readonly saleStart: number; readonly saleEnd: number };
/** The counts of the ticket type's object; null while it does not reply. */
export type Counts = { readonly status: string; readonly held: number; readonly available: number } | null;

/**
 * `on_sale`: `least` to `most` in one order; `left` is null unless few are left. `in_baskets`: up to `back` may come
 * back.
 */
export type SaleState =
  | { readonly kind: "on_sale"; readonly least: number; readonly most: number; readonly left: number | null }
  | { readonly kind: "in_baskets"; readonly back: number }
  | { readonly kind: "sold_out" }
  | { readonly kind: "not_open"; readonly opensAt: number }
  | { readonly kind: "closed" };

/** `isSoldOut`: the catalogue's last knowledge, used while there are no counts. */
export function saleState(type: Selling, event: Window, counts: Counts, isSoldOut: boolean, now: number): SaleState {
  const { minPerOrder: least, maxPerOrder } = type;
  const soldOut = counts === null ? isSoldOut : counts.status === "sold_out";
  if (now >= Math.min(event.saleEnd, type.saleEnd ?? event.saleEnd)) return { kind: "closed" };
  const opensAt = Math.max(event.saleStart, type.saleStart ?? event.saleStart);
  if (soldOut) return { kind: "sold_out" };
  if (now < opensAt) return { kind: "not_open", opensAt };
  if (counts === null) return { kind: "on_sale", least, most: maxPerOrder, left: null };
  const { available, held } = counts;
  if (available < least) return held > 0 ? { kind: "in_baskets", back: held } : { kind: "sold_out" };
  return {
    kind: "on_sale",
    least,
    most: Math.min(maxPerOrder, available),
    left: available < FEW_LEFT ? available : null,
  };
}
