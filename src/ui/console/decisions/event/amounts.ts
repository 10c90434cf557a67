// Decides how amounts of tickets are shown: as parts of a bar, summed over types, and no more often than a person can
// read.

export type Counts = {
  readonly total: number;
  readonly sold: number;
  readonly held: number;
  readonly available: number;
};

export const NONE: Counts = { total: 0, sold: 0, held: 0, available: 0 };

export function sumOf(counts: Iterable<Counts>): Counts {
  let sum = NONE;
  for (const { total, sold, held, available } of counts) {
    sum = {
      total: sum.total + total,
      sold: sum.sold + sold,
      held: sum.held + held,
      available: sum.available + available,
    };
  }
  return sum;
}

/** One part of a bar, as a percentage of its width. */
export type Part = { readonly kind: "sold" | "held"; readonly from: number; readonly width: number };

/** Every part above zero is visible, at one per cent or more, and all parts fit into the bar. */
export function partsOf({ total, sold, held }: Counts): Part[] {
  if (total <= 0) return [];
  const share = (n: number) => (n <= 0 ? 0 : Math.max(1, Math.min(100, (n / total) * 100)));
  const soldWidth = share(sold);
  const heldWidth = Math.min(share(held), 100 - soldWidth);
  const parts: Part[] = [];
  if (soldWidth > 0) parts.push({ kind: "sold", from: 0, width: soldWidth });
  if (heldWidth > 0) parts.push({ kind: "held", from: soldWidth, width: heldWidth });
  return parts;
}

/** The shortest time between two paints, ms: nobody can read faster. */
export const PAINT_MS = 250;

/** How long a state that arrived at `now` waits until it is painted, ms; 0 when the last paint is long enough ago. */
export function paintDelay(lastPaintAt: number | null, now: number, everyMs = PAINT_MS): number {
  if (lastPaintAt === null) return 0;
  return Math.max(0, Math.min(everyMs, lastPaintAt + everyMs - now));
}
