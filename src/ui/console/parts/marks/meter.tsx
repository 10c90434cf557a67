// Draws how much is sold, and how much is held in baskets and unpaid orders, as a bar with its numbers in words.

import { texts } from "../../language.ts";
import { type Counts, partsOf } from "../../decisions/event/amounts.ts";
import { count } from "../format.ts";

/** The bar alone. `isQuiet` hides it from screen readers, for when the same numbers are beside it. */
export function Meter({ counts, isQuiet = false }: { readonly counts: Counts; readonly isQuiet?: boolean }) {
  const label = texts().bar.label(count(counts.sold), count(counts.held), count(counts.available));
  return (
    <svg
      class="meter"
      role={isQuiet ? undefined : "img"}
      aria-label={isQuiet ? undefined : label}
      aria-hidden={isQuiet}
    >
      <rect class="meter-free" width="100%" height="100%" />
      {partsOf(counts).map(({ kind, from, width }) => (
        <rect key={kind} class={`meter-${kind}`} x={`${from}%`} width={`${width}%`} height="100%" />
      ))}
    </svg>
  );
}

/** What the colours of bars mean. */
export function MeterKey() {
  const { bar } = texts();
  return (
    <p class="meter-key small muted row">
      <span class="key-sold">{bar.sold}</span>
      <span class="key-held">{bar.held}</span>
      <span class="key-free">{bar.free}</span>
    </p>
  );
}
