// Splits lists into JSON arrays that each fit into one bound value, by their bytes rather than their count.

import { MAX_BOUND_BYTES } from "../limits.ts";

/** A UTF-16 unit takes at most so many bytes in UTF-8. */
const UNIT_MAX_BYTES = 3;
/** Up to this many rows are first tried as one text, which is fastest and nearly always fits. */
const FEW = 1_000;

/**
 * `items` in their order, in groups whose texts fit into one bound JSON array. A group has at least one item, since a
 * single one always fits. Lazy: texts are made while groups are requested, not all at once.
 */
export function* groupsThatFit<T>(items: Iterable<T>, textOf: (item: T) => string): Generator<T[]> {
  let group: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const more = maxBytesOf(textOf(item)) + 1;
    if (group.length > 0 && bytes + more > MAX_BOUND_BYTES) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(item);
    bytes += more;
  }
  if (group.length > 0) yield group;
}

/** The rows of `items` in their order, as JSON arrays that can each be bound; none when there are no items. */
export function* jsonArraysOf<T>(items: readonly T[], rowOf: (item: T) => unknown): Generator<string> {
  if (items.length === 0) return;
  if (items.length <= FEW) {
    const whole = JSON.stringify(items.map(rowOf));
    if (maxBytesOf(whole) <= MAX_BOUND_BYTES) {
      yield whole;
      return;
    }
  }
  for (const texts of groupsThatFit(textsOf(items, rowOf), (text) => text)) yield `[${texts.join(",")}]`;
}

function* textsOf<T>(items: readonly T[], rowOf: (item: T) => unknown): Generator<string> {
  for (const item of items) yield JSON.stringify(rowOf(item));
}

/** An upper bound of the bytes of `text` in UTF-8, from its length alone. */
function maxBytesOf(text: string): number {
  return UNIT_MAX_BYTES * text.length;
}
